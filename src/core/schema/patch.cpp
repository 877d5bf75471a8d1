#include "core/schema/patch.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

// What stands where differs; it is compared by what it holds.
template <class Item>
Item without_place(Item item) {
    item.table = 0;
    item.attributes = {};
    return item;
}

template <class List>
bool same_list(const Schema &lists, List first, List second) {
    return std::ranges::equal(lists.view(first), lists.view(second));
}

bool same_constraint(const Schema &lists, const Constraint &first, const Constraint &second) {
    Constraint one = without_place(first);
    Constraint other = without_place(second);
    one.columns = one.referenced_columns = other.columns = other.referenced_columns = {};
    return one == other && same_list(lists, first.attributes, second.attributes) &&
           same_list(lists, first.columns, second.columns) &&
           same_list(lists, first.referenced_columns, second.referenced_columns);
}

bool same_index(const Schema &lists, const Index &first, const Index &second) {
    Index one = without_place(first);
    Index other = without_place(second);
    one.keys = one.include = other.keys = other.include = {};
    return one == other && same_list(lists, first.attributes, second.attributes) &&
           same_list(lists, first.keys, second.keys) && same_list(lists, first.include, second.include);
}

// A vector that grows by itself doubles.
template <class Item>
void make_room(std::vector<Item> &items, std::size_t more) {
    if (items.capacity() < items.size() + more) {
        items.reserve(items.size() + more + items.size() / 16);
    }
}

// The items of the table at that place become these.
template <class Item>
void set_items(std::vector<Item> &items, std::vector<Table> &tables, Range Table::*range, std::uint32_t at,
               std::span<const Item> list) {
    Range &place = tables[at].*range;
    if (place.count == 0) {
        place.first = static_cast<std::uint32_t>(items.size());
    }
    const auto count = static_cast<std::uint32_t>(list.size());
    const std::uint32_t old_count = place.count;
    const auto first = items.begin() + place.first;
    if (count <= old_count) {
        items.erase(std::ranges::copy(list, first).out, first + old_count);
    } else {
        make_room(items, count - old_count);
        const auto here = items.begin() + place.first;
        std::ranges::copy(list.first(old_count), here);
        items.insert(here + old_count, list.begin() + old_count, list.end());
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        items[place.first + i].table = at;
    }
    place.count = count;
    if (count != old_count) {
        for (Table &table : tables) {
            if ((table.*range).first > place.first) {
                (table.*range).first += count - old_count;
            }
        }
    }
}

void set_table(Schema &schema, std::uint32_t at, const Schema &part, const Table &table) {
    Table &place = schema.tables[at];
    const Range columns = place.columns;
    const Range constraints = place.constraints;
    const Range indexes = place.indexes;
    place = table;
    place.columns = columns;
    place.constraints = constraints;
    place.indexes = indexes;
    set_items(schema.columns, schema.tables, &Table::columns, at, part.columns_of(table));
    set_items(schema.constraints, schema.tables, &Table::constraints, at, part.constraints_of(table));
    set_items(schema.indexes, schema.tables, &Table::indexes, at, part.indexes_of(table));
}

template <class Item>
void close_up(std::vector<Item> &items, std::uint32_t table) {
    std::erase_if(items, [&](const Item &item) { return item.table == table; });
    for (Item &item : items) {
        item.table -= item.table > table ? 1 : 0;
    }
}

void remove_table(Schema &schema, std::uint32_t at) {
    set_items(schema.columns, schema.tables, &Table::columns, at, std::span<const Column>{});
    set_items(schema.constraints, schema.tables, &Table::constraints, at, std::span<const Constraint>{});
    set_items(schema.indexes, schema.tables, &Table::indexes, at, std::span<const Index>{});
    schema.tables.erase(schema.tables.begin() + at);
    close_up(schema.columns, at);
    close_up(schema.constraints, at);
    close_up(schema.indexes, at);
    close_up(schema.insert_triggers, at);
}

std::uint32_t place_of(const Schema &schema, std::uint32_t live_id) {
    return static_cast<std::uint32_t>(std::ranges::find(schema.tables, live_id, &Table::live_id) -
                                      schema.tables.begin());
}

void set_triggers(Schema &schema, std::uint32_t at, const Schema &part, std::uint32_t number) {
    std::erase_if(schema.insert_triggers, [&](const InsertTrigger &trigger) { return trigger.table == at; });
    for (InsertTrigger trigger : part.insert_triggers) {
        if (trigger.table == number) {
            trigger.table = at;
            schema.insert_triggers.push_back(trigger);
        }
    }
}

}  // namespace

bool same_column(const Schema &lists, const Column &first, const Column &second) {
    return without_place(first) == without_place(second) && same_list(lists, first.attributes, second.attributes);
}

bool same_table(const Schema &lists, const Schema &a, const Table &first, const Schema &b, const Table &second) {
    const auto without_parts = [](Table table) {
        table.columns = table.constraints = table.indexes = table.attributes = {};
        return table;
    };
    const auto by = [&](const auto &same) {
        return [&lists, same](const auto &x, const auto &y) { return same(lists, x, y); };
    };
    // Catalogs hold constraints and indexes in no order that lasts.
    return without_parts(first) == without_parts(second) && same_list(lists, first.attributes, second.attributes) &&
           std::ranges::equal(a.columns_of(first), b.columns_of(second), by(same_column)) &&
           std::ranges::is_permutation(a.constraints_of(first), b.constraints_of(second), by(same_constraint)) &&
           std::ranges::is_permutation(a.indexes_of(first), b.indexes_of(second), by(same_index));
}

void lend_lists(Schema &schema, Schema &part) {
    part.ids = std::move(schema.ids);
    part.attributes = std::move(schema.attributes);
}

void take_back_lists(Schema &schema, Schema &part) {
    schema.ids = std::move(part.ids);
    schema.attributes = std::move(part.attributes);
}

bool patch_tables(Schema &schema, Schema &part, std::span<const std::uint32_t> gone) {
    take_back_lists(schema, part);
    bool changed = false;
    for (const std::uint32_t live_id : gone) {
        if (const std::uint32_t at = place_of(schema, live_id); at < schema.tables.size()) {
            remove_table(schema, at);
            changed = true;
        }
    }
    for (std::uint32_t i = 0; i < part.tables.size(); ++i) {
        const Table &table = part.tables[i];
        const std::uint32_t at = place_of(schema, table.live_id);
        if (at < schema.tables.size() && same_table(schema, schema, schema.tables[at], part, table)) {
            continue;
        }
        if (at == schema.tables.size()) {
            make_room(schema.tables, 1);
            schema.tables.emplace_back();
        }
        set_table(schema, at, part, table);
        set_triggers(schema, at, part, i);
        changed = true;
    }
    return changed;
}

}  // namespace schema_audit
