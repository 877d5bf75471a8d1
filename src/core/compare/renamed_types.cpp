// Types that the database has under another name: the model's is missing, one of its schema that no model names is
// defined the same, and no other of either side is. That is one finding, and none for the columns that use it.
#include "core/compare/context.hpp"
#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <unordered_map>
#include <unordered_set>

namespace schema_audit {
namespace {

struct Candidates {
    std::vector<std::uint32_t> expected, actual;
};

bool is_type(ObjectKind kind) noexcept {
    return kind == ObjectKind::enum_type || kind == ObjectKind::domain || kind == ObjectKind::composite_type ||
           kind == ObjectKind::range_type;
}

std::string name_key(const SchemaObject &object) {
    return format("{} {} {}", static_cast<int>(object.kind), static_cast<std::uint32_t>(object.schema),
                  static_cast<std::uint32_t>(object.name));
}

std::string definition_key(const Schema &schema, const SchemaObject &object) {
    std::string key = format("{} {}", static_cast<int>(object.kind), static_cast<std::uint32_t>(object.schema));
    for (const Attribute &item : schema.view(object.attributes)) {
        if (attribute_spec(object.kind, item.id).group == AttributeGroup::of_kind) {
            key += format(" {} {}", item.id, static_cast<std::uint32_t>(item.value));
        }
    }
    return key;
}

std::unordered_set<std::string> names_of_types(const Schema &schema) {
    std::unordered_set<std::string> names;
    for (const SchemaObject &object : schema.objects) {
        if (is_type(object.kind)) {
            names.insert(name_key(object));
        }
    }
    return names;
}

}  // namespace

void find_renamed_types(Context &context) {
    const std::unordered_set<std::string> known = names_of_types(context.model);
    const std::unordered_set<std::string> found = names_of_types(context.live);
    std::unordered_map<std::string, Candidates> candidates;
    for (std::uint32_t i = 0; i < context.model.objects.size(); ++i) {
        const SchemaObject &object = context.model.objects[i];
        if (is_type(object.kind) && context.model_selected(object.model) &&
            is_compared(context.model.models[object.model].compared, object.kind) &&
            !found.contains(name_key(object))) {
            candidates[definition_key(context.model, object)].expected.push_back(i);
        }
    }
    if (candidates.empty()) {
        return;
    }
    for (std::uint32_t i = 0; i < context.live.objects.size(); ++i) {
        const SchemaObject &object = context.live.objects[i];
        if (is_type(object.kind) && !object.vanished && !known.contains(name_key(object))) {
            if (const auto same = candidates.find(definition_key(context.live, object)); same != candidates.end()) {
                same->second.actual.push_back(i);
            }
        }
    }
    const auto type_of = [&](const SchemaObject &object) {
        return quote_qualified(context.view(object.schema), context.view(object.name));
    };
    for (const auto &[key, types] : candidates) {
        if (types.expected.size() == 1 && types.actual.size() == 1) {
            const std::uint32_t expected = types.expected[0];
            const std::uint32_t actual = types.actual[0];
            context.renamed_types.push_back(
                {expected, actual, type_of(context.model.objects[expected]), type_of(context.live.objects[actual])});
        }
    }
}

}  // namespace schema_audit
