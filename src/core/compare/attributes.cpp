#include "core/compare/attributes.hpp"

#include "core/compare/attribute_fixes.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

struct Difference {
    const AttributeSpec *spec;
    std::string_view rule;
    std::string_view expected, actual;
};

std::string label_of(const AttributeSpec &spec) {
    std::string label(spec.name);
    std::ranges::replace(label, '_', ' ');
    return label;
}

std::string_view shown(const AttributeSpec &spec, std::string_view value) {
    return value.empty() ? spec.absent : value;
}

// A fix that makes the object anew stands for those of all that differs.
bool makes_anew(const Difference &difference) { return difference.spec->fix.find("{ddl}") != std::string_view::npos; }

std::string fix_of(const AttributeOwner &owner, std::span<const Difference> differences) {
    const auto anew = std::ranges::find_if(differences, makes_anew);
    if (anew != differences.end()) {
        return fix_of_attribute(owner, *anew->spec, anew->expected, anew->actual);
    }
    std::string fix;
    for (const Difference &difference : differences) {
        const std::string one = fix_of_attribute(owner, *difference.spec, difference.expected, difference.actual);
        if (one.empty()) {
            // The object's DDL does not say who labels it and how.
            return difference.spec->group == AttributeGroup::security_label ? std::string{} : owner.replacement;
        }
        fix += (fix.empty() ? "" : " ") + one;
    }
    return fix;
}

void report(Context &context, const AttributeOwner &owner, std::span<const Difference> differences) {
    Finding &finding = context.report(differences.front().rule, *owner.place, owner.owner, owner.object);
    finding.model = context.view(context.model.models[owner.model].name);
    std::string labels;
    for (const Difference &difference : differences) {
        const std::string label = label_of(*difference.spec);
        labels += (labels.empty() ? "" : ", ") + label;
        const auto add = [&](std::string &text, std::string_view value) {
            if (differences.size() == 1) {
                text = value;
            } else {
                text += format("{}{}: {}", text.empty() ? "" : "; ", label, value.empty() ? "none" : value);
            }
        };
        add(finding.expected, shown(*difference.spec, difference.expected));
        add(finding.actual, shown(*difference.spec, difference.actual));
    }
    finding.message = format("{} {} differs from the model in its {}", owner.object.type, owner.sql, labels);
    finding.fix = fix_of(owner, differences);
    if (owner.kind == ObjectKind::enum_type && finding.rule == owner.rule) {
        describe_enum_difference(finding, owner.sql, differences.front().expected, differences.front().actual);
    }
}

// Does the text of the database say the same, but for types that have another name there?
bool is_same_but_for_names(const Context &context, TextId expected, TextId actual) {
    std::string text = context.str(actual);
    for (const RenamedType &type : context.renamed_types) {
        for (std::size_t at = text.find(type.actual_type); at != std::string::npos;
             at = text.find(type.actual_type, at + type.expected_type.size())) {
            text.replace(at, type.actual_type.size(), type.expected_type);
        }
    }
    return text == context.view(expected);
}

std::vector<Difference> differences_of(const Context &context, const AttributeOwner &owner, Range expected,
                                       Range actual) {
    const Model &model = context.model.models[owner.model];
    const auto wanted = context.model.view(expected);
    const auto found = context.live.view(actual);
    std::vector<Difference> result;
    const auto add = [&](AttributeId id, TextId a, TextId b) {
        const AttributeSpec &spec = attribute_spec(owner.kind, id);
        const bool of_kind = spec.group == AttributeGroup::of_kind;
        if (a != b && is_compared(model.compared, spec.group) && owner.ignored != id &&
            (!of_kind || owner.compares_own) && (spec.said_by_ddl || model.from_database) &&
            (!owner.skipped || !owner.skipped(id, a, b)) && !is_same_but_for_names(context, a, b)) {
            result.push_back({&spec, spec.rule.empty() ? owner.rule : spec.rule, context.view(a), context.view(b)});
        }
    };
    for (const Attribute &attribute : wanted) {
        add(attribute.id, attribute.value, context.live.attribute_of(actual, attribute.id));
    }
    for (const Attribute &attribute : found) {
        // What a hand-written model does not say, it does not claim; and DDL is registered without owners, places and
        // labels, which only their provider could take.
        const AttributeSpec &spec = attribute_spec(owner.kind, attribute.id);
        const bool says_nothing =
            model.hand_written || spec.when_said || spec.group == AttributeGroup::owner ||
            ((spec.group == AttributeGroup::tablespace || spec.group == AttributeGroup::security_label) &&
             !model.from_database);
        if (!says_nothing && context.model.attribute_of(expected, attribute.id) == TextId::none) {
            add(attribute.id, TextId::none, attribute.value);
        }
    }
    std::ranges::stable_sort(result, {}, &Difference::rule);
    return result;
}

}  // namespace

void compare_attributes(Context &context, const AttributeOwner &owner, Range expected, Range actual) {
    if (expected.count == 0 && actual.count == 0) {
        return;
    }
    const std::vector<Difference> differences = differences_of(context, owner, expected, actual);
    for (std::size_t first = 0; first < differences.size();) {
        std::size_t last = first;
        while (last < differences.size() && differences[last].rule == differences[first].rule) {
            ++last;
        }
        report(context, owner, std::span(differences).subspan(first, last - first));
        first = last;
    }
}

bool same_attributes(const Context &context, CompareMask mask, Range expected, Range actual, ObjectKind kind) {
    if (expected.count == 0 && actual.count == 0) {
        return true;
    }
    const auto compared = [&](const Attribute &item) { return is_compared(mask, attribute_spec(kind, item.id).group); };
    const auto wanted = context.model.view(expected);
    const auto found = context.live.view(actual);
    auto a = wanted.begin();
    for (const Attribute &item : found) {
        if (!compared(item)) {
            continue;
        }
        a = std::find_if(a, wanted.end(), compared);
        if (a == wanted.end() || a->id != item.id || a->value != item.value) {
            return false;
        }
        ++a;
    }
    return std::none_of(a, wanted.end(), compared);
}

std::string describe_attributes(const Context &context, const Schema &schema, ObjectKind kind, Range attributes,
                                CompareMask mask) {
    std::string result;
    for (const Attribute &attribute : schema.view(attributes)) {
        const AttributeSpec &spec = attribute_spec(kind, attribute.id);
        if (is_compared(mask, spec.group)) {
            result += format("{}{}: {}", result.empty() ? "" : "; ", label_of(spec), context.view(attribute.value));
        }
    }
    return result;
}

}  // namespace schema_audit
