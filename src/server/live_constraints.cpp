// Constraints of the live catalogs.
#include "core/schema/identifier.hpp"
#include "server/live_reader.hpp"

namespace schema_audit::server {
namespace {

std::optional<ConstraintKind> kind_of_constraint(char contype) {
    switch (contype) {
        case CONSTRAINT_PRIMARY:
            return ConstraintKind::primary_key;
        case CONSTRAINT_UNIQUE:
            return ConstraintKind::unique;
        case CONSTRAINT_FOREIGN:
            return ConstraintKind::foreign_key;
        case CONSTRAINT_CHECK:
            return ConstraintKind::check;
        case CONSTRAINT_EXCLUSION:
            return ConstraintKind::exclusion;
        default:
            return std::nullopt;  // constraint triggers; NOT NULL of 18, which is a column's
    }
}

struct ReferencedNames {
    const char *schema_name;
    const char *table_name;
};

ShortList object_ids(HeapTuple tuple, int attnum, TupleDesc descriptor, std::vector<Oid> &out) {
    bool is_null = false;
    const Datum datum = heap_getattr(tuple, attnum, descriptor, &is_null);
    if (is_null) {
        return {};
    }
    return append_array(datum, out);
}

// TABLE_COLUMN_not_null, cut as the server cuts it.
bool is_usual_not_null(std::string_view name, std::string_view table, std::string_view column) {
    constexpr std::string_view label = "_not_null";
    const std::size_t length = table.size() + 1 + column.size() + label.size();
    if (length >= NAMEDATALEN) {
        return name == makeObjectName(pnstrdup(table.data(), table.size()), pnstrdup(column.data(), column.size()),
                                      label.data() + 1);
    }
    return name.size() == length && name.starts_with(table) && name[table.size()] == '_' &&
           name.substr(table.size() + 1).starts_with(column) && name.ends_with(label);
}

}  // namespace

// Most are as CREATE TABLE (a integer NOT NULL) makes them, of which there is nothing to say.
void LiveReader::read_not_null(HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    const std::uint32_t table = OidIsValid(row.conrelid) ? table_of(row.conrelid) : IdMap::absent;
    if (only_ != nullptr && table != IdMap::absent) {
        not_nulls_.push_back(row.oid);
    }
    // What is inherited is the parent's matter, its name too.
    if (table == IdMap::absent || row.coninhcount > 0) {
        return;
    }
    const std::size_t size = attnums_.size();
    const ShortList keys = attribute_numbers(tuple, Anum_pg_constraint_conkey, descriptor, attnums_);
    Column *column = keys.count == 0 ? nullptr : column_at(schema_.tables[table], attnums_[keys.first]);
    attnums_.resize(size);
    if (column == nullptr) {
        return;
    }
    const std::string_view name = NameStr(row.conname);
    if (!is_usual_not_null(name, pool_.view(schema_.tables[table].name), pool_.view(column->name))) {
        schema_.attach(column->attributes, {attribute(ObjectKind::column, "not_null_name"), pool_.intern(name)});
    }
    set(column->attributes, attribute(ObjectKind::column, "not_null_validity"),
        row.convalidated ? nullptr : "NOT VALID");
    set(column->attributes, attribute(ObjectKind::column, "not_null_inheritance"),
        row.connoinherit ? "NO INHERIT" : nullptr);
}

void LiveReader::read_constraints() {
    scan(ConstraintRelationId, [this](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        if (row.contype == contype_not_null) {
            return read_not_null(tuple, descriptor);
        }
        const auto kind = kind_of_constraint(row.contype);
        if (!kind || !OidIsValid(row.conrelid)) {
            return;
        }
        const std::uint32_t table = table_of(row.conrelid);
        // A foreign key to a partitioned table has a row for each partition; they belong to the first.
        if (table == IdMap::absent || (*kind == ConstraintKind::foreign_key && OidIsValid(row.conparentid))) {
            return;
        }
        Constraint constraint;
        constraint.table = table;
        constraint.name = pool_.intern_next(NameStr(row.conname), constraint_cursors_);
        constraint.kind = *kind;
        constraint.deferrable = row.condeferrable;
        constraint.initially_deferred = row.condeferred;
        constraint.validated = row.convalidated;
        constraint.no_inherit = *kind == ConstraintKind::check && row.connoinherit;
        constraint.inherited = !row.conislocal || OidIsValid(row.conparentid);
        RawConstraint raw{};
        raw.constraint = static_cast<std::uint32_t>(schema_.constraints.size());
        raw.oid = row.oid;
        raw.referenced = row.confrelid;
        raw.index = row.conindid;
        raw.expression = no_expression;
        raw.keys = attribute_numbers(tuple, Anum_pg_constraint_conkey, descriptor, attnums_);
        if (*kind == ConstraintKind::foreign_key) {
            constraint.on_update = row.confupdtype;
            constraint.on_delete = row.confdeltype;
            constraint.match_type = row.confmatchtype;
            raw.referenced_keys = attribute_numbers(tuple, Anum_pg_constraint_confkey, descriptor, attnums_);
            if (row.confdeltype == FKCONSTR_ACTION_SETNULL || row.confdeltype == FKCONSTR_ACTION_SETDEFAULT) {
                raw.set_keys = attribute_numbers(tuple, Anum_pg_constraint_confdelsetcols, descriptor, attnums_);
            }
        } else if (*kind == ConstraintKind::check) {
            if (const auto node = node_text_of(tuple, Anum_pg_constraint_conbin, descriptor)) {
                raw.expression = add_expression(*node, row.conrelid, table);
            }
        } else if (*kind == ConstraintKind::exclusion) {
            raw.operators = object_ids(tuple, Anum_pg_constraint_conexclop, descriptor, operators_);
        }
        if (!is_enforced(row)) {
            set(constraint.attributes, attribute(ObjectKind::constraint, "enforced"), "not enforced");
        }
        if (has_period(row)) {
            set(constraint.attributes, attribute(ObjectKind::constraint, "period"),
                *kind == ConstraintKind::foreign_key ? "period" : "without overlaps");
        }
        schema_.constraints.push_back(constraint);
        constraints_.push_back(raw);
    });
}

void LiveReader::describe_referenced(Constraint &constraint, const RawConstraint &raw) {
    if (const std::uint32_t target = tables_.get(raw.referenced); target != IdMap::absent) {
        const Table &table = schema_.tables[target];
        constraint.referenced_schema = table.schema;
        constraint.referenced_table = table.name;
        constraint.referenced_columns = column_names(table, raw.referenced_keys);
        return;
    }
    if (const Table *table = known_table(raw.referenced); table != nullptr) {
        constraint.referenced_schema = table->schema;
        constraint.referenced_table = table->name;
        std::vector<TextId> columns;
        for (std::uint32_t i = 0; i < raw.referenced_keys.count; ++i) {
            columns.push_back(known_column_name(*table, attnums_[raw.referenced_keys.first + i]));
        }
        constraint.referenced_columns = schema_.add_ids(columns);
        return;
    }
    const ReferencedNames names = server_call([&] {
        const char *table_name = get_rel_name(raw.referenced);
        return ReferencedNames{table_name == nullptr ? nullptr : get_namespace_name(get_rel_namespace(raw.referenced)),
                               table_name};
    });
    if (names.table_name == nullptr || names.schema_name == nullptr) {
        schema_.tables[constraint.table].vanished = true;
        return;
    }
    constraint.referenced_schema = pool_.intern(names.schema_name);
    constraint.referenced_table = pool_.intern(names.table_name);
    std::vector<TextId> columns;
    for (std::uint32_t i = 0; i < raw.referenced_keys.count; ++i) {
        const std::int16_t attnum = attnums_[raw.referenced_keys.first + i];
        const char *name = server_call([&] { return get_attname(raw.referenced, attnum, true); });
        columns.push_back(name == nullptr ? TextId::none : pool_.intern(name));
    }
    constraint.referenced_columns = schema_.add_ids(columns);
}

// The columns that ON DELETE SET NULL or SET DEFAULT sets, where not all; their order means nothing.
void LiveReader::describe_set_columns(Constraint &constraint, const RawConstraint &raw, const Table &table) {
    if (raw.set_keys.count == 0) {
        return;
    }
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < raw.set_keys.count; ++i) {
        names.push_back(quote_identifier(pool_.view(column_name(table, attnums_[raw.set_keys.first + i]))));
    }
    std::ranges::sort(names);
    std::string text;
    for (const std::string &name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    schema_.attach(constraint.attributes, {attribute(ObjectKind::constraint, "set_columns"), pool_.intern(text)});
}

void LiveReader::apply_constraints() {
    for (const RawConstraint &raw : constraints_) {
        Constraint &constraint = schema_.constraints[raw.constraint];
        const Table &table = schema_.tables[constraint.table];
        constraint.columns = column_names(table, raw.keys);
        if (constraint.kind == ConstraintKind::foreign_key) {
            describe_referenced(constraint, raw);
            describe_set_columns(constraint, raw, table);
        }
        if (raw.expression != no_expression) {
            const LiveExpressions::Texts &texts = expressions_[raw.expression];
            schema_.tables[constraint.table].vanished |= texts.vanished;
            constraint.expression = texts.text;
            constraint.expression_normal = texts.normal;
        }
    }
}

}  // namespace schema_audit::server
