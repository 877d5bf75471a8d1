// What a transaction leaves on a table as a whole.
#include "core/guard/rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

GuardFinding finding_about(const TableChange &table, std::string_view rule) {
    GuardFinding finding;
    finding.rule = rule;
    finding.schema = table.schema;
    finding.table = table.name;
    finding.table_id = table.id;
    finding.size = table.size;
    finding.object_type = "table";
    return finding;
}

void judge_row_security(const TableChange &table, std::vector<GuardFinding> &findings) {
    const RowSecurityChange &change = *table.row_security;
    const std::string name = quote_qualified(table.schema, table.name);
    const bool was_empty = change.enabled_before && change.policies_before == 0;
    if (change.enabled && change.policies == 0 && !was_empty) {
        GuardFinding finding = finding_about(table, "rls-enabled-no-policy");
        finding.message =
            "Row security is on and there is no policy: all but its owner and superusers see no row and write none";
        finding.fix = format("CREATE POLICY <name> ON {} USING (<condition>);", name);
        findings.push_back(std::move(finding));
    } else if (!change.enabled && change.enabled_before) {
        GuardFinding finding = finding_about(table, "rls-disabled");
        finding.message = change.policies > 0
                              ? format(
                                    "Row security is off and its {} policies do nothing: whoever may read the table "
                                    "sees all rows",
                                    change.policies)
                              : "Row security is off: whoever may read the table sees all rows";
        finding.fix = format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", name);
        findings.push_back(std::move(finding));
    } else if (!change.enabled && change.policies > change.policies_before) {
        GuardFinding finding = finding_about(table, "policy-without-rls");
        finding.message = "The table has policies, and row security is off: they do nothing";
        finding.fix = format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", name);
        findings.push_back(std::move(finding));
    }
}

void judge_foreign_key(const TableChange &table, const NewForeignKey &key, std::vector<GuardFinding> &findings) {
    if (key.has_index) {
        return;
    }
    std::string columns;
    for (const std::string &column : key.columns) {
        columns += (columns.empty() ? "" : ", ") + quote_identifier(column);
    }
    GuardFinding finding = finding_about(table, "fk-missing-index");
    finding.by_size = true;
    finding.message =
        format("No index begins with {}: each DELETE and each change of a key in {} reads the whole table", columns,
               quote_qualified(key.referenced.schema, key.referenced.name));
    finding.fix = format("CREATE INDEX CONCURRENTLY ON {} ({});", quote_qualified(table.schema, table.name), columns);
    findings.push_back(std::move(finding));
}

}  // namespace

std::vector<GuardFinding> judge_table_state(const TableChange &table) {
    std::vector<GuardFinding> findings;
    if (table.row_security) {
        judge_row_security(table, findings);
    }
    for (const NewForeignKey &key : table.foreign_keys) {
        judge_foreign_key(table, key, findings);
    }
    return findings;
}

}  // namespace schema_audit::guard
