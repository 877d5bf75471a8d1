#include "core/rule/suppression.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit {
namespace {

bool like_or_any(const std::optional<std::string> &pattern, std::string_view text) noexcept {
    return !pattern || like(text, *pattern);
}

// What it suppresses, in the words of its row.
std::string describe(const Suppression &suppression) {
    if (suppression.finding_key) {
        return *suppression.finding_key;
    }
    std::string text = suppression.rule.value_or("any rule");
    if (suppression.schema_pattern || suppression.table_pattern) {
        text += format(" on {}.{}", suppression.schema_pattern.value_or("%"), suppression.table_pattern.value_or("%"));
    }
    if (suppression.object_pattern) {
        text += format(" for {}", *suppression.object_pattern);
    }
    return text;
}

Finding policy_finding(std::string_view rule, const Suppression &suppression, std::string message, std::string fix) {
    Finding finding;
    finding.severity = find_rule(rule)->severity;
    finding.rule = rule;
    finding.object_type = "suppression";
    finding.object_name = describe(suppression);
    finding.expected = suppression.reason;
    finding.message = std::move(message);
    finding.fix = std::move(fix);
    finding.key = finding_key(finding);
    return finding;
}

}  // namespace

bool matches(const Suppression &suppression, const Finding &finding) noexcept {
    if (suppression.finding_key && *suppression.finding_key != finding.key) {
        return false;
    }
    return like_or_any(suppression.rule, finding.rule) &&
           like_or_any(suppression.schema_pattern, finding.schema_name) &&
           like_or_any(suppression.table_pattern, finding.table_name) &&
           like_or_any(suppression.object_pattern, finding.object_name);
}

void apply_suppressions(std::vector<Finding> &findings, std::span<const Suppression> suppressions, bool complete) {
    std::vector<Finding> about_policy;
    for (const Suppression &suppression : suppressions) {
        bool used = false;
        for (Finding &finding : findings) {
            if (matches(suppression, finding)) {
                used = true;
                if (!suppression.expired) {
                    finding.suppressed = true;
                    finding.suppression_reason = suppression.reason;
                }
            }
        }
        const std::string remove = format("DELETE FROM schema_audit.suppression WHERE id = {};", suppression.id);
        if (suppression.expired && (used || complete)) {
            about_policy.push_back(
                policy_finding("suppression-expired", suppression,
                               format("the suppression of {} expired at {} and suppresses nothing any more",
                                      describe(suppression), suppression.expires_at),
                               remove));
        } else if (!used && complete) {
            about_policy.push_back(
                policy_finding("suppression-unused", suppression,
                               format("the suppression of {} matches no finding", describe(suppression)), remove));
        }
    }
    findings.insert(findings.end(), about_policy.begin(), about_policy.end());
}

}  // namespace schema_audit
