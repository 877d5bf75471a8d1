// ADD COLUMN of a domain that refuses NULL, without a default: required, although NOT NULL is not written.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool is_empty(const AddColumn &add) noexcept {
    const bool has_value = (add.has_default && !add.default_is_null) || (add.type_has_default && !add.default_is_null);
    return !has_value && !add.serial && !add.identity && !add.generated && !add.not_null;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_relation(situation);
    if (table == nullptr) {
        return findings;
    }
    const auto &columns = situation.facts.new_columns;
    for (const AddColumn *add : steps_of<AddColumn>(situation.statement)) {
        const auto known = std::ranges::find(columns, add->column, &NewColumn::column);
        if (!is_empty(*add) || exists(*table, *add) || known == columns.end() || !known->domain_without_null) {
            continue;
        }
        GuardFinding finding = finding_on(*table, add->column, add->type);
        finding.message = format(
            "The domain {} refuses NULL, and the column has no default: INSERTs that do not name it fail", add->type);
        finding.fix = format("ALTER TABLE {} ADD COLUMN {} {} DEFAULT <value>;", name_of(*table),
                             quote_identifier(add->column), add->type);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule required_via_domain{
    {"required-via-domain", Family::required_column, Severity::warning, Action::warn, "ddl_command_start",
     "ADD COLUMN of a domain that refuses NULL, by NOT NULL or by a CHECK, without a default",
     "give the column or the domain a default"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(statement, is_empty, Need::columns | Need::new_columns);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
