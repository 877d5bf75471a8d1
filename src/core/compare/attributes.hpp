// Compares the further attributes of an object (object_kind.hpp): one finding for each rule that they meet.
#pragma once

#include "core/compare/context.hpp"

#include <functional>

namespace schema_audit {

struct AttributeOwner {
    ObjectKind kind = ObjectKind::table;
    std::uint32_t model = 0;       // index into Schema::models
    const Table *place = nullptr;  // schema and table that findings name
    const Table *owner = nullptr;  // the model's table, for the app; may be null
    Object object;
    std::string sql;        // the object as SQL, as in COMMENT ON
    std::string_view rule;  // of attributes that have none of their own
    std::optional<AttributeId> ignored = std::nullopt;
    std::string replacement;  // statements that bring the model's form about where an attribute has no fix
    // For fixes, as SQL, where the kind has them.
    std::string table = {}, name = {};  // the table that a part or object hangs on, and its own name there
    std::string_view ddl = {};          // what creates an object in the model's form
    std::string index = {};             // a constraint's index
    std::string not_null = {};          // the constraint that a column's NOT NULL is
    std::string parent = {};            // a partition's table
    std::string_view sql_kind = {};     // where it is not the kind's word: FOREIGN TABLE
    bool compares_own = true;           // also what no item of schema_audit.compare switches
    // Differences that another finding tells.
    std::function<bool(AttributeId, TextId expected, TextId actual)> skipped = {};
    std::function<std::string(std::string_view expected, std::string_view actual)> own_change = {};  // for {own}
    [[nodiscard]] std::string_view word() const noexcept { return sql_kind.empty() ? spec_of(kind).sql : sql_kind; }
};

void compare_attributes(Context &context, const AttributeOwner &owner, Range expected, Range actual);

// The same attributes on both sides, as far as they are compared.
[[nodiscard]] bool same_attributes(const Context &context, CompareMask mask, Range expected, Range actual,
                                   ObjectKind kind);

// Says what a difference in labels means, which depends on what it is. In enums.cpp.
void describe_enum_difference(Finding &finding, const std::string &type, std::string_view expected,
                              std::string_view actual);

// "volatility: immutable; cost: 10": what is compared of an object, for people. Empty: nothing is stored.
[[nodiscard]] std::string describe_attributes(const Context &context, const Schema &schema, ObjectKind kind,
                                              Range attributes, CompareMask mask);

}  // namespace schema_audit
