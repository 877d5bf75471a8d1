// The audit: two schemas in, findings out. Pure; the server reads both sides before and writes after.
#pragma once

#include "core/rule/finding.hpp"
#include "core/rule/suppression.hpp"
#include "core/schema/schema.hpp"

#include <optional>
#include <string>
#include <vector>

namespace schema_audit {

// The arguments of audit_schema(); nullopt = no filter.
struct AuditFilter {
    std::optional<std::vector<std::string>> models, schemas, apps;
    std::optional<std::string> tables;  // LIKE pattern
    Severity min_severity = Severity::warning;
    bool suppressed = false;  // also show what a suppression accepts
};

struct AuditOptions {
    bool require_database_defaults = false;
    bool column_order = false;
    ReadScope scope;  // what was not read is not judged
};

// What could not be read of a model: becomes an unreadable-model finding.
struct ModelProblem {
    std::uint32_t table = 0;  // index into the model schema's tables
    std::string object_type, object_name, message;
    bool told = false;  // what it rests on has the finding; this only keeps the object out of the comparison
};

struct AuditInput {
    const Schema *model = nullptr;  // all registered models
    const Schema *live = nullptr;
    TextPool *pool = nullptr;
    std::vector<ModelProblem> problems;
    std::vector<TextId> missing_schemas;  // of those that the models name
    std::vector<Suppression> suppressions;
    // For who compares the same sides again: tables of the model, by number, that were found like the database's when
    // the same models were selected with the same options. Read and written; of tables that have changed the caller
    // takes them out. Null: compare them all.
    std::vector<bool> *alike = nullptr;
    std::vector<Finding> besides;           // found elsewhere, told by an audit without filters
    std::vector<Finding> about_migrations;  // of what the filter names
};

// Findings in the promised order. Throws AuditError when no model is registered, or when the filter names a
// model, schema, app or table that nothing knows: an empty answer must mean "nothing found".
[[nodiscard]] std::vector<Finding> audit(const AuditInput &input, const AuditFilter &filter,
                                         const AuditOptions &options);

// One row of schema_audit.columns(): expected beside actual.
struct ColumnRow {
    std::string model, app, schema_name, table_name, column_name;
    std::string expected_type, actual_type, expected_default, actual_default;  // empty = NULL
    std::optional<bool> expected_not_null, actual_not_null;
    bool matched = false;                  // no difference of severity warning or error
    std::vector<std::string> differences;  // rules
};
[[nodiscard]] std::vector<ColumnRow> compare_columns(const AuditInput &input, const AuditFilter &filter,
                                                     const AuditOptions &options);

}  // namespace schema_audit
