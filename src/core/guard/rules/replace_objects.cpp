// CREATE OR REPLACE of a view, and of functions whose results are stored.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge_view(const Situation &situation) {
    const auto &create = std::get<CreateView>(situation.statement);
    const TableFacts *view = situation.facts.table(create.view);
    if (view == nullptr || view->kind != RelationKind::view) {
        return {};
    }
    GuardFinding finding = finding_on(*view);
    finding.message =
        "Waits for every query of the view and makes later ones wait (ACCESS EXCLUSIVE lock); its columns stay, what "
        "they mean may change";
    finding.fix = "SET lock_timeout = '2s';";
    return {finding};
}

bool is_function(std::string_view type) noexcept {
    return type == "FUNCTION" || type == "PROCEDURE" || type == "ROUTINE" || type == "AGGREGATE";
}

Need needs_of_function(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateFunction>(&statement);
    const auto *drop = std::get_if<DropObjects>(&statement);
    return when((create != nullptr && create->replace) || (drop != nullptr && is_function(drop->object_type)),
                Need::objects);
}

std::string listed(const std::vector<std::string> &items) {
    std::string text;
    for (const std::string &item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return text;
}

// Of a function that is replaced only what is stored does not follow.
std::vector<GuardFinding> judge_function(const Situation &situation) {
    const auto *drop = std::get_if<DropObjects>(&situation.statement);
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        if (drop == nullptr && object.computed.empty()) {
            continue;
        }
        GuardFinding finding;
        finding.object = object.identity;
        finding.object_type = "function";
        finding.schema = object.name.schema;
        finding.message =
            drop != nullptr ? "Code that calls it fails from the commit on; what the server knows of its callers are "
                              "only those that it would refuse to drop"
                            : format("What it has computed is stored and does not follow: {}", listed(object.computed));
        for (const std::string &item : object.computed) {
            if (drop == nullptr && item.starts_with("index ")) {
                finding.fix +=
                    format("{}REINDEX INDEX CONCURRENTLY {};", finding.fix.empty() ? "" : " ", item.substr(6));
            }
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule replace_view_columns{
    {"replace-view-columns", Family::compatibility, Severity::info, Action::log, "ddl_command_start",
     "CREATE OR REPLACE VIEW of one that is there: its readers wait, and get what the new query says",
     "a short lock_timeout"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *create = std::get_if<CreateView>(&statement);
        return when(create != nullptr && create->replace && !create->temporary, Need::facts);
    },
    judge_view};

const StatementRule drop_or_replace_function{
    {"drop-or-replace-function", Family::compatibility, Severity::info, Action::log, "ddl_command_start",
     "DROP FUNCTION, whose callers are not all known, or CREATE OR REPLACE of one whose results are stored in indexes, "
     "generated columns or checks",
     "see that nothing calls it, or build anew what holds its results"},
    false,
    needs_of_function,
    judge_function};

}  // namespace rules
}  // namespace schema_audit::guard
