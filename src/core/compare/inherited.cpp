// What a child only inherits differs where its parent does: that is told of the parent alone.
#include "core/compare/attribute_fixes.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <unordered_map>
#include <unordered_set>

namespace schema_audit {
namespace {

// ALTER of the parent changes these in its children too; what does not come from there is a fact of the child.
bool is_inheritable(const Finding &finding) {
    const bool column = finding.object_type == "column";
    const bool own = finding.rule == "identity-mismatch" || finding.rule == "grants-mismatch" ||
                     finding.rule == "comment-mismatch" || finding.rule == "security-label-mismatch";
    return (column && !own) || finding.object_type == "check constraint";
}

std::string fact_of(const Finding &finding, std::string_view table) {
    std::string text(table);
    for (const std::string_view part :
         {finding.rule, std::string_view(finding.object_name), std::string_view(finding.expected),
          std::string_view(finding.actual), std::string_view(finding.model)}) {
        text.append(1, '\0').append(part);
    }
    return text;
}

std::string_view parents_of(const Context &context, const Finding &finding) {
    const TextId schema = context.pool.find(finding.schema_name);
    const TextId name = context.pool.find(finding.table_name);
    const Table *live = context.live_table(schema, name);
    return live == nullptr
               ? std::string_view{}
               : context.view(context.live.attribute_of(live->attributes, attribute(ObjectKind::table, "inherits")));
}

// An index of the table, apart from its name: "s.t UNIQUE USING btree (a)".
std::string index_of(const Finding &finding, std::string_view table) {
    const std::string_view sql = finding.actual;
    const std::size_t at = std::min(sql.find(" USING "), sql.size());
    return std::string(table).append(sql.starts_with("CREATE UNIQUE") ? " UNIQUE" : "").append(sql.substr(at));
}

// An index of a partition that should be attached to an invalid one of the parent is why that is invalid.
void tell_unattached_indexes(Context &context) {
    std::unordered_map<std::string, std::size_t> invalid;
    for (std::size_t i = 0; i < context.findings.size(); ++i) {
        const Finding &finding = context.findings[i];
        if (finding.rule == "invalid-index" && finding.fix.empty()) {
            invalid.emplace(index_of(finding, quote_qualified(finding.schema_name, finding.table_name)), i);
        }
    }
    if (invalid.empty()) {
        return;
    }
    std::vector<bool> told(context.findings.size(), false);
    for (std::size_t i = 0; i < context.findings.size(); ++i) {
        const Finding &finding = context.findings[i];
        if (finding.rule != "extra-index") {
            continue;
        }
        if (const auto found = invalid.find(index_of(finding, parents_of(context, finding))); found != invalid.end()) {
            Finding &parent = context.findings[found->second];
            parent.fix += format("{}ALTER INDEX {} ATTACH PARTITION {};", parent.fix.empty() ? "" : " ",
                                 quote_qualified(parent.schema_name, parent.object_name),
                                 quote_qualified(finding.schema_name, finding.object_name));
            told[i] = true;
        }
    }
    std::size_t at = 0;
    std::erase_if(context.findings, [&](const Finding &) { return told[at++]; });
}

}  // namespace

void drop_inherited_findings(Context &context) {
    tell_unattached_indexes(context);
    const auto &tables = context.live.tables;
    constexpr AttributeId inherits = attribute(ObjectKind::table, "inherits");
    if (std::ranges::none_of(context.findings, is_inheritable) || std::ranges::none_of(tables, [&](const Table &table) {
            return context.live.attribute_of(table.attributes, inherits) != TextId::none;
        })) {
        return;
    }
    std::unordered_set<std::string> facts;
    for (const Finding &finding : context.findings) {
        if (is_inheritable(finding)) {
            facts.insert(fact_of(finding, quote_qualified(finding.schema_name, finding.table_name)));
        }
    }
    std::erase_if(context.findings, [&](const Finding &finding) {
        return is_inheritable(finding) &&
               std::ranges::any_of(list_items(parents_of(context, finding)),
                                   [&](std::string_view parent) { return facts.contains(fact_of(finding, parent)); });
    });
}

}  // namespace schema_audit
