#include "core/compare/in_sync.hpp"

#include "core/error.hpp"
#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace schema_audit {
namespace {

constexpr std::size_t findings_in_detail = 10;

std::string counted(std::size_t count, std::string_view word) {
    return format("{} {}{}", count, word, count == 1 || word == "info" ? "" : "s");
}

std::string counts_of(std::span<const Finding> findings) {
    std::string result;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::info}) {
        const auto count = std::ranges::count(findings, severity, &Finding::severity);
        if (count > 0) {
            result += (result.empty() ? "" : ", ") + counted(static_cast<std::size_t>(count), text_of(severity));
        }
    }
    return result;
}

}  // namespace

bool is_drift(const Finding &finding) noexcept {
    const Rule *rule = find_rule(finding.rule);
    return rule == nullptr || rule->family != Family::policy;
}

void require_in_sync(std::span<const Finding> findings, const std::optional<std::string> &model) {
    std::vector<Finding> drift;
    std::ranges::copy_if(findings, std::back_inserter(drift), is_drift);
    if (drift.empty()) {
        return;
    }
    std::string detail;
    const std::size_t told = std::min(drift.size(), findings_in_detail);
    for (const Finding &finding : std::span(drift).first(told)) {
        detail +=
            format("{}{} {}: {}", detail.empty() ? "" : "\n", text_of(finding.severity), finding.rule, finding.message);
    }
    if (told < drift.size()) {
        detail += format("\nand {} more", drift.size() - told);
    }
    const std::string filter = model ? format("models => ARRAY[{}]", quote_literal(*model)) : "";
    throw AuditError(
        ErrorKind::drift,
        format("the database differs from {}: {}", model ? format("model {}", quote_identifier(*model)) : "its models",
               counts_of(drift)),
        detail,
        format("SELECT * FROM audit_schema({}); before this statement shows all of them, with fixes; afterwards the "
               "transaction that made them is rolled back. Accept what is meant to differ with a row of "
               "schema_audit.suppression.",
               filter));
}

DriftChange drift_change(std::span<const Finding> before, std::span<const Finding> after) {
    const auto keys_of = [](std::span<const Finding> findings) {
        std::set<std::string> keys;
        for (const Finding &finding : findings) {
            if (is_drift(finding)) {
                keys.insert(finding.key);
            }
        }
        return keys;
    };
    const std::set<std::string> old_keys = keys_of(before);
    const std::set<std::string> new_keys = keys_of(after);
    DriftChange change;
    std::ranges::copy_if(after, std::back_inserter(change.added),
                         [&](const Finding &finding) { return is_drift(finding) && !old_keys.contains(finding.key); });
    std::ranges::set_difference(old_keys, new_keys, std::back_inserter(change.resolved));
    return change;
}

}  // namespace schema_audit
