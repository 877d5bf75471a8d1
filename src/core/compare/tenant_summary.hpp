// What tenants have in common and which stand apart: the findings of an audit, told once for all of them.
#pragma once

#include "core/compare/audit.hpp"

namespace schema_audit {

// One difference, in the words of the pattern. A difference that few have marks those that stand apart.
struct TenantDifference {
    Finding finding;                   // of one of them; schema_name, message and so on speak of the pattern
    std::vector<std::string> tenants;  // that have it, by name
    std::vector<std::string> without;  // that were compared and have it not
    bool outlier = false;
};

// One tenant of a model.
struct Tenant {
    std::string model, schema_name;
    std::uint32_t errors = 0, warnings = 0, infos = 0;
    std::uint32_t only_here = 0;  // differences that no other tenant has
    bool outlier = false;         // has an error or warning that at most a few share
};

struct TenantSummary {
    std::vector<TenantDifference> differences;
    std::vector<Tenant> tenants;
};

// `findings` as audit() gave them for this input and filter. A difference is an outlier's when some, and at most
// this share of the tenants that were compared (but always one of several), have it. Throws AuditError when no
// selected model has a pattern.
[[nodiscard]] TenantSummary summarize_tenants(const AuditInput &input, const AuditFilter &filter,
                                              std::vector<Finding> findings, double outlier_share);

}  // namespace schema_audit
