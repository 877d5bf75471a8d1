// Need::models: what the registered models say of a relation, and how often it is read. The tables of the models are
// read by their keys; where somebody has locked or altered one, its rows are taken as missing.
#include "core/schema/identifier.hpp"

#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

struct ModelTable {
    const char *name;
    std::array<const char *, 8> columns;  // by number, as src/sql/20_model.sql makes them
};
constexpr ModelTable model{"model", {"model", "version", "source", "governed_schemas"}};
constexpr ModelTable model_table{"model_table", {"model", "schema_name", "table_name"}};
constexpr ModelTable model_column{
    "model_column", {"model", "schema_name", "table_name", "column_name", "position", "data_type", "not_null"}};
constexpr ModelTable model_object{"model_object", {"model", "kind", "schema_name", "table_name", "object_name"}};

bool has_our_shape(TupleDesc descriptor, const ModelTable &table) noexcept {
    for (std::size_t i = 0; i < table.columns.size() && table.columns[i] != nullptr; ++i) {
        const int number = static_cast<int>(i);
        if (number >= descriptor->natts || TupleDescAttr(descriptor, number)->attisdropped ||
            std::strcmp(NameStr(TupleDescAttr(descriptor, number)->attname), table.columns[i]) != 0) {
            return false;
        }
    }
    return true;
}

struct Keys {
    std::array<const char *, 3> values{};
    int count = 0;
};

template <class Visit>
void for_each_row(const ModelTable &table, const Keys &keys, Visit visit) noexcept {
    const Oid schema = get_namespace_oid("schema_audit", true);
    const Oid oid = OidIsValid(schema) ? get_relname_relid(table.name, schema) : InvalidOid;
    const Oid index = OidIsValid(oid) ? get_relname_relid(psprintf("%s_pkey", table.name), schema) : InvalidOid;
    if (!OidIsValid(index) || !ConditionalLockRelationOid(oid, AccessShareLock)) {
        return;
    }
    if (!ConditionalLockRelationOid(index, AccessShareLock)) {
        UnlockRelationOid(oid, AccessShareLock);
        return;
    }
    const Relation relation = try_relation_open(oid, NoLock);
    if (relation != nullptr && has_our_shape(RelationGetDescr(relation), table)) {
        std::array<ScanKeyData, 3> scan_keys;
        for (int i = 0; i < keys.count; ++i) {
            ScanKeyInit(&scan_keys[i], static_cast<AttrNumber>(i + 1), BTEqualStrategyNumber, F_TEXTEQ,
                        CStringGetTextDatum(keys.values[i]));
            scan_keys[i].sk_collation = DEFAULT_COLLATION_OID;
        }
        PushActiveSnapshot(GetLatestSnapshot());
        const SysScanDesc scan =
            systable_beginscan(relation, index, keys.count > 0, GetActiveSnapshot(), keys.count, scan_keys.data());
        for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
            visit(tuple, RelationGetDescr(relation));
        }
        systable_endscan(scan);
        PopActiveSnapshot();
    }
    if (relation != nullptr) {
        relation_close(relation, NoLock);
    }
    UnlockRelationOid(index, AccessShareLock);
    UnlockRelationOid(oid, AccessShareLock);
}

const char *text_at(HeapTuple tuple, int number, TupleDesc descriptor) noexcept {
    bool is_null = false;
    const Datum value = heap_getattr(tuple, number, descriptor, &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
}

struct Model {
    std::string name;
    std::vector<std::string> schemas;
    std::string tenants;  // LIKE pattern

    [[nodiscard]] bool governs(const std::string &schema) const {
        return std::ranges::find(schemas, schema) != schemas.end();
    }
};

void append_schemas(HeapTuple tuple, TupleDesc descriptor, std::vector<std::string> &schemas) {
    bool is_null = false;
    const Datum array = heap_getattr(tuple, 4, descriptor, &is_null);
    Datum *items = nullptr;
    bool *nulls = nullptr;
    int count = 0;
    if (!is_null) {
        deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &items, &nulls, &count);
    }
    for (int i = 0; i < count; ++i) {
        const char *schema = nulls[i] ? nullptr : TextDatumGetCString(items[i]);
        if (schema != nullptr) {
            schemas.emplace_back(schema);
        }
    }
}

std::vector<Model> read_all_models() {
    std::vector<Model> models;
    server_call([&] {
        for_each_row(model, {}, [&](HeapTuple tuple, TupleDesc descriptor) {
            const char *name = text_at(tuple, 1, descriptor);
            const AttrNumber pattern = SPI_fnumber(descriptor, "tenant_pattern");
            const char *tenants = pattern > 0 ? text_at(tuple, pattern, descriptor) : nullptr;
            Model &found = models.emplace_back();
            found.name = name;
            found.tenants = tenants != nullptr ? tenants : "";
            append_schemas(tuple, descriptor, found.schemas);
        });
    });
    return models;
}

// The schema by whose name the model speaks of this one: its own, or the one that stands for all tenants.
std::string schema_in(const Model &model, const std::string &schema) {
    if (model.tenants.empty() || model.governs(schema) || !like(schema, model.tenants)) {
        return schema;
    }
    std::string plain;
    for (std::size_t i = 0; i < model.tenants.size(); ++i) {
        i += model.tenants[i] == '\\' && i + 1 < model.tenants.size() ? 1 : 0;
        plain += model.tenants[i];
    }
    return plain;
}

// Null: it is a table.
const char *object_kind(guard::RelationKind kind) noexcept {
    switch (kind) {
        case guard::RelationKind::view:
            return "view";
        case guard::RelationKind::materialized_view:
            return "materialized view";
        case guard::RelationKind::sequence:
            return "sequence";
        default:
            return nullptr;
    }
}

void read_table(const Model &model, const std::string &schema, guard::TableFacts &facts) {
    const Keys keys{{model.name.c_str(), schema.c_str(), facts.name.c_str()}, 3};
    bool found = false;
    server_call([&] { for_each_row(model_table, keys, [&](HeapTuple, TupleDesc) { found = true; }); });
    if (found) {
        facts.models.push_back(model.name);
    }
    facts.governed = facts.governed || found || model.governs(schema);
    server_call([&] {
        for_each_row(model_column, keys, [&](HeapTuple tuple, TupleDesc descriptor) {
            const char *name = text_at(tuple, 4, descriptor);
            bool is_null = false;
            const bool not_null = DatumGetBool(heap_getattr(tuple, 7, descriptor, &is_null));
            guard::ModelColumn &column = facts.model_columns.emplace_back();
            column.model = model.name;
            column.name = name;
            column.not_null = not_null && !is_null;
        });
    });
}

// A model without any object of the kind in the schema may not care for them.
void read_object(const Model &model, const std::string &schema, const char *kind, guard::TableFacts &facts) {
    const Keys keys{{model.name.c_str(), kind, schema.c_str()}, 3};
    const char *wanted = facts.name.c_str();
    bool any = false;
    bool found = false;
    server_call([&] {
        for_each_row(model_object, keys, [&](HeapTuple tuple, TupleDesc descriptor) {
            const char *name = text_at(tuple, 5, descriptor);
            any = true;
            found = found || std::strcmp(name, wanted) == 0;
        });
    });
    if (found) {
        facts.models.push_back(model.name);
    }
    facts.governed = facts.governed || found || (any && model.governs(schema));
}

int64 scans_of(Oid relation) noexcept {
    const PgStat_StatTabEntry *entry = pgstat_fetch_stat_tabentry(relation);
    return entry != nullptr ? entry->numscans : 0;
}

}  // namespace

void read_models(Oid relation, guard::TableFacts &facts) {
    facts.scans = server_call([=] { return scans_of(relation); });
    const char *kind = object_kind(facts.kind);
    for (const Model &model : read_all_models()) {
        const std::string schema = schema_in(model, facts.schema);
        if (kind == nullptr) {
            read_table(model, schema, facts);
        } else {
            read_object(model, schema, kind, facts);
        }
    }
}

}  // namespace schema_audit::server
