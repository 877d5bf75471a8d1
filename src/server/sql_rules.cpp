// schema_audit.rules(): the registry as rows.
#include "core/rule/rule.hpp"

#include "server/entry.hpp"
#include "server/result_rows.hpp"

namespace schema_audit::server {
namespace {

void run_rules(FunctionCallInfo fcinfo) {
    std::vector<ResultRow> rows;
    for (const Rule &rule : rules()) {
        const bool is_guard = rule.acts_on != "audit" && rule.acts_on != "lint";
        rows.push_back({std::string(rule.name), std::string(text_of(rule.family)), std::string(text_of(rule.severity)),
                        is_guard ? std::optional(std::string(text_of(rule.action))) : std::nullopt,
                        std::string(rule.acts_on), std::string(rule.description), std::string(rule.help)});
    }
    return_rows(fcinfo, rows);
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_rules) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_rules(fcinfo);
        return Datum{0};
    });
}
