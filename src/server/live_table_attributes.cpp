// Further attributes of tables that are known when the scans are done: partitions, parents, names that have to be
// looked up, comments.
#include "core/schema/identifier.hpp"
#include "server/live_option_texts.hpp"
#include "server/live_reader.hpp"
#include "server/vanished.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_table(std::string_view name) { return attribute(ObjectKind::table, name); }

char *quoted_or_null(const char *name) { return name == nullptr ? nullptr : pstrdup(::quote_identifier(name)); }

char *text_of_named(Named named, Oid oid) {
    switch (named) {
        case Named::tablespace:
            return quoted_or_null(get_tablespace_name(oid));
        case Named::access_method:
            return quoted_or_null(get_am_name(oid));
        case Named::role:
            return quoted_or_null(GetUserNameFromId(oid, true));
        default:
            return psprintf("OF %s", format_type_be_qualified(oid));
    }
}

struct Value {
    Datum datum;
    bool is_null;
};

Value value_of(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    Value value{};
    value.datum = heap_getattr(tuple, attnum, descriptor, &value.is_null);
    return value;
}

int compare_bound_texts(const ListCell *a, const ListCell *b) {
    const auto text = [](const ListCell *cell) {
        return deparse_expression(static_cast<Node *>(lfirst(cell)), NIL, false, false);
    };
    return std::strcmp(text(a), text(b));
}

// FOR VALUES …; the values of a list in an order of their own, since theirs means nothing.
char *bound_text(const char *node_text) {
    auto *node = static_cast<Node *>(stringToNode(node_text));
    if (IsA(node, PartitionBoundSpec)) {
        list_sort(reinterpret_cast<PartitionBoundSpec *>(node)->listdatums, compare_bound_texts);
    }
    return deparse_expression(node, NIL, false, false);
}

}  // namespace

// ---- partition keys ----

void LiveReader::read_partition_keys() {
    scan(PartitionedRelationId, [this](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_partitioned_table>(GETSTRUCT(tuple));
        const std::uint32_t table = table_of(row.partrelid);
        if (table == IdMap::absent) {
            return;
        }
        RawIndex raw{};
        raw.relation = no_relation;
        raw.keys = {static_cast<std::uint32_t>(attnums_.size()), static_cast<std::uint32_t>(row.partnatts)};
        attnums_.insert(attnums_.end(), row.partattrs.values, row.partattrs.values + row.partnatts);
        raw.key_count = row.partnatts;
        raw.options_first = static_cast<std::uint32_t>(options_.size());
        const auto *classes = reinterpret_cast<oidvector *>(
            DatumGetPointer(value_of(tuple, Anum_pg_partitioned_table_partclass, descriptor).datum));
        const auto *collations = reinterpret_cast<oidvector *>(
            DatumGetPointer(value_of(tuple, Anum_pg_partitioned_table_partcollation, descriptor).datum));
        for (int i = 0; i < raw.key_count; ++i) {
            options_.push_back({classes->values[i], collations->values[i], 0});
        }
        raw.expressions_first = static_cast<std::uint32_t>(index_expressions_.size());
        if (const auto node = node_text_of(tuple, Anum_pg_partitioned_table_partexprs, descriptor)) {
            add_index_expressions(*node, row.partrelid, table);
        }
        raw.expressions_count = static_cast<std::uint32_t>(index_expressions_.size()) - raw.expressions_first;
        partition_keys_.push_back({table, row.partstrat, raw});
    });
}

void LiveReader::apply_partition_keys() {
    for (const PartitionKey &key : partition_keys_) {
        Table &table = schema_.tables[key.table];
        std::string text = key.strategy == PARTITION_STRATEGY_LIST    ? "LIST ("
                           : key.strategy == PARTITION_STRATEGY_RANGE ? "RANGE ("
                                                                      : "HASH (";
        std::uint32_t next_expression = 0;
        for (std::uint32_t i = 0; i < key.columns.keys.count; ++i) {
            text += i == 0 ? "" : ", ";
            text += pool_.view(key_text(table, key.columns, i, next_expression));
        }
        schema_.attach(table.attributes, {of_table("partition_key"), pool_.intern(text + ")")});
    }
}

void LiveReader::apply_table_attributes() {
    attach_names();
    apply_partition_bounds();
    read_parents();
    read_marked_indexes();
    read_toast_parameters();
    read_foreign_tables();
    if (wants(AttributeGroup::comment) || wants(AttributeGroup::security_label)) {
        number_parts();
        read_comments();
        read_labels();
    }
}

Range &LiveReader::attributes_of(ObjectKind part, std::uint32_t place) {
    return part == ObjectKind::table        ? schema_.tables[place].attributes
           : part == ObjectKind::constraint ? schema_.constraints[place].attributes
                                            : schema_.indexes[place].attributes;
}

void LiveReader::attach_names() {
    for (const NamedAttribute &item : named_) {
        IdMap &cache = names_[static_cast<std::size_t>(item.named)];
        std::uint32_t known = cache.get(item.oid);
        if (known == IdMap::absent) {
            const char *text = nullptr;
            (void)unless_vanished([&] { text = server_call([&] { return text_of_named(item.named, item.oid); }); });
            known = static_cast<std::uint32_t>(text == nullptr ? TextId::none : pool_.intern(present(text)));
            cache.set(item.oid, known);
        }
        schema_.attach(attributes_of(item.part, item.place), {item.id, static_cast<TextId>(known)});
    }
}

// All of them in one subtransaction; one by one when some have vanished.
void LiveReader::apply_partition_bounds() {
    const auto print = [this](const RawPartition &partition) {
        const char *text = server_call([&] { return bound_text(partition.bound.c_str()); });
        set(schema_.tables[partition.table].attributes, of_table("partition_bound"), text);
    };
    std::size_t done = 0;
    const bool all = partitions_.empty() || unless_vanished([&] {
                         for (; done < partitions_.size(); ++done) {
                             print(partitions_[done]);
                         }
                     });
    for (; !all && done < partitions_.size(); ++done) {
        if (!unless_vanished([&] { print(partitions_[done]); })) {
            schema_.tables[partitions_[done].table].vanished = true;
        }
    }
}

// Parents as a sorted list: their order has no effect but on the columns, once.
void LiveReader::read_parents() {
    std::vector<std::pair<std::uint32_t, Oid>> children;
    scan(InheritsRelationId, [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple));
        if (const std::uint32_t child = tables_.get(row.inhrelid); child != IdMap::absent) {
            children.emplace_back(child, row.inhparent);
        }
    });
    std::ranges::stable_sort(children, {}, [](const auto &item) { return item.first; });
    IdMap names;
    const auto name_of_parent = [&](Oid parent) {
        std::uint32_t known = names.get(parent);
        if (known == IdMap::absent) {
            const std::uint32_t number = tables_.get(parent);
            const Table *table = number == IdMap::absent ? known_table(parent) : &schema_.tables[number];
            if (table != nullptr) {
                known = static_cast<std::uint32_t>(
                    pool_.intern(quote_qualified(pool_.view(table->schema), pool_.view(table->name))));
            } else {
                const char *text = server_call([&]() -> const char * {
                    const char *name = get_rel_name(parent);
                    const char *schema_name = name == nullptr ? nullptr : get_namespace_name(get_rel_namespace(parent));
                    return schema_name == nullptr ? nullptr : quote_qualified_identifier(schema_name, name);
                });
                known = static_cast<std::uint32_t>(text == nullptr ? TextId::none : pool_.intern(present(text)));
            }
            names.set(parent, known);
        }
        return static_cast<TextId>(known);
    };
    std::vector<std::string_view> parents;
    for (std::size_t i = 0; i < children.size();) {
        const std::uint32_t child = children[i].first;
        parents.clear();
        for (; i < children.size() && children[i].first == child; ++i) {
            parents.push_back(pool_.view(name_of_parent(children[i].second)));
        }
        std::ranges::sort(parents);
        std::string text;
        for (const std::string_view parent : parents) {
            text.append(text.empty() ? "" : ", ").append(parent);
        }
        schema_.attach(schema_.tables[child].attributes, {of_table("inherits"), pool_.intern(text)});
    }
}

// The indexes by which a table is clustered and replicated: facts about the table.
void LiveReader::read_marked_indexes() {
    const bool any = wants(AttributeGroup::storage) || !replica_identity_tables_.empty();
    if (!scope_.reads_keys() && any) {
        scan(IndexRelationId, [this](HeapTuple tuple, TupleDesc) {
            const auto &row = *reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
            const std::uint32_t table = tables_.get(row.indrelid);
            if (table != IdMap::absent && (row.indisclustered || row.indisreplident)) {
                marked_indexes_.push_back(
                    {table, row.indexrelid, TextId::none, row.indisclustered, row.indisreplident});
            }
        });
    }
    for (MarkedIndex &index : marked_indexes_) {
        if (index.name == TextId::none) {
            const char *name = server_call([&] { return get_rel_name(index.oid); });
            index.name = name == nullptr ? TextId::none : pool_.intern(name);
        }
        const std::string name = quote_identifier(pool_.view(index.name));
        Range &attributes = schema_.tables[index.table].attributes;
        if (index.clustered && wants(AttributeGroup::storage)) {
            schema_.attach(attributes, {of_table("clustered_on"), pool_.intern("CLUSTER ON " + name)});
        }
        if (index.replica_identity) {
            schema_.attach(attributes, {of_table("replica_identity"), pool_.intern("USING INDEX " + name)});
        }
    }
    // Where the index was dropped, no row is identified.
    for (const std::uint32_t table : replica_identity_tables_) {
        Range &attributes = schema_.tables[table].attributes;
        if (schema_.attribute_of(attributes, of_table("replica_identity")) == TextId::none) {
            set(attributes, of_table("replica_identity"), "NOTHING");
        }
    }
}

// Options of TOAST tables are their tables', as toast.…; which table that is only its own row says.
void LiveReader::read_toast_parameters() {
    if (toast_parameters_.empty()) {
        return;
    }
    scan(RelationRelationId, [this](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        const auto found =
            OidIsValid(row.reltoastrelid) ? toast_parameters_.find(row.reltoastrelid) : toast_parameters_.end();
        const std::uint32_t table = found == toast_parameters_.end() ? IdMap::absent : tables_.get(row.oid);
        if (table == IdMap::absent) {
            return;
        }
        Range &attributes = schema_.tables[table].attributes;
        const TextId own = schema_.attribute_of(attributes, of_table("storage_parameters"));
        const TextId text =
            own == TextId::none
                ? found->second
                : pool_.intern(std::string(pool_.view(own)) + ", " + std::string(pool_.view(found->second)));
        schema_.replace(attributes, {of_table("storage_parameters"), text});
    });
}

void LiveReader::read_toast_relation(HeapTuple tuple, TupleDesc descriptor) {
    const Value options = value_of(tuple, Anum_pg_class_reloptions, descriptor);
    if (!options.is_null && wants(AttributeGroup::storage)) {
        const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        toast_parameters_.emplace(row.oid, pool_.intern(parameters_text(options.datum, "toast.")));
    }
}

void LiveReader::read_foreign_tables() {
    if (!has_foreign_tables_) {
        return;
    }
    scan(ForeignTableRelationId, [this](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_foreign_table>(GETSTRUCT(tuple));
        const std::uint32_t table = tables_.get(row.ftrelid);
        if (table == IdMap::absent) {
            return;
        }
        Range &attributes = schema_.tables[table].attributes;
        const ForeignServer *server = GetForeignServerExtended(row.ftserver, FSV_MISSING_OK);
        if (server == nullptr) {
            schema_.tables[table].vanished = true;
            return;
        }
        set(attributes, of_table("server"), ::quote_identifier(server->servername));
        const Value options = value_of(tuple, Anum_pg_foreign_table_ftoptions, descriptor);
        if (!options.is_null) {
            set(attributes, of_table("options"), foreign_options_text(options.datum));
        }
    });
}

// ---- what describes any object ----

void LiveReader::number_parts() {
    constraint_places_.reserve(constraints_.size());
    for (const RawConstraint &raw : constraints_) {
        constraint_places_.set(raw.oid, raw.constraint);
        if (OidIsValid(raw.index) && schema_.constraints[raw.constraint].kind != ConstraintKind::foreign_key) {
            backed_places_.set(raw.index, raw.constraint);
        }
    }
    index_places_.reserve(indexes_.size());
    for (const RawIndex &raw : indexes_) {
        if (!schema_.indexes[raw.index].backs_constraint) {
            index_places_.set(raw.oid, raw.index);
        }
    }
}

// The attributes of the table, column, constraint or index that a catalog calls so; null for anything else.
Range *LiveReader::part_at(Oid catalog, Oid oid, std::int32_t column) {
    if (catalog == ConstraintRelationId) {
        const std::uint32_t place = constraint_places_.get(oid);
        return place == IdMap::absent ? nullptr : &schema_.constraints[place].attributes;
    }
    if (catalog != RelationRelationId) {
        return nullptr;
    }
    if (const std::uint32_t table = tables_.get(oid); table != IdMap::absent) {
        Column *found = column_at(schema_.tables[table], static_cast<std::int16_t>(column));
        return column == 0 ? &schema_.tables[table].attributes : found == nullptr ? nullptr : &found->attributes;
    }
    const std::uint32_t place = index_places_.get(oid);
    return place == IdMap::absent ? nullptr : &schema_.indexes[place].attributes;
}

// Few have a comment, and all columns may have one: each is looked up.
Column *LiveReader::column_of_not_null(Oid constraint) {
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    const auto &row = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    bool is_null = true;
    const Datum keys = row.contype == contype_not_null && OidIsValid(row.conrelid)
                           ? SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conkey, &is_null)
                           : Datum{0};
    Column *column = nullptr;
    if (const std::uint32_t table = tables_.get(row.conrelid); !is_null && table != IdMap::absent) {
        const auto *numbers = reinterpret_cast<const std::int16_t *>(ARR_DATA_PTR(DatumGetArrayTypeP(keys)));
        column = column_at(schema_.tables[table], numbers[0]);
    }
    ReleaseSysCache(tuple);
    return column;
}

// Comments and labels of the parts; those of objects are read with them.
void LiveReader::read_comments() {
    if (!wants(AttributeGroup::comment)) {
        return;
    }
    scan(DescriptionRelationId, [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_description>(GETSTRUCT(tuple));
        const std::uint32_t backed =
            row.classoid == RelationRelationId ? backed_places_.get(row.objoid) : IdMap::absent;
        if (backed != IdMap::absent) {
            set(schema_.constraints[backed].attributes, attribute(ObjectKind::constraint, "index_comment"),
                TextDatumGetCString(value_of(tuple, Anum_pg_description_description, descriptor).datum));
        } else if (Range *part = part_at(row.classoid, row.objoid, row.objsubid)) {
            set(*part, of_table("comment"),
                TextDatumGetCString(value_of(tuple, Anum_pg_description_description, descriptor).datum));
        } else if (Column *column = row.classoid == ConstraintRelationId ? column_of_not_null(row.objoid) : nullptr) {
            set(column->attributes, attribute(ObjectKind::column, "not_null_comment"),
                TextDatumGetCString(value_of(tuple, Anum_pg_description_description, descriptor).datum));
        }
    });
}

void LiveReader::read_labels() {
    if (!wants(AttributeGroup::security_label)) {
        return;
    }
    scan(SecLabelRelationId, [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<FormData_pg_seclabel *>(GETSTRUCT(tuple));
        Range *part = part_at(row.classoid, row.objoid, row.objsubid);
        if (part == nullptr) {
            return;
        }
        const char *provider = TextDatumGetCString(value_of(tuple, Anum_pg_seclabel_provider, descriptor).datum);
        const char *label = TextDatumGetCString(value_of(tuple, Anum_pg_seclabel_label, descriptor).datum);
        constexpr AttributeId labels = of_table("security_labels");
        const TextId others = schema_.attribute_of(*part, labels);
        std::string text = psprintf("%s: %s", provider, label);
        if (others != TextId::none) {
            const std::string_view before = pool_.view(others);
            text = before < text ? std::string(before) + "; " + text : text + "; " + std::string(before);
        }
        schema_.replace(*part, {labels, pool_.intern(text)});
    });
}

}  // namespace schema_audit::server
