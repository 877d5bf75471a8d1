// Indexes of materialized views, which are compared as texts: pg_get_indexdef would lock the view.
#include "server/live_objects/reader.hpp"
#include "server/live_option_texts.hpp"
#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

struct KeyPrinter {
    const FormData_pg_index &index;
    IndexForm form;
    const List *expressions;
    const oidvector *classes, *collations;
    const int2vector *options;
    int next_expression = 0;

    void append_type_and_order(StringInfo text, int key, Oid own_collation) const;
    void append(StringInfo text, int key);
};

void KeyPrinter::append_type_and_order(StringInfo text, int key, Oid own_collation) const {
    const Oid collation = collations->values[key];
    if (OidIsValid(collation) && collation != own_collation) {
        const char *name = collation_text(collation);
        appendStringInfo(text, " COLLATE %s", name == nullptr ? "" : name);
    }
    const Datum parameters = get_attoptions(index.indexrelid, static_cast<int16>(key + 1));
    const char *parameter_text = parameters == Datum{0} ? nullptr : class_options_text(parameters);
    const char *opclass =
        parameter_text == nullptr ? special_opclass_text(classes->values[key]) : opclass_text(classes->values[key]);
    if (opclass != nullptr && *opclass != '\0') {
        appendStringInfo(text, " %s", opclass);
    }
    if (parameter_text != nullptr) {
        appendStringInfo(text, " (%s)", parameter_text);
    }
    const bool descending = (options->values[key] & INDOPTION_DESC) != 0;
    const bool nulls_first = (options->values[key] & INDOPTION_NULLS_FIRST) != 0;
    if (descending) {
        appendStringInfoString(text, " DESC");
    }
    if (descending != nulls_first) {
        appendStringInfoString(text, nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
}

void KeyPrinter::append(StringInfo text, int key) {
    const AttrNumber number = index.indkey.values[key];
    Oid own_collation = InvalidOid;
    if (number != 0) {
        Oid type = InvalidOid;
        int32 typmod = -1;
        get_atttypetypmodcoll(index.indrelid, number, &type, &typmod, &own_collation);
        appendStringInfoString(text, ::quote_identifier(get_attname(index.indrelid, number, false)));
    } else {
        auto *expression = static_cast<Node *>(list_nth(expressions, next_expression++));
        own_collation = exprCollation(expression);
        appendStringInfo(text, "(%s)",
                         form == IndexForm::normal ? normal_form_of_node(expression, index.indrelid)
                                                   : text_of_node(expression, index.indrelid));
    }
    if (key < index.indnkeyatts) {
        append_type_and_order(text, key, own_collation);
    }
}

template <class Vector>
const Vector *vector_of(HeapTuple tuple, int column, TupleDesc descriptor) {
    bool is_null = false;
    return reinterpret_cast<Vector *>(DatumGetPointer(heap_getattr(tuple, column, descriptor, &is_null)));
}

Node *node_of(HeapTuple tuple, int column, TupleDesc descriptor) {
    bool is_null = false;
    const Datum node = heap_getattr(tuple, column, descriptor, &is_null);
    return is_null ? nullptr : static_cast<Node *>(stringToNode(TextDatumGetCString(node)));
}

void append_keys(StringInfo text, HeapTuple tuple, TupleDesc descriptor, IndexForm form) {
    const auto &index = *reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    KeyPrinter printer{index,
                       form,
                       reinterpret_cast<List *>(node_of(tuple, Anum_pg_index_indexprs, descriptor)),
                       vector_of<oidvector>(tuple, Anum_pg_index_indclass, descriptor),
                       vector_of<oidvector>(tuple, Anum_pg_index_indcollation, descriptor),
                       vector_of<int2vector>(tuple, Anum_pg_index_indoption, descriptor)};
    appendStringInfoString(text, " (");
    for (int key = 0; key < index.indnatts; ++key) {
        appendStringInfoString(text, key == 0 ? "" : key == index.indnkeyatts ? ") INCLUDE (" : ", ");
        printer.append(text, key);
    }
    appendStringInfoString(text, ")");
}

struct IndexClass {
    const char *name, *schema, *method, *options, *tablespace;
};

IndexClass class_of(Oid oid) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("index with OID %u does not exist", oid)));
    }
    const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    bool is_null = false;
    const Datum options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &is_null);
    const IndexClass result{pstrdup(NameStr(row.relname)), get_namespace_name(row.relnamespace), get_am_name(row.relam),
                            is_null ? nullptr : parameters_text(options),
                            OidIsValid(row.reltablespace) ? get_tablespace_name(row.reltablespace) : nullptr};
    ReleaseSysCache(tuple);
    return result;
}

}  // namespace

char *index_text(HeapTuple pg_index, TupleDesc descriptor, IndexForm form) {
    const auto &index = *reinterpret_cast<Form_pg_index>(GETSTRUCT(pg_index));
    const IndexClass relation = class_of(index.indexrelid);
    const bool statement = form == IndexForm::statement;
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "%s%s", statement ? "CREATE " : "", index.indisunique ? "UNIQUE " : "");
    if (statement) {
        appendStringInfo(&text, "INDEX %s ON %s ", ::quote_identifier(relation.name),
                         quote_qualified_identifier(relation.schema, get_rel_name(index.indrelid)));
    }
    appendStringInfo(&text, "USING %s", ::quote_identifier(relation.method));
    append_keys(&text, pg_index, descriptor, form);
    appendStringInfoString(&text, index.indnullsnotdistinct ? " NULLS NOT DISTINCT" : "");
    if (relation.options != nullptr) {
        appendStringInfo(&text, " WITH (%s)", relation.options);
    }
    if (statement && relation.tablespace != nullptr) {
        appendStringInfo(&text, " TABLESPACE %s", ::quote_identifier(relation.tablespace));
    }
    if (Node *predicate = node_of(pg_index, Anum_pg_index_indpred, descriptor)) {
        appendStringInfo(
            &text, " WHERE %s",
            statement ? text_of_node(predicate, index.indrelid) : normal_form_of_node(predicate, index.indrelid));
    }
    return text.data;
}

}  // namespace schema_audit::server
