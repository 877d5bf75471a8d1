#include "server/normal_form_parts.hpp"

namespace schema_audit::server {
namespace {

constexpr char prefix[] = "SELECT ";

// Errors of parsing point into our text, not into the user's statement.
void shift_error_position(void *argument) {
    const int position = geterrposition();
    if (position > 0) {
        errposition(0);
        internalerrposition(std::max(position - static_cast<int>(sizeof(prefix) - 1), 1));
        internalerrquery(static_cast<const char *>(argument));
    }
}

// "SELECT expression" must be nothing but that: no alias, FROM, second column or second statement.
Node *parse_expression(const char *sql) {
    List *statements = raw_parser(sql, RAW_PARSE_DEFAULT);
    if (list_length(statements) == 1) {
        Node *statement = linitial_node(RawStmt, statements)->stmt;
        auto *bare = makeNode(SelectStmt);
        if (IsA(statement, SelectStmt)) {
            bare->targetList = reinterpret_cast<SelectStmt *>(statement)->targetList;
        }
        if (list_length(bare->targetList) == 1 && equal(statement, bare)) {
            const auto *target = linitial_node(ResTarget, bare->targetList);
            if (target->name == nullptr && target->indirection == NIL) {
                return target->val;
            }
        }
    }
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("\"%s\" is not an expression", sql + sizeof(prefix) - 1)));
    pg_unreachable();
}

Node *find_column(ParseState *state, ColumnRef *reference) {
    const auto *columns = static_cast<const NamedColumns *>(state->p_ref_hook_state);
    if (list_length(reference->fields) != 1 || !IsA(linitial(reference->fields), String)) {
        return nullptr;
    }
    const char *name = strVal(linitial(reference->fields));
    for (int i = 0; i < columns->count; ++i) {
        if (columns->names[i] != nullptr && std::strcmp(columns->names[i], name) == 0) {
            return reinterpret_cast<Node *>(makeVar(1, static_cast<AttrNumber>(i + 1), columns->types[i],
                                                    columns->typmods[i], columns->collations[i], 0));
        }
    }
    if (std::strcmp(name, "tableoid") == 0) {
        return reinterpret_cast<Node *>(makeVar(1, TableOidAttributeNumber, OIDOID, -1, InvalidOid, 0));
    }
    return nullptr;
}

Node *coerce_as_assigned(ParseState *state, Node *expression, Oid type, int32 typmod) {
    const Oid source = exprType(expression);
    Node *coerced =
        coerce_to_target_type(state, expression, source, type, typmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (coerced == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("type %s is expected but the expression is of type %s", format_type_be(type),
                               format_type_be(source)),
                        errhint("You will need to rewrite or cast the expression.")));
    }
    return coerced;
}

}  // namespace

Node *normal::analyse(Node *raw, const char *source, Oid type, int32 typmod, const NamedColumns *columns) {
    ParseState *state = make_parsestate(nullptr);
    state->p_sourcetext = source;
    const bool has_columns = columns->count > 0;
    if (has_columns) {
        state->p_pre_columnref_hook = find_column;
        state->p_ref_hook_state = const_cast<NamedColumns *>(columns);
    }
    // Both kinds refuse aggregates, window and set-returning functions and subqueries; that of defaults
    // also says best why a column cannot be named.
    Node *expression = transformExpr(state, raw, has_columns ? EXPR_KIND_CHECK_CONSTRAINT : EXPR_KIND_COLUMN_DEFAULT);
    if (OidIsValid(type)) {
        expression = coerce_as_assigned(state, expression, type, typmod);
    }
    assign_expr_collations(state, expression);
    free_parsestate(state);
    return expression;
}

namespace {

bool is_serial(const TypeName *name) {
    static constexpr std::array serials{"serial", "serial4", "serial2", "serial8", "bigserial", "smallserial"};
    if (list_length(name->names) != 1 || name->arrayBounds != NIL) {
        return false;
    }
    const char *spelled = strVal(linitial(name->names));
    return std::any_of(serials.begin(), serials.end(),
                       [spelled](const char *serial) { return std::strcmp(serial, spelled) == 0; });
}

struct PinnedSetting {
    const char *name;
    const char *value;
};

// pg_temp is last: left out, it would come first and let a temporary object hide a built-in type.
constexpr char qualify_all[] = "pg_catalog, pg_temp";

// extra_float_digits: any value above zero prints the shortest exact number; pg_dump's 3 prints the same.
// postgres as interval style is what pg_dump uses. The last three are read by the parser and input functions.
constexpr std::array pinned{
    PinnedSetting{"datestyle", "ISO, YMD"},
    PinnedSetting{"intervalstyle", "postgres"},
    PinnedSetting{"timezone", "UTC"},
    PinnedSetting{"bytea_output", "hex"},
    PinnedSetting{"quote_all_identifiers", "off"},
    PinnedSetting{"extra_float_digits", "1"},
    PinnedSetting{"lc_monetary", "C"},
    PinnedSetting{"standard_conforming_strings", "on"},
    PinnedSetting{"transform_null_equals", "off"},
    PinnedSetting{"array_nulls", "on"},
};

void set(const char *name, const char *value) {
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

}  // namespace

char *normal_form_of_sql(const char *expression, Oid type, int32 typmod, const NamedColumns *columns) {
    static constexpr NamedColumns none{};
    if (columns == nullptr) {
        columns = &none;
    }
    ErrorContextCallback callback{};
    callback.previous = error_context_stack;
    callback.callback = shift_error_position;
    callback.arg = const_cast<char *>(expression);
    error_context_stack = &callback;
    const char *sql = psprintf("%s%s", prefix, expression);
    Node *analysed = normal::analyse(parse_expression(sql), sql, type, typmod, columns);
    error_context_stack = callback.previous;
    // The text was read by the caller's search_path; what is written names every schema.
    const int nest_level = NewGUCNestLevel();
    set("search_path", qualify_all);
    char *normal = normal_form_of_columns(analysed, columns);
    AtEOXact_GUC(true, nest_level);
    return normal;
}

char *type_text_of_sql(const char *type_name, Oid *type, int32 *typmod) {
    *type = InvalidOid;
    *typmod = -1;
    const TypeName *parsed = parse_type_name(type_name);
    const Type found = LookupTypeName(nullptr, parsed, typmod, true);
    if (found == nullptr) {
        if (is_serial(parsed)) {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("\"%s\" is not a type", type_name),
                            errhint("Use smallint, integer or bigint, and a default nextval('...'::regclass) or an "
                                    "identity.")));
        }
        *typmod = -1;
        return nullptr;
    }
    const auto *form = static_cast<Form_pg_type>(static_cast<void *>(GETSTRUCT(found)));
    if (form->typisdefined) {
        *type = form->oid;
    }
    ReleaseSysCache(found);
    return OidIsValid(*type) ? format_type_with_typemod(*type, *typmod) : nullptr;
}

int pin_settings(const char *search_path) {
    const int nest_level = NewGUCNestLevel();
    set("search_path", search_path != nullptr ? search_path : qualify_all);
    for (const PinnedSetting &setting : pinned) {
        set(setting.name, setting.value);
    }
    return nest_level;
}

void unpin_settings(int nest_level) { AtEOXact_GUC(true, nest_level); }

}  // namespace schema_audit::server
