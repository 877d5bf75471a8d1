// Exclusion constraints that are written by hand, in the form in which live_indexes.cpp describes those of the
// database.
#include "server/live_reader.hpp"
#include "server/normal_form_parts.hpp"

namespace schema_audit::server {
namespace {

const ::Constraint *parse_exclusion(const char *sql) {
    List *statements = raw_parser(psprintf("ALTER TABLE t ADD %s", sql), RAW_PARSE_DEFAULT);
    const auto *statement = list_length(statements) == 1
                                ? reinterpret_cast<AlterTableStmt *>(linitial_node(RawStmt, statements)->stmt)
                                : nullptr;
    if (statement != nullptr && IsA(statement, AlterTableStmt) && list_length(statement->cmds) == 1) {
        const Node *definition = linitial_node(AlterTableCmd, statement->cmds)->def;
        if (definition != nullptr && IsA(definition, Constraint)) {
            const auto *constraint = reinterpret_cast<const ::Constraint *>(definition);
            if (constraint->contype == CONSTR_EXCLUSION && constraint->conname == nullptr) {
                return constraint;
            }
        }
    }
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("\"%s\" is not an exclusion constraint", sql),
                    errhint("Write it as EXCLUDE USING gist (room WITH =, during WITH &&), without name and timing.")));
    pg_unreachable();
}

struct Key {
    const char *text;
    Oid type, collation;
};

Key key_of_column(const char *name, const NamedColumns *columns) {
    for (int i = 0; i < columns->count; ++i) {
        if (std::strcmp(columns->names[i], name) == 0) {
            return {::quote_identifier(name), columns->types[i], columns->collations[i]};
        }
    }
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"%s\" does not exist", name)));
    pg_unreachable();
}

Key key_of(const IndexElem *element, const char *sql, const NamedColumns *columns) {
    if (element->name != nullptr) {
        return key_of_column(element->name, columns);
    }
    Node *expression = normal::analyse(element->expr, sql, InvalidOid, -1, columns);
    if (IsA(expression, Var)) {
        return key_of_column(columns->names[reinterpret_cast<Var *>(expression)->varattno - 1], columns);
    }
    return {psprintf("(%s)", normal_form_of_columns(expression, columns)), exprType(expression), DEFAULT_COLLATION_OID};
}

char *options_of(const List *options) {
    StringInfoData text;
    initStringInfo(&text);
    ListCell *cell = nullptr;
    foreach (cell, options) {
        auto *option = lfirst_node(DefElem, cell);
        appendStringInfo(&text, "%s%s=%s", text.len == 0 ? "" : ", ", ::quote_identifier(option->defname),
                         quote_literal_cstr(defGetString(option)));
    }
    return text.data;
}

// The operator of the key's type, or of the type for which the operator class is made: text for varchar.
char *operator_of(List *name, Oid type, Oid opclass) {
    Oid found = OpernameGetOprid(name, type, type);
    if (!OidIsValid(found) && OidIsValid(opclass)) {
        const Oid input = get_opclass_input_type(opclass);
        found = OpernameGetOprid(name, input, input);
    }
    if (!OidIsValid(found)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION), errmsg("operator %s does not exist for type %s",
                                                                    NameListToString(name), format_type_be(type))));
    }
    return exclusion_operator_text(found);
}

// What is as it is without being said is left out. Returns the operator class.
Oid append_key(StringInfo text, const IndexElem *element, const Key &key, Oid method) {
    appendStringInfo(text, "%s%s", text->len == 0 ? "" : ", ", key.text);
    const Oid collation = element->collation == NIL ? key.collation : get_collation_oid(element->collation, false);
    if (collation != key.collation) {
        appendStringInfo(text, " COLLATE %s", collation_text(collation));
    }
    const Oid opclass = element->opclass != NIL ? get_opclass_oid(method, element->opclass, false)
                                                : GetDefaultOpClass(key.type, method);
    const char *name = element->opclassopts != NIL ? opclass_text(opclass)
                       : element->opclass != NIL   ? special_opclass_text(opclass)
                                                   : "";
    appendStringInfo(text, "%s%s", *name == '\0' ? "" : " ", name);
    if (element->opclassopts != NIL) {
        appendStringInfo(text, " (%s)", options_of(element->opclassopts));
    }
    const bool descending = element->ordering == SORTBY_DESC;
    appendStringInfoString(text, descending ? " DESC" : "");
    if (element->nulls_ordering != SORTBY_NULLS_DEFAULT &&
        (element->nulls_ordering == SORTBY_NULLS_FIRST) != descending) {
        appendStringInfoString(text, descending ? " NULLS LAST" : " NULLS FIRST");
    }
    return opclass;
}

}  // namespace

char *normal_form_of_exclusion(const char *sql, const NamedColumns *columns) {
    const ::Constraint *constraint = parse_exclusion(sql);
    const Oid method = get_index_am_oid(constraint->access_method, false);
    StringInfoData keys;
    initStringInfo(&keys);
    ListCell *cell = nullptr;
    foreach (cell, constraint->exclusions) {
        auto *pair = static_cast<List *>(lfirst(cell));
        const auto *element = linitial_node(IndexElem, pair);
        const Key key = key_of(element, sql, columns);
        const Oid opclass = append_key(&keys, element, key, method);
        appendStringInfo(&keys, " WITH %s", operator_of(lsecond_node(List, pair), key.type, opclass));
    }
    StringInfoData result;
    initStringInfo(&result);
    appendStringInfo(&result, "EXCLUDE USING %s (%s)", constraint->access_method, keys.data);
    foreach (cell, constraint->including) {
        const auto *element = lfirst_node(IndexElem, cell);
        appendStringInfo(&result, "%s%s", foreach_current_index(cell) == 0 ? " INCLUDE (" : ", ",
                         key_of(element, sql, columns).text);
    }
    appendStringInfoString(&result, constraint->including == NIL ? "" : ")");
    if (constraint->where_clause != nullptr) {
        Node *condition = normal::analyse(constraint->where_clause, sql, BOOLOID, -1, columns);
        appendStringInfo(&result, " WHERE (%s)", normal_form_of_columns(condition, columns));
    }
    return result.data;
}

}  // namespace schema_audit::server
