// What brings an attribute into the model's form: the templates of object_kind.hpp, and what a template cannot say.
#pragma once

#include "core/compare/attributes.hpp"

namespace schema_audit {

// The attribute's statements for a change from `actual` to `expected`, texts as they are stored; empty where none can
// be made.
[[nodiscard]] std::string fix_of_attribute(const AttributeOwner &owner, const AttributeSpec &spec,
                                           std::string_view expected, std::string_view actual);

// The members of a list as attributes hold them, "a, b": commas within quotes separate nothing.
[[nodiscard]] std::vector<std::string_view> list_items(std::string_view list, std::string_view separator = ", ");

}  // namespace schema_audit
