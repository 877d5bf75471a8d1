// The live schema with the model's names, so that what merely follows a rename differs in nothing.
#include "core/compare/attribute_fixes.hpp"
#include "core/compare/renames.hpp"

#include "core/schema/identifier.hpp"
#include "core/schema/rename_in_sql.hpp"

#include <algorithm>
#include <unordered_map>

namespace schema_audit {
namespace {

template <class Translate>
Range with_values(Schema &live, Range attributes, Translate translate) {
    Range result;
    for (std::uint32_t i = 0; i < attributes.count; ++i) {
        const Attribute item = live.attributes[attributes.first + i];
        live.attach(result, {item.id, translate(item)});
    }
    return result;
}

class ColumnNames {
public:
    ColumnNames(Schema &live, TextPool &pool, std::span<const RenamedColumn> renamed)
        : live_(live), pool_(pool), renamed_(renamed) {
        for (const RenamedColumn &column : renamed) {
            names_.push_back(
                {quote_identifier(pool.view(column.actual)), quote_identifier(pool.view(column.expected))});
        }
    }

    [[nodiscard]] TextId name(TextId id) const noexcept {
        for (const RenamedColumn &column : renamed_) {
            if (column.actual == id) {
                return column.expected;
            }
        }
        return id;
    }
    [[nodiscard]] TextId sql(TextId id) const {
        return id == TextId::none ? id : pool_.intern(rename_in_sql(pool_.view(id), names_));
    }
    // A list may be shared: the new one lies elsewhere.
    template <class Translate>
    [[nodiscard]] IdList list(IdList ids, Translate translate) const {
        std::vector<TextId> result;
        for (const TextId id : live_.view(ids)) {
            result.push_back(translate(id));
        }
        return live_.add_ids(result);
    }
    [[nodiscard]] IdList names(IdList ids) const {
        return list(ids, [this](TextId id) { return name(id); });
    }
    [[nodiscard]] IdList sqls(IdList ids) const {
        return list(ids, [this](TextId id) { return sql(id); });
    }
    // Lists of attributes may be shared as well.
    [[nodiscard]] Range sql_in(Range attributes, std::initializer_list<AttributeId> ids) const {
        return translated(attributes, [&](const Attribute &item) {
            return std::ranges::find(ids, item.id) == ids.end() ? item.value : sql(item.value);
        });
    }
    [[nodiscard]] Range owner_of_sequence(Range attributes) const {
        return translated(attributes, [&](const Attribute &item) {
            return item.id == attribute(ObjectKind::sequence, "owned_by") ? name(item.value) : item.value;
        });
    }

private:
    template <class Translate>
    [[nodiscard]] Range translated(Range attributes, Translate translate) const {
        return with_values(live_, attributes, translate);
    }

    Schema &live_;
    TextPool &pool_;
    std::span<const RenamedColumn> renamed_;
    std::vector<NewName> names_;
};

template <class Item>
std::span<Item> of_table(std::vector<Item> &items, Range range) noexcept {
    return {items.data() + range.first, range.count};
}

void follow_in_constraint(Constraint &constraint, const ColumnNames &names) {
    constraint.columns = names.names(constraint.columns);
    constraint.expression = names.sql(constraint.expression);
    constraint.expression_normal = names.sql(constraint.expression_normal);
    constraint.attributes = names.sql_in(constraint.attributes, {attribute(ObjectKind::constraint, "include"),
                                                                 attribute(ObjectKind::constraint, "set_columns")});
}

void follow_in_index(Index &index, const ColumnNames &names) {
    index.keys = names.sqls(index.keys);
    index.include = names.sqls(index.include);
    index.predicate = names.sql(index.predicate);
    index.predicate_normal = names.sql(index.predicate_normal);
}

void follow_in_table(Schema &live, Table &table, const ColumnNames &names) {
    for (Column &column : of_table(live.columns, table.columns)) {
        column.name = names.name(column.name);
        if (column.generated != Generated::none) {
            column.default_text = names.sql(column.default_text);
            column.default_normal = names.sql(column.default_normal);
        }
    }
    for (Constraint &constraint : of_table(live.constraints, table.constraints)) {
        follow_in_constraint(constraint, names);
    }
    for (Index &index : of_table(live.indexes, table.indexes)) {
        follow_in_index(index, names);
    }
    table.attributes = names.sql_in(table.attributes, {attribute(ObjectKind::table, "partition_key")});
}

std::string with_parents(std::string_view parents, const std::unordered_map<std::string, std::string> &names) {
    std::string result;
    for (const std::string_view parent : list_items(parents)) {
        const auto found = names.find(std::string(parent));
        result += (result.empty() ? "" : ", ") + (found == names.end() ? std::string(parent) : found->second);
    }
    return result;
}

// Texts that name renamed tables: of views, rules, policies, functions in SQL, defaults, checks, indexes.
class TableTexts {
public:
    TableTexts(Schema &live, TextPool &pool) : live_(live), pool_(pool) {}

    void add(TextId schema, TextId from, TextId to) {
        tables_.push_back({quote_identifier(pool_.view(schema)), quote_identifier(pool_.view(from)),
                           quote_identifier(pool_.view(to))});
    }
    void follow() {
        for (Column &column : live_.columns) {
            column.default_text = text(column.default_text);
            column.default_normal = text(column.default_normal);
        }
        for (Constraint &constraint : live_.constraints) {
            constraint.expression = text(constraint.expression);
            constraint.expression_normal = text(constraint.expression_normal);
        }
        for (Index &index : live_.indexes) {
            index.predicate = text(index.predicate);
            index.predicate_normal = text(index.predicate_normal);
        }
        for (SchemaObject &object : live_.objects) {
            follow(object);
        }
    }

private:
    void follow(SchemaObject &object) {
        const auto values = live_.view(object.attributes);
        if (std::ranges::any_of(values, [this](const Attribute &item) { return text(item.value) != item.value; })) {
            object.attributes =
                with_values(live_, object.attributes, [this](const Attribute &item) { return text(item.value); });
        }
    }
    // Many share a text.
    [[nodiscard]] TextId text(TextId id) {
        if (id == TextId::none) {
            return id;
        }
        const auto [known, added] = known_.try_emplace(id, id);
        if (added) {
            const std::string_view sql = pool_.view(id);
            if (std::ranges::any_of(tables_, [sql](const NewTableName &table) {
                    return sql.find(table.from) != std::string_view::npos;
                })) {
                const std::string renamed = rename_tables_in_sql(sql, tables_);
                known_[id] = pool_.intern(renamed);
            }
        }
        return known_[id];
    }

    Schema &live_;
    TextPool &pool_;
    std::vector<NewTableName> tables_;
    std::unordered_map<TextId, TextId> known_;
};

}  // namespace

void follow_tables(Schema &live, TextPool &pool, const Schema &model, std::span<const RenamedTable> renamed) {
    std::unordered_map<std::uint64_t, TextId> names;
    std::unordered_map<std::string, std::string> qualified;
    TableTexts texts(live, pool);
    for (const RenamedTable &item : renamed) {
        Table &table = live.tables[item.live];
        const TextId name = model.tables[item.model].name;
        names.emplace(pair_of(table.schema, table.name), name);
        qualified.emplace(quote_qualified(pool.view(table.schema), pool.view(table.name)),
                          quote_qualified(pool.view(table.schema), pool.view(name)));
        texts.add(table.schema, table.name, name);
        table.name = name;
    }
    texts.follow();
    const auto follow = [&](TextId schema, TextId &table) {
        if (const auto found = names.find(pair_of(schema, table)); found != names.end()) {
            table = found->second;
        }
    };
    for (Constraint &constraint : live.constraints) {
        follow(constraint.referenced_schema, constraint.referenced_table);
    }
    for (SchemaObject &object : live.objects) {
        follow(object.schema, object.table);
    }
    for (Table &table : live.tables) {
        if (table.inherits) {
            table.attributes = with_values(live, table.attributes, [&](const Attribute &item) {
                constexpr AttributeId inherits = attribute(ObjectKind::table, "inherits");
                return item.id == inherits ? pool.intern(with_parents(pool.view(item.value), qualified)) : item.value;
            });
        }
    }
}

void follow_columns(Schema &live, TextPool &pool, std::span<const RenamedColumn> renamed) {
    std::unordered_map<std::uint64_t, ColumnNames> tables;
    for (std::size_t first = 0; first < renamed.size();) {
        std::size_t last = first;
        while (last < renamed.size() && renamed[last].live == renamed[first].live) {
            ++last;
        }
        Table &table = live.tables[renamed[first].live];
        const auto &names = tables
                                .emplace(pair_of(table.schema, table.name),
                                         ColumnNames(live, pool, renamed.subspan(first, last - first)))
                                .first->second;
        follow_in_table(live, table, names);
        first = last;
    }
    for (Constraint &constraint : live.constraints) {
        const auto found = tables.find(pair_of(constraint.referenced_schema, constraint.referenced_table));
        if (found != tables.end()) {
            constraint.referenced_columns = found->second.names(constraint.referenced_columns);
        }
    }
    for (SchemaObject &object : live.objects) {
        const auto found = tables.find(pair_of(object.schema, object.table));
        if (object.kind == ObjectKind::sequence && found != tables.end()) {
            object.attributes = found->second.owner_of_sequence(object.attributes);
        }
    }
}

}  // namespace schema_audit
