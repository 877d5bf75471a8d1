#include "core/compare/tenants.hpp"

#include "core/schema/identifier.hpp"
#include "core/schema/schema_pattern.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace schema_audit {
namespace {

// Which texts mention the schema that stands for all, and what they become for the tenant at hand.
class Spelling {
public:
    Spelling(TextPool &pool, TextId schema) : pool_(pool), schema_(schema), sql_(quote_identifier(pool.view(schema))) {}

    void begin(const LiveSchema &tenant) {
        tenant_ = pool_.intern(tenant.name);
        tenant_sql_ = tenant.sql;
        texts_.clear();
    }
    [[nodiscard]] TextId tenant() const noexcept { return tenant_; }

    [[nodiscard]] TextId schema(TextId name) const noexcept { return name == schema_ ? tenant_ : name; }
    [[nodiscard]] bool mentions(TextId text) {
        const auto at = static_cast<std::uint32_t>(text);
        if (known_.size() <= at) {
            known_.resize(pool_.size(), Mention::unknown);
        }
        if (known_[at] == Mention::unknown) {
            known_[at] = pool_.view(text).find(sql_) == std::string_view::npos ? Mention::no : Mention::yes;
        }
        return known_[at] == Mention::yes;
    }
    void apply(TextId &text) {
        if (!mentions(text)) {
            return;
        }
        const auto [found, added] = texts_.try_emplace(text);
        if (added) {
            found->second = pool_.intern(with_schema_name(pool_.view(text), sql_, tenant_sql_));
        }
        text = found->second;
    }

private:
    enum class Mention : std::uint8_t { unknown, no, yes };
    TextPool &pool_;
    TextId schema_, tenant_ = TextId::none;
    std::string sql_, tenant_sql_;
    std::vector<Mention> known_;  // by TextId, of the model's texts
    std::unordered_map<TextId, TextId> texts_;
};

class Writer {
public:
    Writer(Schema &schema, TextPool &pool, const std::vector<std::vector<const LiveSchema *>> &tenants)
        : schema_(schema),
          old_(std::move(schema)),
          pool_(pool),
          tenants_(tenants),
          plain_(tenants.size()),
          templates_(tenants.size()) {
        schema_ = Schema{};
        schema_.models = old_.models;
        schema_.lost = old_.lost;
        schema_.ids = old_.ids;  // lists that mention no tenant are shared
        schema_.attributes = old_.attributes;
    }

    void write() {
        sort_out(old_.tables, &Part::tables);
        sort_out(old_.enums, &Part::enums);
        sort_out(old_.objects, &Part::objects);
        make_room();
        for (std::uint32_t model = 0; model < schema_.models.size(); ++model) {
            write_part(plain_[model]);
            if (schema_.models[model].tenant_pattern == TextId::none) {
                continue;
            }
            Spelling spelling(pool_, schema_.models[model].tenant_schema);
            spelling_ = &spelling;
            for (const LiveSchema *tenant : tenants_[model]) {
                spelling.begin(*tenant);
                write_part(templates_[model]);
            }
            spelling_ = nullptr;
            govern(schema_.models[model], tenants_[model]);
        }
        schema_.finish();
    }

private:
    // What is written once, or once for each tenant.
    struct Part {
        std::vector<const Table *> tables;
        std::vector<const EnumType *> enums;
        std::vector<const SchemaObject *> objects;
    };

    // The schema that an item lies in, or is.
    static TextId schema_of(const Table &table) { return table.schema; }
    static TextId schema_of(const EnumType &type) { return type.schema; }
    static TextId schema_of(const SchemaObject &object) {
        return object.kind == ObjectKind::schema ? object.name : object.schema;
    }

    template <class Item>
    void sort_out(const std::vector<Item> &items, std::vector<const Item *> Part::*list) {
        for (const Item &item : items) {
            const TextId schema = old_.models[item.model].tenant_schema;
            const bool is_template = schema != TextId::none && schema_of(item) == schema;
            ((is_template ? templates_ : plain_)[item.model].*list).push_back(&item);
        }
    }

    // Arrays that grow step by step are copied several times over.
    void make_room() {
        std::size_t tables = 0;
        std::size_t columns = 0;
        std::size_t constraints = 0;
        std::size_t indexes = 0;
        const auto count = [&](const Part &part, std::size_t copies) {
            for (const Table *table : part.tables) {
                tables += copies;
                columns += copies * table->columns.count;
                constraints += copies * table->constraints.count;
                indexes += copies * table->indexes.count;
            }
        };
        for (std::size_t model = 0; model < tenants_.size(); ++model) {
            count(plain_[model], 1);
            count(templates_[model], tenants_[model].size());
        }
        schema_.tables.reserve(tables);
        schema_.columns.reserve(columns);
        schema_.constraints.reserve(constraints);
        schema_.indexes.reserve(indexes);
    }

    void write_part(const Part &part) {
        for (const Table *table : part.tables) {
            write_table(*table);
        }
        for (const EnumType *item : part.enums) {
            EnumType &type = schema_.enums.emplace_back(*item);
            if (spelling_ != nullptr) {
                type.schema = spelling_->tenant();
                spelling_->apply(type.type);
            }
        }
        for (const SchemaObject *item : part.objects) {
            SchemaObject &object = schema_.objects.emplace_back(*item);
            if (spelling_ != nullptr) {
                object.schema = spelling_->schema(object.schema);
                if (object.kind == ObjectKind::schema) {
                    object.name = spelling_->tenant();
                } else {
                    spelling_->apply(object.name);
                    spelling_->apply(object.identity);
                }
                spell(object.attributes);
            }
        }
    }

    void write_table(const Table &item) {
        const auto number = static_cast<std::uint32_t>(schema_.tables.size());
        Table &table = schema_.tables.emplace_back(item);
        const auto columns = old_.columns_of(item);
        schema_.columns.insert(schema_.columns.end(), columns.begin(), columns.end());
        const auto constraints = old_.constraints_of(item);
        schema_.constraints.insert(schema_.constraints.end(), constraints.begin(), constraints.end());
        const auto indexes = old_.indexes_of(item);
        schema_.indexes.insert(schema_.indexes.end(), indexes.begin(), indexes.end());
        const std::span new_columns = std::span(schema_.columns).last(columns.size());
        const std::span new_constraints = std::span(schema_.constraints).last(constraints.size());
        const std::span new_indexes = std::span(schema_.indexes).last(indexes.size());
        std::ranges::for_each(new_columns, [=](Column &column) { column.table = number; });
        std::ranges::for_each(new_constraints, [=](Constraint &constraint) { constraint.table = number; });
        std::ranges::for_each(new_indexes, [=](Index &index) { index.table = number; });
        if (spelling_ == nullptr) {
            return;
        }
        table.schema = spelling_->tenant();
        spell(table.attributes);
        std::ranges::for_each(new_columns, [this](Column &column) { spell(column); });
        std::ranges::for_each(new_constraints, [this](Constraint &constraint) { spell(constraint); });
        std::ranges::for_each(new_indexes, [this](Index &index) { spell(index); });
    }

    void spell(Column &column) {
        for (TextId *text : {&column.type, &column.collation, &column.default_text, &column.default_normal,
                             &column.client_default, &column.client_default_text}) {
            spelling_->apply(*text);
        }
        spell(column.attributes);
    }
    void spell(Constraint &constraint) {
        constraint.referenced_schema = spelling_->schema(constraint.referenced_schema);
        spelling_->apply(constraint.expression);
        spelling_->apply(constraint.expression_normal);
        spell(constraint.attributes);
    }
    void spell(Index &index) {
        spell(index.keys);
        spelling_->apply(index.predicate);
        spelling_->apply(index.predicate_normal);
        spell(index.attributes);
    }
    void spell(IdList &list) {
        const auto mentions = [this](TextId text) { return spelling_->mentions(text); };
        if (std::ranges::any_of(old_.view(list), mentions)) {
            const auto texts = old_.view(list);
            std::vector<TextId> spelled(texts.begin(), texts.end());
            std::ranges::for_each(spelled, [this](TextId &text) { spelling_->apply(text); });
            list = schema_.add_ids(spelled);
        }
    }
    void spell(Range &list) {
        const auto mentions = [this](const Attribute &item) { return spelling_->mentions(item.value); };
        if (std::ranges::any_of(old_.view(list), mentions)) {
            const Range from = std::exchange(list, Range{static_cast<std::uint32_t>(schema_.attributes.size()), 0});
            for (Attribute item : old_.view(from)) {
                spelling_->apply(item.value);
                schema_.attributes.push_back(item);
                ++list.count;
            }
        }
    }

    // The tenants are governed, not the pattern.
    void govern(Model &model, const std::vector<const LiveSchema *> &tenants) {
        std::vector<TextId> names;
        names.reserve(tenants.size());
        for (const LiveSchema *tenant : tenants) {
            names.push_back(pool_.intern(tenant->name));
        }
        model.tenants = schema_.add_ids(names);
        for (const TextId name : old_.view(model.governed)) {
            if (name != model.tenant_schema) {
                names.push_back(name);
            }
        }
        model.governed = schema_.add_ids(names);
    }

    Schema &schema_;
    Schema old_;
    TextPool &pool_;
    const std::vector<std::vector<const LiveSchema *>> &tenants_;  // by model
    std::vector<Part> plain_, templates_;                          // by model
    Spelling *spelling_ = nullptr;                                 // null: what is written is no tenant's
};

}  // namespace

bool has_tenants(const Schema &model) noexcept {
    return std::ranges::any_of(model.models, [](const Model &item) { return item.tenant_pattern != TextId::none; });
}

void write_out_tenants(Schema &model, TextPool &pool, std::span<const LiveSchema> schemas) {
    if (!has_tenants(model)) {
        return;
    }
    std::unordered_set<std::string_view> plain;
    for (const Model &item : model.models) {
        for (const TextId name : model.view(item.governed)) {
            if (name != item.tenant_schema) {
                plain.insert(pool.view(name));
            }
        }
    }
    std::vector<std::vector<const LiveSchema *>> tenants(model.models.size());
    for (std::size_t i = 0; i < model.models.size(); ++i) {
        if (model.models[i].tenant_pattern == TextId::none) {
            continue;
        }
        for (const LiveSchema &schema : schemas) {
            if (like(schema.name, pool.view(model.models[i].tenant_pattern)) && !plain.contains(schema.name)) {
                tenants[i].push_back(&schema);
            }
        }
    }
    Writer(model, pool, tenants).write();
}

bool is_tenant(const Schema &model, std::uint32_t model_index, TextId schema) noexcept {
    const auto tenants = model.view(model.models[model_index].tenants);
    return std::ranges::find(tenants, schema) != tenants.end();
}

void name_tenants(AuditFilter &filter, const Schema &model, const TextPool &pool) {
    if (!filter.schemas) {
        return;
    }
    const std::vector<std::string> named = *filter.schemas;
    for (const Model &item : model.models) {
        if (item.tenant_pattern != TextId::none &&
            std::ranges::find(named, pool.view(item.tenant_pattern)) != named.end()) {
            for (const TextId tenant : model.view(item.tenants)) {
                filter.schemas->emplace_back(pool.view(tenant));
            }
        }
    }
}

}  // namespace schema_audit
