#include "server/audit_sides.hpp"

#include "core/compare/tenants.hpp"
#include "server/read_live.hpp"
#include "server/read_model.hpp"
#include "server/row_places.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

// The schemas that the models name; those that are not there go into `missing`.
std::vector<NamespaceToRead> namespaces_of(const Schema &model, const TextPool &pool, std::vector<TextId> &missing) {
    std::vector<TextId> names;
    for (const Model &item : model.models) {
        const auto governed = model.view(item.governed);
        names.insert(names.end(), governed.begin(), governed.end());
    }
    for (const Table &table : model.tables) {
        if (names.empty() || names.back() != table.schema) {
            names.push_back(table.schema);
        }
    }
    std::ranges::sort(names);
    const auto rest = std::ranges::unique(names);
    names.erase(rest.begin(), rest.end());
    std::vector<NamespaceToRead> result;
    for (const TextId name : names) {
        if (const Oid oid = find_namespace(pool.view(name)); OidIsValid(oid)) {
            result.push_back({oid, std::string(pool.view(name))});
        } else {
            missing.push_back(name);
        }
    }
    return result;
}

// Nothing is read that no model has compared.
void narrow(ReadScope &scope, const Schema &model) {
    KindMask kinds = 0;
    scope.items = 0;
    scope.ddl = false;
    for (const Model &item : model.models) {
        kinds |= item.describes & item.compared;
        // Of those that columns own a model says nothing when they are as the server makes them.
        kinds |= item.hand_written ? 0 : mask_of(ObjectKind::sequence) & item.compared;
        scope.items |= item.compared;
    }
    for (const SchemaObject &object : model.objects) {
        kinds |= mask_of(object.kind) & model.models[object.model].compared;
    }
    scope.objects &= kinds;
    scope.constraints = scope.constraints && is_compared(scope.items, ObjectKind::constraint);
    scope.indexes = scope.indexes && is_compared(scope.items, ObjectKind::index);
}

// As normalize_model() does.
bool asks_server(const Schema &model) {
    const auto unknown = [](TextId text, TextId normal) { return text != TextId::none && normal == TextId::none; };
    return std::ranges::any_of(model.models, &Model::hand_written) ||
           std::ranges::any_of(model.columns,
                               [&](const Column &item) {
                                   return unknown(item.default_text, item.default_normal) ||
                                          item.client_default_text != TextId::none;
                               }) ||
           std::ranges::any_of(
               model.constraints,
               [&](const Constraint &item) { return unknown(item.expression, item.expression_normal); }) ||
           std::ranges::any_of(model.indexes,
                               [&](const Index &item) { return unknown(item.predicate, item.predicate_normal); });
}

}  // namespace

void read_sides(Sides &sides, ReadScope scope) {
    read_models(sides.model, sides.pool, scope);
    if (has_tenants(sides.model)) {
        write_out_tenants(sides.model, sides.pool, read_schemas());
    }
    narrow(scope, sides.model);
    sides.scope = scope;
    sides.namespaces = namespaces_of(sides.model, sides.pool, sides.input.missing_schemas);
    sides.asks_server = asks_server(sides.model);
    std::optional<Recording> none;  // of what will not be kept
    if (sides.pool.bytes() + sides.model.bytes() > settings::kept_bytes()) {
        none.emplace(nullptr);
    }
    read_live(sides.live, sides.pool, sides.namespaces, SequenceOwners::skip, scope);
    sides.input.problems = normalize_model(sides.model, sides.live, sides.pool);
    sides.input.model = &sides.model;
    sides.input.live = &sides.live;
    sides.input.pool = &sides.pool;
}

bool is_torn(const Schema &live) {
    return std::ranges::any_of(live.tables, &Table::vanished) ||
           std::ranges::any_of(live.objects, &SchemaObject::vanished);
}

}  // namespace schema_audit::server
