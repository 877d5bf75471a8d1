#include "core/compare/unused_indexes.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit {

std::vector<Finding> unused_index_findings(std::span<const UnusedIndex> indexes) {
    constexpr std::string_view rule = "unused-index";
    std::vector<Finding> findings;
    for (const UnusedIndex &index : indexes) {
        Finding &finding = findings.emplace_back();
        finding.rule = rule;
        finding.severity = Severity::info;
        finding.schema_name = index.schema;
        finding.table_name = index.table;
        finding.object_type = "index";
        finding.object_name = index.name;
        finding.model = index.model;
        const std::string name = quote_qualified(index.schema, index.name);
        finding.message = format("no query has used index {} since {}: {} bytes that every write keeps up", name,
                                 index.since, index.bytes);
        finding.fix = format("DROP INDEX CONCURRENTLY {};", name);
        finding.key = finding_key(finding);
    }
    return findings;
}

}  // namespace schema_audit
