#include "core/schema/schema.hpp"

#include <algorithm>
#include <utility>

namespace schema_audit {
namespace {

// Sets the ranges of tables whose items follow each other; returns which tables' items do not.
template <class Item>
std::vector<bool> set_ranges(const std::vector<Item> &items, std::vector<Table> &tables, Range Table::*range) {
    std::vector<bool> scattered;
    for (Table &table : tables) {
        table.*range = Range{};
    }
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        Range &place = tables[items[i].table].*range;
        if (place.count == 0) {
            place.first = i;
        } else if (place.first + place.count != i) {
            scattered.resize(tables.size());
            scattered[items[i].table] = true;
        }
        ++place.count;
    }
    return scattered;
}

// Brings the items of each table together and sets the tables' ranges. Items come almost in order from
// catalogs and models: those of the few scattered tables move to the end. Linear, since catalogs of 100,000
// tables are ordinary.
template <class Item>
void group_by_table(std::vector<Item> &items, std::vector<Table> &tables, Range Table::*range) {
    const std::vector<bool> scattered = set_ranges(items, tables, range);
    if (scattered.empty()) {
        return;
    }
    std::vector<Item> moved;
    std::uint32_t kept = 0;
    for (const Item &item : items) {
        if (scattered[item.table]) {
            moved.push_back(item);
            continue;
        }
        if (kept == 0 || items[kept - 1].table != item.table) {
            (tables[item.table].*range).first = kept;
        }
        items[kept++] = item;
    }
    std::uint32_t next = kept;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (scattered[i]) {
            (tables[i].*range).first = next;
            next += std::exchange((tables[i].*range).count, 0);
        }
    }
    for (const Item &item : moved) {
        Range &place = tables[item.table].*range;
        items[place.first + place.count++] = item;
    }
}

}  // namespace

IdList Schema::add_ids(std::span<const TextId> list) {
    const IdList result{static_cast<std::uint32_t>(ids.size()), static_cast<std::uint32_t>(list.size())};
    ids.insert(ids.end(), list.begin(), list.end());
    return result;
}

void Schema::attach(Range &list, Attribute attribute) {
    if (attribute.value == TextId::none) {
        return;
    }
    if (&list != last_attached_ || list.count == 0 || list.first + list.count != attributes.size()) {
        const auto first = static_cast<std::uint32_t>(attributes.size());
        for (std::uint32_t i = 0; i < list.count; ++i) {
            attributes.push_back(Attribute{attributes[list.first + i]});
        }
        list.first = first;
        last_attached_ = &list;
    }
    attributes.push_back(attribute);
    ++list.count;
    const auto last = attributes.end() - 1;
    const auto place = std::upper_bound(attributes.begin() + list.first, last, attribute.id,
                                        [](AttributeId id, const Attribute &other) { return id < other.id; });
    std::rotate(place, last, attributes.end());
}

void Schema::replace(Range &list, Attribute attribute) {
    for (std::uint32_t i = list.first; i < list.first + list.count; ++i) {
        if (attributes[i].id == attribute.id) {
            attributes[i].value = attribute.value;
            return;
        }
    }
    attach(list, attribute);
}

TextId Schema::attribute_of(Range list, AttributeId id) const noexcept {
    for (const Attribute &attribute : view(list)) {
        if (attribute.id == id) {
            return attribute.value;
        }
    }
    return TextId::none;
}

void Schema::finish() {
    group_columns();
    group_keys();
}

void Schema::group_keys() {
    group_by_table(constraints, tables, &Table::constraints);
    group_by_table(indexes, tables, &Table::indexes);
}

void Schema::group_columns() {
    group_by_table(columns, tables, &Table::columns);
    const auto unsorted = [](const Column &a, const Column &b) {
        return a.table == b.table && a.position > b.position;
    };
    if (std::ranges::adjacent_find(columns, unsorted) == columns.end()) {
        return;
    }
    for (const Table &table : tables) {
        const auto first = columns.begin() + table.columns.first;
        const auto last = first + table.columns.count;
        const auto by_position = [](const Column &a, const Column &b) { return a.position < b.position; };
        if (!std::is_sorted(first, last, by_position)) {
            std::stable_sort(first, last, by_position);
        }
    }
}

std::size_t Schema::bytes() const noexcept {
    const auto of = [](const auto &items) { return items.capacity() * sizeof items[0]; };
    return of(models) + of(lost) + of(tables) + of(columns) + of(constraints) + of(indexes) + of(insert_triggers) +
           of(enums) + of(objects) + of(attributes) + of(ids);
}

const Column *Schema::column(const Table &table, TextId name) const noexcept {
    for (const Column &column : columns_of(table)) {
        if (column.name == name) {
            return &column;
        }
    }
    return nullptr;
}

}  // namespace schema_audit
