#include "server/guard.hpp"

#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

int pauses = 0;

const char *copied(const std::string &text) {
    const char *source = text.c_str();
    return server_call([=] { return static_cast<const char *>(pstrdup(source)); });
}

void report_internal_error(const char *message) {
    server_call([=] {
        ereport(LOG, (errmsg_internal("schema_audit: internal error of the guard, the command passes: %s", message),
                      errhidestmt(false)));
    });
}

}  // namespace

GuardPause::GuardPause() noexcept { ++pauses; }
GuardPause::~GuardPause() { --pauses; }

bool guard_acts() noexcept { return pauses == 0 && !creating_extension && !IsBinaryUpgrade && !RecoveryInProgress(); }

RaisedRejection raised_from(const guard::Rejection &rejection) {
    return {SCHEMA_AUDIT_SQLSTATE_REJECTED, copied(rejection.message), copied(rejection.detail),
            copied(rejection.hint)};
}

void raise_if_rejected(const RaisedRejection &rejection) {
    if (rejection.message == nullptr) {
        return;
    }
    ereport(ERROR, (errcode(rejection.sqlstate), errmsg_internal("%s", rejection.message),
                    rejection.detail != nullptr ? errdetail_internal("%s", rejection.detail) : 0,
                    rejection.hint != nullptr ? errhint("%s", rejection.hint) : 0));
}

guard::LogRecord record_of(const guard::Decision &decision, const guard::LogRecord &statement) {
    using guard::LogText;
    guard::LogRecord record = statement;
    // A statement that has run has an object of its own: the index that it made, where the finding is about the table.
    if (!decision.finding.column.empty() || record[LogText::object_identity].empty()) {
        record[LogText::object_type] = decision.finding.object_type;
        record[LogText::object_identity] = guard::object_identity(decision.finding);
    }
    record[LogText::decision] = guard::text_of(decision.outcome);
    record[LogText::rule] = decision.finding.rule;
    record[LogText::message] = decision.finding.message;
    record[LogText::reason] = decision.reason;
    record[LogText::decided_by] = text_of(decision.by);
    record.setting_id = decision.setting_id;
    return record;
}

void set_changes(guard::LogRecord &record, const std::vector<guard::ObjectChange> &changes) {
    std::vector<std::string> &objects = record[guard::LogList::objects];
    std::vector<std::string> &words = record[guard::LogList::changes];
    objects.clear();
    words.clear();
    for (const guard::ObjectChange &item : changes) {
        objects.push_back(item.object);
        words.emplace_back(item.change);
    }
}

void warn(const guard::Decision &decision) {
    const std::string message = std::string(decision.finding.rule) + ": " + guard::object_identity(decision.finding);
    const char *text = message.c_str();
    const char *detail = decision.finding.message.c_str();
    const char *hint = decision.finding.fix.c_str();
    server_call([=] {
        ereport(WARNING, (errcode(SCHEMA_AUDIT_SQLSTATE_REJECTED), errmsg_internal("%s", text),
                          errdetail_internal("%s.", detail), hint[0] != '\0' ? errhint("%s", hint) : 0));
    });
}

void swallow(const ServerError &error) {
    const int state = error.sqlstate();
    const bool not_ours = ERRCODE_TO_CATEGORY(state) == ERRCODE_OPERATOR_INTERVENTION || state == ERRCODE_OUT_OF_MEMORY;
    if (not_ours || settings::fail_closed()) {
        throw error;
    }
    report_internal_error(error.data()->message != nullptr ? error.data()->message : "unknown");
}

void swallow(const std::exception &error) {
    if (settings::fail_closed()) {
        throw;  // the one being handled, with its DETAIL and HINT
    }
    report_internal_error(error.what());
}

}  // namespace schema_audit::server
