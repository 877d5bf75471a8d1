#include "core/schema/object_kind.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

struct GroupItem {
    AttributeGroup group;
    CompareItem item;
};

constexpr auto groups = std::to_array<GroupItem>({
    {AttributeGroup::owner, {"owners", "who owns each object", false}},
    {AttributeGroup::grants, {"grants", "privileges on each object and column", false}},
    {AttributeGroup::comment, {"comments", "comments on each object and column", false}},
    {AttributeGroup::security_label, {"security labels", "labels of security providers", false}},
    {AttributeGroup::statistics_target, {"statistics targets", "how closely ANALYZE looks", false}},
    {AttributeGroup::tablespace, {"tablespaces", "where tables and indexes lie", true}},
    {AttributeGroup::storage, {"storage parameters", "storage parameters, storage and compression of columns", true}},
});

constexpr std::size_t item_count = kind_count + groups.size();
static_assert(item_count <= 64, "masks of items have 64 bits");

constexpr auto items = [] {
    std::array<CompareItem, item_count> result{};
    std::size_t next = 0;
    for (const KindSpec &kind : kinds) {
        result[next++] = {kind.plural, kind.plural, kind.compared_by_default};
    }
    for (const GroupItem &group : groups) {
        result[next++] = group.item;
    }
    return result;
}();

// None for what nothing switches.
CompareMask bit_of(AttributeGroup group) noexcept {
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].group == group) {
            return CompareMask{1} << (kind_count + i);
        }
    }
    return 0;
}

}  // namespace

std::optional<ObjectKind> kind_from(std::string_view word) noexcept {
    const auto *found = std::ranges::find(kinds, word, &KindSpec::word);
    return found == kinds.end() ? std::nullopt : std::optional(found->kind);
}

std::span<const CompareItem> compare_items() noexcept { return items; }

CompareMask default_compare_mask() noexcept {
    CompareMask mask = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        mask |= items[i].by_default ? CompareMask{1} << i : 0;
    }
    return mask;
}

std::optional<std::size_t> find_compare_item(std::string_view name) noexcept {
    const auto *found = std::ranges::find(items, name, &CompareItem::name);
    return found == items.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - items.begin()));
}

bool is_compared(CompareMask mask, ObjectKind kind) noexcept { return (mask & mask_of(kind)) != 0; }

bool is_compared(CompareMask mask, AttributeGroup group) noexcept {
    return group == AttributeGroup::of_kind || (mask & bit_of(group)) != 0;
}

std::string_view item_of(AttributeGroup group) noexcept {
    const auto *found = std::ranges::find(groups, group, &GroupItem::group);
    return found == groups.end() ? std::string_view{} : found->item.name;
}

CompareMask without(CompareMask mask, AttributeGroup group) noexcept { return mask & ~bit_of(group); }

}  // namespace schema_audit
