#include "server/known_answers.hpp"

#include "core/error.hpp"

#include "server/entry.hpp"

namespace schema_audit::server {
namespace {

// Bounds the memory that a session keeps.
constexpr std::size_t most_answers = 4;
constexpr std::size_t most_findings = 2000;

struct Answer {
    std::string question;
    Moment moment;
    std::vector<Finding> findings;
};

// Never destroyed: the session ends first.
std::vector<Answer> &answers() {
    static auto *const result = new std::vector<Answer>;
    return *result;
}

Answer *find(const std::string &question) {
    const auto found = std::ranges::find(answers(), question, &Answer::question);
    return found == answers().end() ? nullptr : &*found;
}

#ifdef SCHEMA_AUDIT_DEBUG
std::int64_t times_known = 0;
#endif

}  // namespace

const std::vector<Finding> *known_answer(const std::string &question) {
    const Answer *answer = find(question);
    if (answer == nullptr || !unchanged_since(answer->moment)) {
        return nullptr;
    }
#ifdef SCHEMA_AUDIT_DEBUG
    ++times_known;
#endif
    return &answer->findings;
}

void remember_answer(std::string question, Moment moment, const std::vector<Finding> &findings) {
    std::erase_if(answers(), [&](const Answer &answer) { return answer.question == question; });
    if (findings.size() > most_findings) {
        return;
    }
    if (answers().size() == most_answers) {
        answers().erase(answers().begin());
    }
    answers().push_back({std::move(question), std::move(moment), findings});
}

#ifdef SCHEMA_AUDIT_DEBUG
void check_answer(const std::string &question, const std::vector<Finding> &fresh) {
    const Answer *answer = find(question);
    const auto same = [](const Finding &a, const Finding &b) {
        return a.key == b.key && a.severity == b.severity && a.expected == b.expected && a.actual == b.actual &&
               a.message == b.message && a.fix == b.fix && a.model == b.model && a.app == b.app &&
               a.suppressed == b.suppressed && a.suppression_reason == b.suppression_reason;
    };
    if (answer != nullptr && !std::ranges::equal(answer->findings, fresh, same) && unchanged_since(answer->moment)) {
        throw AuditError(ErrorKind::internal, "a known answer was given again, and a new look finds another");
    }
}
#endif

}  // namespace schema_audit::server

#ifdef SCHEMA_AUDIT_DEBUG
SCHEMA_AUDIT_FUNCTION(schema_audit_debug_known_answers) { PG_RETURN_INT64(schema_audit::server::times_known); }
#endif
