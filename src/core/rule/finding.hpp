// One difference or hazard: the row shape of audit_schema().
#pragma once

#include "core/rule/rule.hpp"

#include <string>
#include <vector>

namespace schema_audit {

struct Finding {
    Severity severity = Severity::warning;
    std::string_view rule;  // a name from the registry
    std::string schema_name, table_name;
    std::string object_type, object_name;
    std::string expected, actual;  // empty = NULL
    std::string message, fix;
    std::string model, app;
    std::string key;
    bool suppressed = false;
    std::string suppression_reason;
};

// Stable text that names rule and object, the same in every run: rule:schema.table:object_type:object, each
// identifier quoted where SQL would quote it.
[[nodiscard]] std::string finding_key(const Finding &finding);

// Severity, schema, table, object type, object, rule, model.
void sort_findings(std::vector<Finding> &findings);

}  // namespace schema_audit
