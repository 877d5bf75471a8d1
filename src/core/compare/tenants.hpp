// Tenants: one model for many schemas of the same shape. A model with a pattern is put in place of itself once for
// each live schema that matches, before anything is compared; so every part of the comparison, of whatever kind of
// object, knows nothing of tenants, and what one tenant takes from another differs.
#pragma once

#include "core/compare/audit.hpp"

namespace schema_audit {

struct LiveSchema {
    std::string name;
    std::string sql;  // as the server spells it in texts
};

[[nodiscard]] bool has_tenants(const Schema &model) noexcept;

// Finds the tenants of each pattern among the live schemas and writes the model out for each of them, in time and
// memory of what it writes. A schema that any model governs by its plain name is nobody's tenant.
void write_out_tenants(Schema &model, TextPool &pool, std::span<const LiveSchema> schemas);

// Is the schema a tenant of the model?
[[nodiscard]] bool is_tenant(const Schema &model, std::uint32_t model_index, TextId schema) noexcept;

// Lets a pattern in the filter's schemas stand for its tenants.
void name_tenants(AuditFilter &filter, const Schema &model, const TextPool &pool);

}  // namespace schema_audit
