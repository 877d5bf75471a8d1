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
    AnswerBasis basis;
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

namespace {

bool is_of(const AnswerBasis &basis, std::uint64_t version) {
    const auto *number = std::get_if<std::uint64_t>(&basis);
    return number != nullptr && *number == version;
}

const std::vector<Finding> *findings_of(const Answer *answer, bool is_known) {
    if (!is_known) {
        return nullptr;
    }
#ifdef SCHEMA_AUDIT_DEBUG
    ++times_known;
#endif
    return &answer->findings;
}

}  // namespace

const std::vector<Finding> *known_answer(const std::string &question) {
    const Answer *answer = find(question);
    const auto *moment = answer == nullptr ? nullptr : std::get_if<Moment>(&answer->basis);
    return findings_of(answer, moment != nullptr && unchanged_since(*moment));
}

const std::vector<Finding> *known_answer(const std::string &question, std::uint64_t version) {
    const Answer *answer = find(question);
    return findings_of(answer, answer != nullptr && is_of(answer->basis, version));
}

void remember_answer(std::string question, AnswerBasis basis, const std::vector<Finding> &findings) {
    std::erase_if(answers(), [&](const Answer &answer) { return answer.question == question; });
    if (findings.size() > most_findings) {
        return;
    }
    if (answers().size() == most_answers) {
        answers().erase(answers().begin());
    }
    answers().push_back({std::move(question), std::move(basis), findings});
}

#ifdef SCHEMA_AUDIT_DEBUG
bool is_same_answer(const std::vector<Finding> &known, const std::vector<Finding> &fresh) {
    const auto same = [](const Finding &a, const Finding &b) {
        return a.key == b.key && a.severity == b.severity && a.expected == b.expected && a.actual == b.actual &&
               a.message == b.message && a.fix == b.fix && a.model == b.model && a.app == b.app &&
               a.suppressed == b.suppressed && a.suppression_reason == b.suppression_reason;
    };
    return std::ranges::equal(known, fresh, same);
}

void check_answer(const std::vector<Finding> &known, const std::vector<Finding> &fresh, const Moment &moment) {
    if (!is_same_answer(known, fresh) && unchanged_since(moment)) {
        throw AuditError(ErrorKind::internal, "a known answer was given again, and a new look finds another");
    }
}

const Moment &moment_of_answer(const std::string &question) { return std::get<Moment>(find(question)->basis); }
#endif

}  // namespace schema_audit::server

#ifdef SCHEMA_AUDIT_DEBUG
SCHEMA_AUDIT_FUNCTION(schema_audit_debug_known_answers) { PG_RETURN_INT64(schema_audit::server::times_known); }
#endif
