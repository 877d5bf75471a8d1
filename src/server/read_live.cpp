#include "core/schema/identifier.hpp"
#include "core/schema/schema_pattern.hpp"
#include "server/live_objects/reader.hpp"
#include "server/live_reader.hpp"
#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

TableKind kind_of(const FormData_pg_class &row) {
    switch (row.relkind) {
        case RELKIND_PARTITIONED_TABLE:
            return row.relispartition ? TableKind::partition : TableKind::partitioned_table;
        case RELKIND_FOREIGN_TABLE:
            return row.relispartition ? TableKind::partition : TableKind::foreign_table;
        case RELKIND_VIEW:
            return TableKind::view;
        case RELKIND_MATVIEW:
            return TableKind::materialized_view;
        default:
            return row.relispartition ? TableKind::partition : TableKind::table;
    }
}

}  // namespace

std::optional<std::string_view> node_text_of(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum datum = heap_getattr(tuple, attnum, descriptor, &is_null);
    if (is_null) {
        return std::nullopt;
    }
    auto *value = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(datum));
    return std::string_view{VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

std::string_view text_behind(const char *row, std::size_t fixed) {
    const auto at = att_align_pointer(fixed, TYPALIGN_INT, -1, row + fixed);
    auto *value = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(PointerGetDatum(row + at)));
    return {VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

ShortList attribute_numbers(HeapTuple tuple, int attnum, TupleDesc descriptor, std::vector<std::int16_t> &out) {
    bool is_null = false;
    const Datum datum = heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? ShortList{} : append_array(datum, out);
}

void LiveReader::read_namespaces() {
    for (const NamespaceToRead &item : namespaces_) {
        namespace_names_.set(item.oid, static_cast<std::uint32_t>(pool_.intern(item.name)));
        const char *actual = server_call([&] { return get_namespace_name(item.oid); });
        if (actual != nullptr && item.tenant) {
            tenant_.emplace(actual, quote_identifier(item.name));
        } else if (actual != nullptr && item.name != actual) {
            renames_.emplace_back(actual, quote_identifier(item.name));
        }
    }
}

std::string LiveReader::present(std::string_view text) const {
    std::string result = tenant_ ? with_schema_pattern(text, tenant_->first, tenant_->second) : std::string(text);
    for (const auto &[actual, name] : renames_) {
        for (std::size_t at = result.find(actual); at != std::string::npos;
             at = result.find(actual, at + name.size())) {
            result.replace(at, actual.size(), name);
        }
    }
    return result;
}

// Of a server that knows more than this: told, and not compared.
void LiveReader::read_unknown_relation(const FormData_pg_class &row, TextId schema, std::uint32_t next_column) {
    Table table;
    table.schema = schema;
    table.name = pool_.intern(NameStr(row.relname));
    table.kind = TableKind::other;
    table.live_id = row.oid;
    table.columns = {next_column, 0};
    unknown_relations_.push_back(static_cast<std::uint32_t>(schema_.tables.size()));
    schema_.tables.push_back(table);
}

void LiveReader::read_relations() {
    std::uint32_t next_column = 0;
    scan(RelationRelationId, [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        const std::uint32_t schema_name = namespace_names_.get(row.relnamespace);
        if (row.relkind == RELKIND_TOASTVALUE) {
            return read_toast_relation(tuple, descriptor);
        }
        if (schema_name == IdMap::absent || row.relpersistence == RELPERSISTENCE_TEMP) {
            return;
        }
        switch (row.relkind) {
            case RELKIND_RELATION:
            case RELKIND_PARTITIONED_TABLE:
            case RELKIND_FOREIGN_TABLE:
            case RELKIND_VIEW:
            case RELKIND_MATVIEW: {
                Table table;
                table.schema = static_cast<TextId>(schema_name);
                table.name = pool_.intern_next(NameStr(row.relname), cursors_);
                table.kind = kind_of(row);
                table.live_id = row.oid;
                table.inherits = row.relispartition;
                table.partitioned = row.relkind == RELKIND_PARTITIONED_TABLE;
                if (row.relkind != RELKIND_VIEW && row.relkind != RELKIND_MATVIEW) {
                    tables_.set(row.oid, static_cast<std::uint32_t>(schema_.tables.size()));
                    table.columns = {next_column, static_cast<std::uint32_t>(row.relnatts)};
                    next_column += table.columns.count;
                    if (has_attributes(tuple, row)) {
                        read_table_attributes(table, tuple, descriptor);
                    }
                }
                schema_.tables.push_back(table);
                if (row.relkind == RELKIND_VIEW || row.relkind == RELKIND_MATVIEW) {
                    read_other_relation(tuple, descriptor);
                }
                return;
            }
            case RELKIND_INDEX:
            case RELKIND_PARTITIONED_INDEX:
                if (!scope_.reads_keys()) {
                    return;
                }
                index_relations_.set(row.oid, static_cast<std::uint32_t>(index_relation_rows_.size()));
                index_relation_rows_.push_back({pool_.intern_next(NameStr(row.relname), cursors_), row.relam,
                                                row.relispartition, row.reltablespace,
                                                index_parameters(tuple, descriptor)});
                return;
            case RELKIND_SEQUENCE:
                sequences_.set(row.oid, static_cast<std::uint32_t>(other_relations_.size()));
                return read_other_relation(tuple, descriptor);
            case RELKIND_COMPOSITE_TYPE:
                return read_other_relation(tuple, descriptor);
            default:
                return read_unknown_relation(row, static_cast<TextId>(schema_name), next_column);
        }
    });
    schema_.columns.resize(next_column);
}

void LiveReader::read_other_relation(HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const std::string_view name = NameStr(row.relname);
    Recording::note_relation(row.oid);
    TextId grants = TextId::none;
    if (wants(AttributeGroup::grants)) {
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_class_relacl, descriptor, &is_null);
        const auto type = row.relkind == RELKIND_SEQUENCE ? OBJECT_SEQUENCE : OBJECT_TABLE;
        const char *text = grants_text(acl, is_null, type, row.relowner);
        grants = text == nullptr ? TextId::none : pool_.intern(text);
    }
    other_relations_.push_back(
        {row.oid, row.relnamespace, row.relowner, static_cast<std::uint32_t>(other_names_.size()),
         static_cast<std::uint32_t>(name.size()), grants, row.relkind, row.relpersistence == RELPERSISTENCE_UNLOGGED});
    other_names_ += name;
}

// Large arrays that grow step by step are copied, and their pages faulted in, several times over.
void LiveReader::make_room() {
    const std::size_t tables = schema_.tables.size();
    if (!scope_.reads_keys() || only_ != nullptr) {
        return;
    }
    schema_.constraints.reserve(tables * 2);
    constraints_.reserve(tables * 2);
    schema_.indexes.reserve(tables * 3);
    indexes_.reserve(tables * 3);
    pool_.reserve(tables * 2);
}

void LiveReader::read_extension_members() {
    server_call([this] {
        ScanKeyData key;
        ScanKeyInit(&key, Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                    ObjectIdGetDatum(ExtensionRelationId));
        Relation depend = table_open(DependRelationId, AccessShareLock);
        SysScanDesc scan = systable_beginscan(depend, DependReferenceIndexId, true, snapshot_, 1, &key);
        HeapTuple tuple;
        while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
            const auto &row = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
            if (row.deptype != DEPENDENCY_EXTENSION) {
                continue;
            }
            members_.insert(address(row.classid, row.objid));
            if (row.classid == RelationRelationId) {
                if (const std::uint32_t table = tables_.get(row.objid); table != IdMap::absent) {
                    schema_.tables[table].extension_member = true;
                }
            }
        }
        systable_endscan(scan);
        table_close(depend, AccessShareLock);
    });
    for (const std::uint32_t unknown : unknown_relations_) {
        Table &table = schema_.tables[unknown];
        table.extension_member = members_.contains(address(RelationRelationId, table.live_id));
    }
}

std::uint32_t LiveReader::add_expression(std::string_view node_text, Oid relid, std::uint32_t table,
                                         std::size_t neighbour) {
    const auto name_of = [&](std::int16_t attnum) { return pool_.view(column_name(schema_.tables[table], attnum)); };
    return expressions_.add(node_text, relid, name_of, neighbour);
}

void LiveReader::read_insert_triggers() {
    scan(TriggerRelationId, [this](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));
        const std::uint32_t table = table_of(row.tgrelid);
        if (table == IdMap::absent || row.tgisinternal || row.tgenabled == TRIGGER_DISABLED ||
            !TRIGGER_FOR_INSERT(row.tgtype) || !TRIGGER_FOR_BEFORE(row.tgtype) || !TRIGGER_FOR_ROW(row.tgtype)) {
            return;
        }
        HeapTuple function = SearchSysCache1(PROCOID, ObjectIdGetDatum(row.tgfoid));
        if (!HeapTupleIsValid(function)) {
            return;
        }
        bool is_null = false;
        const Datum source = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_prosrc, &is_null);
        if (!is_null) {
            schema_.insert_triggers.push_back(
                {table, pool_.intern(NameStr(row.tgname)), pool_.intern(TextDatumGetCString(source))});
        }
        ReleaseSysCache(function);
    });
}

void LiveReader::read_objects() {
    if (scope_.objects == 0) {
        return;
    }
    const LiveParts parts{
        schema_,          pool_,    snapshot_,        scope_,
        namespace_names_, tables_,  other_relations_, other_names_,
        sequences_,       members_, scratch_names_,   [this](std::string_view text) { return present(text); }};
    ObjectReader(parts).read();
}

Column *LiveReader::column_at(const Table &table, std::int16_t attnum) noexcept {
    if (attnum <= 0 || static_cast<std::uint32_t>(attnum) > table.columns.count) {
        return nullptr;
    }
    Column &column = schema_.columns[table.columns.first + static_cast<std::uint32_t>(attnum) - 1];
    return column.position == attnum ? &column : nullptr;
}

TextId LiveReader::column_name(const Table &table, std::int16_t attnum) noexcept {
    const Column *column = column_at(table, attnum);
    return column != nullptr ? column->name : TextId::none;
}

IdList LiveReader::column_names(const Table &table, ShortList keys) {
    std::array<TextId, INDEX_MAX_KEYS> names{};
    const std::uint32_t count = std::min<std::uint32_t>(keys.count, names.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        names[i] = column_name(table, attnums_[keys.first + i]);
    }
    return schema_.add_ids({names.data(), count});
}

TextId LiveReader::name_of(IdMap &cache, Oid oid, char *(*look_up)(Oid)) {
    std::uint32_t known = cache.get(oid);
    if (known == IdMap::absent) {
        const char *text = server_call([&] { return look_up(oid); });
        known = static_cast<std::uint32_t>(text == nullptr ? TextId::none : pool_.intern(present(text)));
        cache.set(oid, known);
    }
    return static_cast<TextId>(known);
}

void read_live(Schema &schema, TextPool &pool, const std::vector<NamespaceToRead> &namespaces, SequenceOwners owners,
               ReadScope scope, const std::vector<ScratchName> &scratch_names) {
    const int settings = server_call([] { return pin_settings(); });
    LiveReader(schema, pool, namespaces, owners, scope, scratch_names).read();
    for (Table &table : schema.tables) {
        table.unreadable = table.vanished && server_call([&] { return get_rel_relkind(table.live_id) != '\0'; });
    }
    server_call([&] { unpin_settings(settings); });
}

void read_live_tables(Schema &part, TextPool &pool, const std::vector<NamespaceToRead> &namespaces, ReadScope scope,
                      const std::vector<Oid> &tables, const KnownTables &known) {
    const std::vector<ScratchName> no_scratch_names;
    scope.objects = 0;
    const int settings = server_call([] { return pin_settings(); });
    LiveReader(part, pool, namespaces, SequenceOwners::skip, scope, no_scratch_names, &tables, &known).read();
    server_call([&] { unpin_settings(settings); });
}

std::vector<LiveSchema> read_schemas() {
    std::vector<LiveSchema> result;
    const int settings = server_call([] { return pin_settings(); });
    const Snapshot snapshot = server_call([] { return GetActiveSnapshot(); });
    scan_catalog(NamespaceRelationId, snapshot, [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_namespace>(GETSTRUCT(tuple));
        const char *name = NameStr(row.nspname);
        const char *sql = ::quote_identifier(name);
        if (!IsReservedName(name) && std::strcmp(name, "information_schema") != 0 &&
            !OidIsValid(getExtensionOfObject(NamespaceRelationId, row.oid))) {
            result.push_back({name, sql});
        }
    });
    server_call([&] { unpin_settings(settings); });
    std::ranges::sort(result, {}, &LiveSchema::name);
    return result;
}

Oid find_namespace(std::string_view name) {
    const std::string text(name);
    return server_call([&] { return get_namespace_oid(text.c_str(), true); });
}

}  // namespace schema_audit::server
