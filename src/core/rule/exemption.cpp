#include "core/rule/exemption.hpp"

#include "core/text/format.hpp"

namespace schema_audit {
namespace {

Finding finding_about(std::string_view rule, const Exemption &exemption, std::string message) {
    Finding finding;
    finding.severity = find_rule(rule)->severity;
    finding.rule = rule;
    finding.object_type = "rule setting";
    finding.object_name = format("{} {}", exemption.id, exemption.what);
    finding.expected = exemption.reason;
    finding.message = std::move(message);
    finding.fix = format("DELETE FROM schema_audit.rule_setting WHERE id = {};", exemption.id);
    finding.key = finding_key(finding);
    return finding;
}

}  // namespace

std::vector<Finding> exemption_findings(std::span<const Exemption> exemptions) {
    std::vector<Finding> findings;
    for (const Exemption &item : exemptions) {
        if (!item.expired_at.empty()) {
            findings.push_back(finding_about(
                "exemption-expired", item,
                format("row {} of schema_audit.rule_setting {} expired at {} and decides nothing any more", item.id,
                       item.what, item.expired_at)));
        } else if (!item.unused_since.empty()) {
            findings.push_back(finding_about(
                "exemption-unused", item,
                format("row {} of schema_audit.rule_setting {} has let nothing pass since {}: schema_audit.ddl_log has "
                       "no command that needed it",
                       item.id, item.what, item.unused_since)));
        }
    }
    return findings;
}

}  // namespace schema_audit
