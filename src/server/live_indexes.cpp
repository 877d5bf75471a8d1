// Indexes of the live catalogs.
#include "core/schema/identifier.hpp"

#include "server/live_reader.hpp"

namespace schema_audit::server {
namespace {

// Name of the operator class; of the default one for its type the empty text, unless it is `always` named.
char *name_of_opclass(Oid opclass, bool always) {
    HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    const auto &row = *reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
    char *result = pstrdup("");
    if ((always || !row.opcdefault) && get_namespace_name(row.opcnamespace) != nullptr) {
        result = row.opcnamespace == PG_CATALOG_NAMESPACE
                     ? pstrdup(::quote_identifier(NameStr(row.opcname)))
                     : quote_qualified_identifier(get_namespace_name(row.opcnamespace), NameStr(row.opcname));
    }
    ReleaseSysCache(tuple);
    return result;
}

}  // namespace

char *special_opclass_text(Oid opclass) { return name_of_opclass(opclass, false); }
char *opclass_text(Oid opclass) { return name_of_opclass(opclass, true); }

char *exclusion_operator_text(Oid operator_id) {
    HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator_id));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    const auto &row = *reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
    if (get_namespace_name(row.oprnamespace) == nullptr) {
        ReleaseSysCache(tuple);
        return nullptr;
    }
    char *result = row.oprnamespace == PG_CATALOG_NAMESPACE
                       ? pstrdup(NameStr(row.oprname))
                       : psprintf("OPERATOR(%s.%s)", ::quote_identifier(get_namespace_name(row.oprnamespace)),
                                  NameStr(row.oprname));
    ReleaseSysCache(tuple);
    return result;
}

namespace {

// The vector at a place of a row, which moves behind it.
template <class Vector>
const Vector *vector_at(const char *&next) {
    const auto *result = reinterpret_cast<const Vector *>(TYPEALIGN(ALIGNOF_INT, next));
    next = reinterpret_cast<const char *>(result) + VARSIZE(result);
    return result;
}

}  // namespace

// The members of an index's expression list, each as a node tree of its own.
void LiveReader::add_index_expressions(std::string_view node_text, Oid relid, std::uint32_t table) {
    const auto *list =
        static_cast<List *>(stringToNode(pnstrdup(node_text.data(), static_cast<Size>(node_text.size()))));
    for (int i = 0; i < list_length(list); ++i) {
        index_expressions_.push_back(add_expression(nodeToString(list_nth(list, i)), relid, table));
    }
}

void LiveReader::read_indexes() {
    scan(IndexRelationId, [this](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
        const std::uint32_t table = table_of(row.indrelid);
        const std::uint32_t relation = table == IdMap::absent ? IdMap::absent : index_relations_.get(row.indexrelid);
        if (relation == IdMap::absent || !row.indislive) {
            return;
        }
        Index index;
        index.table = table;
        index.name = index_relation_rows_[relation].name;
        index.unique = row.indisunique;
        index.primary = row.indisprimary;
        index.exclusion = row.indisexclusion;
        index.valid = row.indisvalid;
        index.nulls_not_distinct = row.indnullsnotdistinct;
        index.inherited = index_relation_rows_[relation].partition;
        RawIndex raw{};
        raw.index = static_cast<std::uint32_t>(schema_.indexes.size());
        raw.oid = row.indexrelid;
        raw.relation = relation;
        raw.access_method = index_relation_rows_[relation].access_method;
        // The vectors follow each other, never null and never packed; heap_getattr would count its way to each.
        const char *next = reinterpret_cast<const char *>(&row.indkey);
        const auto *keys = vector_at<int2vector>(next);
        raw.keys = {static_cast<std::uint32_t>(attnums_.size()), static_cast<std::uint32_t>(keys->dim1)};
        attnums_.insert(attnums_.end(), keys->values, keys->values + keys->dim1);
        const auto *collations = vector_at<oidvector>(next);
        const auto *classes = vector_at<oidvector>(next);
        const auto *options = vector_at<int2vector>(next);
        raw.key_count = row.indnkeyatts;
        raw.options_first = static_cast<std::uint32_t>(options_.size());
        for (int i = 0; i < raw.key_count; ++i) {
            options_.push_back({classes->values[i], collations->values[i], options->values[i]});
        }
        raw.expressions_first = static_cast<std::uint32_t>(index_expressions_.size());
        if (const auto node = node_text_of(tuple, Anum_pg_index_indexprs, descriptor)) {
            add_index_expressions(*node, row.indrelid, table);
        }
        raw.expressions_count = static_cast<std::uint32_t>(index_expressions_.size()) - raw.expressions_first;
        const auto predicate = node_text_of(tuple, Anum_pg_index_indpred, descriptor);
        raw.predicate = predicate ? add_expression(*predicate, row.indrelid, table) : no_expression;
        if (row.indisclustered || row.indisreplident) {
            marked_indexes_.push_back({table, row.indexrelid, index.name, row.indisclustered, row.indisreplident});
        }
        schema_.indexes.push_back(index);
        indexes_.push_back(raw);
    });
}

TextId LiveReader::quoted(TextId name) {
    const auto at = static_cast<std::uint32_t>(name);
    if (quoted_.size() <= at) {
        quoted_.resize(pool_.size() + 64, TextId::none);
    }
    if (quoted_[at] == TextId::none) {
        quoted_[at] = pool_.intern(quote_identifier(pool_.view(name)));
    }
    return quoted_[at];
}

TextId LiveReader::key_text(Table &table, const RawIndex &raw, std::uint32_t key, std::uint32_t &next_expression) {
    const std::int16_t attnum = attnums_[raw.keys.first + key];
    const Column *column = attnum > 0 ? column_at(table, attnum) : nullptr;
    TextId base = TextId::none;
    if (column != nullptr) {
        base = quoted(column->name);
    } else if (attnum == 0 && next_expression < raw.expressions_count) {
        const LiveExpressions::Texts &texts =
            expressions_[index_expressions_[raw.expressions_first + next_expression++]];
        table.vanished |= texts.vanished;
        base = pool_.intern("(" + std::string(pool_.view(texts.normal)) + ")");
    }
    if (key >= static_cast<std::uint32_t>(raw.key_count)) {
        return base;  // INCLUDE
    }
    const KeyOption &option = options_[raw.options_first + key];
    const IndexColumn *more = raw.relation == no_relation ? nullptr : index_column(raw.relation, key + 1);
    const TextId class_options = more == nullptr ? TextId::none : more->options;
    const TextId opclass = class_options == TextId::none ? name_of(opclasses_, option.opclass, special_opclass_text)
                                                         : name_of(opclass_names_, option.opclass, opclass_text);
    TextId collation = TextId::none;
    if (OidIsValid(option.collation) &&
        (option.collation != DEFAULT_COLLATION_OID || (column != nullptr && column->collation != TextId::none))) {
        collation = name_of(collations_, option.collation, collation_text);
        if (column != nullptr && collation == column->collation) {
            collation = TextId::none;
        }
    }
    if (opclass == TextId::none && collation == TextId::none && option.option == 0) {
        return base;
    }
    std::string text(pool_.view(base));
    if (collation != TextId::none) {
        text.append(" COLLATE ").append(pool_.view(collation));
    }
    if (opclass != TextId::none) {
        text.append(" ").append(pool_.view(opclass));
    }
    if (class_options != TextId::none) {
        text.append(" (").append(pool_.view(class_options)).append(")");
    }
    const bool descending = (option.option & INDOPTION_DESC) != 0;
    const bool nulls_first = (option.option & INDOPTION_NULLS_FIRST) != 0;
    if (descending) {
        text += " DESC";
    }
    if (nulls_first != descending) {
        text += nulls_first ? " NULLS FIRST" : " NULLS LAST";
    }
    return pool_.intern(text);
}

void LiveReader::apply_indexes() {
    IdMap backing(constraints_.size());
    for (const RawConstraint &raw : constraints_) {
        if (OidIsValid(raw.index) && schema_.constraints[raw.constraint].kind != ConstraintKind::foreign_key) {
            backing.set(raw.index, static_cast<std::uint32_t>(&raw - constraints_.data()));
        }
    }
    std::vector<TextId> keys;
    for (const RawIndex &raw : indexes_) {
        Index &index = schema_.indexes[raw.index];
        Table &table = schema_.tables[index.table];
        index.method = name_of(methods_, raw.access_method, get_am_name);
        const std::uint32_t backed = backing.get(raw.oid);
        index.backs_constraint = backed != IdMap::absent;
        keys.clear();
        std::uint32_t next_expression = 0;
        for (std::uint32_t key = 0; key < raw.keys.count; ++key) {
            keys.push_back(key_text(table, raw, key, next_expression));
        }
        const auto key_count = static_cast<std::size_t>(raw.key_count);
        index.keys = schema_.add_ids(std::span(keys).first(key_count));
        index.include = schema_.add_ids(std::span(keys).subspan(key_count));
        if (raw.predicate != no_expression) {
            const LiveExpressions::Texts &texts = expressions_[raw.predicate];
            schema_.tables[index.table].vanished |= texts.vanished;
            index.predicate = texts.text;
            index.predicate_normal = texts.normal;
        }
        attach_to_index(raw, backed);
        if (index.backs_constraint) {
            const RawConstraint &constraint = constraints_[backed];
            schema_.constraints[constraint.constraint].nulls_not_distinct = index.nulls_not_distinct;
            if (schema_.constraints[constraint.constraint].kind == ConstraintKind::exclusion) {
                describe_exclusion(schema_.constraints[constraint.constraint], constraint, index);
            }
        }
    }
}

// As pg_get_constraintdef prints it, which would wait for a lock on the table.
void LiveReader::describe_exclusion(Constraint &constraint, const RawConstraint &raw, const Index &index) {
    std::string keys;
    for (std::uint32_t i = 0; i < index.keys.count; ++i) {
        const Oid operator_id = i < raw.operators.count ? operators_[raw.operators.first + i] : InvalidOid;
        keys += keys.empty() ? "" : ", ";
        keys += pool_.view(schema_.ids[index.keys.first + i]);
        keys += " WITH ";
        keys += pool_.view(name_of(operator_names_, operator_id, exclusion_operator_text));
    }
    std::string text = "EXCLUDE USING " + std::string(pool_.view(index.method)) + " (" + keys + ")";
    std::string include;
    for (const TextId column : schema_.view(index.include)) {
        include += (include.empty() ? "" : ", ") + std::string(pool_.view(column));
    }
    text += include.empty() ? "" : " INCLUDE (" + include + ")";
    const auto with_predicate = [&](TextId predicate) {
        return predicate == TextId::none ? text : text + " WHERE (" + std::string(pool_.view(predicate)) + ")";
    };
    constraint.expression = pool_.intern(with_predicate(index.predicate));
    constraint.expression_normal = pool_.intern(with_predicate(index.predicate_normal));
}

}  // namespace schema_audit::server
