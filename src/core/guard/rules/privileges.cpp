// GRANT, REVOKE and ownership.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs_of_grant(const DdlStatement &statement) noexcept {
    const auto *grant = std::get_if<Grant>(&statement);
    return when(grant != nullptr && !grant->revokes && (grant->to_public || grant->all || grant->with_grant_option),
                Need::facts | Need::target);
}

Need needs_of_revoke(const DdlStatement &statement) noexcept {
    const auto *grant = std::get_if<Grant>(&statement);
    return when(grant != nullptr && grant->revokes && !grant->roles.empty(),
                Need::facts | Need::target | Need::sessions);
}

std::string listed(const std::vector<std::string> &names) {
    std::string text;
    for (const std::string &name : names) {
        text += (text.empty() ? "" : ", ") + quote_identifier(name);
    }
    return text;
}

// One that was made in the transaction is exposed like any other.
GuardFinding about(const Situation &situation, const RelationName &object, std::string_view object_type) {
    if (const TableFacts *table = situation.facts.table(object); table != nullptr && object_type == "TABLE") {
        return finding_on(*table);
    }
    GuardFinding finding;
    const bool is_schema = object_type == "SCHEMA";
    finding.schema = is_schema ? object.name : object.schema.empty() ? situation.facts.creation_schema : object.schema;
    finding.object = is_schema ? quote_identifier(object.name) : quote_qualified(finding.schema, object.name);
    finding.object_type = is_schema ? "schema" : object_type == "TABLE" ? "table" : "object";
    if (object_type == "TABLE") {
        finding.table = object.name;
    }
    return finding;
}

std::string why_broad(const Grant &grant) {
    std::string why;
    const auto add = [&](std::string_view text) { why += (why.empty() ? "" : ", ") + std::string(text); };
    if (grant.to_public) {
        add("every role gets it (PUBLIC)");
    }
    if (grant.all) {
        add("ALL has more than code needs: of a table also TRUNCATE, TRIGGER and REFERENCES");
    }
    if (grant.with_grant_option) {
        add("who gets it may give it on (WITH GRANT OPTION)");
    }
    return why;
}

std::vector<GuardFinding> judge_broad(const Situation &situation) {
    const auto &grant = std::get<Grant>(situation.statement);
    const std::string why = why_broad(grant);
    std::vector<GuardFinding> findings;
    for (const RelationName &object : grant.objects) {
        if (why.empty()) {
            break;
        }
        GuardFinding finding = about(situation, object, grant.object_type);
        finding.message = format("Rights that are broader than they look: {}", why);
        if (grant.object_type == "TABLE" && !grant.to_public) {
            finding.fix =
                format("GRANT {} ON {} TO {};", grant.all ? "SELECT, INSERT, UPDATE, DELETE" : grant.privileges,
                       object_identity(finding), listed(grant.roles));
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge_revoke(const Situation &situation) {
    const auto &grant = std::get<Grant>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const RelationName &object : grant.objects) {
        if (situation.facts.roles_in_use.empty()) {
            break;
        }
        GuardFinding finding = about(situation, object, grant.object_type);
        finding.message = format("Sessions of {} are connected: their next statement that needs the right fails",
                                 listed(situation.facts.roles_in_use));
        finding.fix = format("SELECT pid, usename, application_name, query FROM pg_stat_activity WHERE usename = {};",
                             quote_literal(situation.facts.roles_in_use.front()));
        findings.push_back(std::move(finding));
    }
    return findings;
}

Need needs_of_owner(const DdlStatement &statement) noexcept {
    return has_step<ChangeOwner>(statement)                       ? Need::facts
           : std::holds_alternative<ChangeObjectOwner>(statement) ? Need::target
                                                                  : Need::none;
}

constexpr std::string_view owner_message =
    "Only the new owner, its members and superusers may alter it from the commit on: migrations of others fail";

std::vector<GuardFinding> judge_owner(const Situation &situation) {
    GuardFinding finding;
    if (const auto *alter = std::get_if<AlterTable>(&situation.statement)) {
        const TableFacts *table = situation.facts.table(alter->table);
        const auto changes = steps_of<ChangeOwner>(situation.statement);
        if (table == nullptr ||
            std::ranges::all_of(changes, [&](const ChangeOwner *change) { return change->owner == table->owner; })) {
            return {};
        }
        finding = finding_on(*table);
    } else {
        const auto &change = std::get<ChangeObjectOwner>(situation.statement);
        if (change.object_type == "EVENT TRIGGER") {
            return {};  // superusers own them, and may alter each other's
        }
        finding = about(situation, change.object, change.object_type);
    }
    finding.message = owner_message;
    return {finding};
}

std::vector<GuardFinding> judge_definer(const Situation &situation) {
    const auto &create = std::get<CreateFunction>(situation.statement);
    GuardFinding finding = about(situation, create.function, "FUNCTION");
    finding.object_type = "function";
    finding.message =
        "Runs with the rights of its owner and with the caller's search_path: who may create objects in a schema of it "
        "decides what the function calls";
    finding.fix = format("ALTER {} {} SET search_path = pg_catalog, pg_temp;", create.object_type, finding.object);
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule broad_grant{{"broad-grant", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
                                 "GRANT to PUBLIC, GRANT ALL, or GRANT ... WITH GRANT OPTION",
                                 "the rights that code needs, to the role that runs it"},
                                false,
                                needs_of_grant,
                                judge_broad};

const StatementRule revoke_in_use{
    {"revoke-in-use", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
     "REVOKE from a role whose sessions are connected", "deploy code that does not need the right first"},
    false,
    needs_of_revoke,
    judge_revoke};

const StatementRule owner_change{
    {"owner-change", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
     "ALTER ... OWNER TO: migrations that other roles run fail", "one owner for what is migrated together"},
    false,
    needs_of_owner,
    judge_owner};

const StatementRule security_definer_object{
    {"security-definer-object", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
     "a SECURITY DEFINER function without a search_path of its own", "SET search_path = pg_catalog, pg_temp"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *create = std::get_if<CreateFunction>(&statement);
        return when(create != nullptr && create->security_definer && !create->sets_search_path, Need::target);
    },
    judge_definer};

}  // namespace rules
}  // namespace schema_audit::guard
