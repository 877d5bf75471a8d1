// Expressions of a command as the server would write them: for the statements that a HINT proposes instead of it.
// Nothing is opened, which would take a lock; what the server does not understand is left out.
#include "server/facts.hpp"
#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

// Those of the table, and then those that the command adds.
NamedColumns columns_of(Oid table, const List *commands) noexcept {
    const HeapTuple relation = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    int natts = 0;
    if (HeapTupleIsValid(relation)) {
        natts = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(relation))->relnatts;
        ReleaseSysCache(relation);
    }
    const int room = natts + list_length(commands);
    auto **names = static_cast<const char **>(palloc0(sizeof(char *) * (room + 1)));
    auto *types = static_cast<Oid *>(palloc0(sizeof(Oid) * (room + 1)));
    auto *modifiers = static_cast<int32 *>(palloc0(sizeof(int32) * (room + 1)));
    auto *collations = static_cast<Oid *>(palloc0(sizeof(Oid) * (room + 1)));
    for (int i = 0; i < natts; ++i) {
        names[i] = get_attname(table, static_cast<AttrNumber>(i + 1), true);
        if (names[i] != nullptr) {
            get_atttypetypmodcoll(table, static_cast<AttrNumber>(i + 1), &types[i], &modifiers[i], &collations[i]);
        }
    }
    int count = natts;
    const ListCell *cell = nullptr;
    foreach (cell, commands) {
        const auto *command = lfirst_node(AlterTableCmd, cell);
        auto *definition = command->subtype == AT_AddColumn ? castNode(ColumnDef, command->def) : nullptr;
        if (definition == nullptr || definition->typeName == nullptr || definition->typeName->pct_type) {
            continue;
        }
        const Type type = LookupTypeName(nullptr, definition->typeName, &modifiers[count], true);
        if (type != nullptr) {
            names[count] = definition->colname;
            types[count] = typeTypeId(type);
            ReleaseSysCache(type);
            collations[count] = GetColumnDefCollation(nullptr, definition, types[count]);
            ++count;
        }
    }
    return NamedColumns{count, names, types, modifiers, collations};
}

Node *find_column(ParseState *state, ColumnRef *reference) noexcept {
    const auto *columns = static_cast<const NamedColumns *>(state->p_ref_hook_state);
    const Node *last = static_cast<const Node *>(llast(reference->fields));
    for (int i = 0; IsA(last, String) && i < columns->count; ++i) {
        if (columns->names[i] != nullptr && std::strcmp(columns->names[i], strVal(last)) == 0) {
            return reinterpret_cast<Node *>(makeVar(1, static_cast<AttrNumber>(i + 1), columns->types[i],
                                                    columns->typmods[i], columns->collations[i], 0));
        }
    }
    return nullptr;
}

Node *analysed(const Node *raw, const NamedColumns *columns, ParseExprKind kind) noexcept {
    ParseState *const state = make_parsestate(nullptr);
    state->p_pre_columnref_hook = find_column;
    state->p_ref_hook_state = const_cast<NamedColumns *>(columns);
    Node *expression = transformExpr(state, static_cast<Node *>(copyObjectImpl(raw)), kind);
    if (kind == EXPR_KIND_CHECK_CONSTRAINT || kind == EXPR_KIND_INDEX_PREDICATE) {
        expression = coerce_to_boolean(state, expression, "CHECK");
    }
    assign_expr_collations(state, expression);
    return expression;
}

const char *text_of(const Node *raw, const NamedColumns *columns, ParseExprKind kind) noexcept {
    return raw != nullptr ? text_of_columns(analysed(raw, columns, kind), columns) : nullptr;
}

struct Written {
    const char *default_value, *generation, *condition, *condition_column;
};

void write_condition(const Node *raw, const NamedColumns *columns, Written *written) noexcept {
    Node *const expression = analysed(raw, columns, EXPR_KIND_CHECK_CONSTRAINT);
    written->condition = text_of_columns(expression, columns);
    AttrNumber only = 0;
    const ListCell *cell = nullptr;
    foreach (cell, pull_var_clause(expression, 0)) {
        const AttrNumber number = lfirst_node(Var, cell)->varattno;
        only = only == 0 || only == number ? number : static_cast<AttrNumber>(-1);
    }
    written->condition_column = only > 0 ? columns->names[only - 1] : nullptr;
}

void write_column(const ColumnDef *definition, const NamedColumns *columns, Written *written) noexcept {
    written->default_value = text_of(definition->raw_default, columns, EXPR_KIND_COLUMN_DEFAULT);
    const ListCell *cell = nullptr;
    foreach (cell, definition->constraints) {
        const auto *constraint = static_cast<const Constraint *>(lfirst(cell));
        if (!IsA(constraint, Constraint) || constraint->raw_expr == nullptr) {
            continue;
        }
        if (constraint->contype == CONSTR_DEFAULT) {
            written->default_value = text_of(constraint->raw_expr, columns, EXPR_KIND_COLUMN_DEFAULT);
        } else if (constraint->contype == CONSTR_GENERATED) {
            written->generation = text_of(constraint->raw_expr, columns, EXPR_KIND_GENERATED_COLUMN);
        } else if (constraint->contype == CONSTR_CHECK) {
            write_condition(constraint->raw_expr, columns, written);
        }
    }
}

Written write_step(const AlterTableCmd *command, const NamedColumns *columns) noexcept {
    Written written{};
    if (command->subtype == AT_AddColumn) {
        write_column(castNode(ColumnDef, command->def), columns, &written);
    } else if (command->subtype == AT_AddConstraint) {
        const auto *constraint = castNode(Constraint, command->def);
        if (constraint->contype == CONSTR_CHECK && constraint->raw_expr != nullptr) {
            write_condition(constraint->raw_expr, columns, &written);
        }
    }
    return written;
}

void append_names(StringInfo text, const List *names) noexcept {
    appendStringInfoString(text, NameListToQuotedString(const_cast<List *>(names)));
}

void append_options(StringInfo text, const List *options) noexcept {
    const ListCell *cell = nullptr;
    const char *separator = "";
    foreach (cell, options) {
        auto *option = lfirst_node(DefElem, cell);
        appendStringInfo(text, "%s%s = %s", separator, quote_identifier(option->defname),
                         option->arg != nullptr ? quote_literal_cstr(defGetString(option)) : "true");
        separator = ", ";
    }
}

void append_key(StringInfo text, const IndexElem *key, const NamedColumns *columns) noexcept {
    if (key->name != nullptr) {
        appendStringInfoString(text, quote_identifier(key->name));
    } else {
        appendStringInfo(text, "(%s)", text_of(key->expr, columns, EXPR_KIND_INDEX_EXPRESSION));
    }
    if (key->collation != NIL) {
        appendStringInfoString(text, " COLLATE ");
        append_names(text, key->collation);
    }
    if (key->opclass != NIL) {
        appendStringInfoChar(text, ' ');
        append_names(text, key->opclass);
        if (key->opclassopts != NIL) {
            appendStringInfoString(text, " (");
            append_options(text, key->opclassopts);
            appendStringInfoChar(text, ')');
        }
    }
    appendStringInfoString(text, key->ordering == SORTBY_DESC ? " DESC" : key->ordering == SORTBY_ASC ? " ASC" : "");
    appendStringInfoString(text, key->nulls_ordering == SORTBY_NULLS_FIRST  ? " NULLS FIRST"
                                 : key->nulls_ordering == SORTBY_NULLS_LAST ? " NULLS LAST"
                                                                            : "");
}

void append_keys(StringInfo text, const List *keys, const NamedColumns *columns) noexcept {
    const ListCell *cell = nullptr;
    const char *separator = "(";
    foreach (cell, keys) {
        appendStringInfoString(text, separator);
        append_key(text, lfirst_node(IndexElem, cell), columns);
        separator = ", ";
    }
    appendStringInfoChar(text, ')');
}

const char *write_index(Oid table, const IndexStmt *tree) noexcept {
    const NamedColumns columns = columns_of(table, NIL);
    StringInfoData text;
    initStringInfo(&text);
    if (tree->accessMethod != nullptr && std::strcmp(tree->accessMethod, "btree") != 0) {
        appendStringInfo(&text, "USING %s ", quote_identifier(tree->accessMethod));
    }
    append_keys(&text, tree->indexParams, &columns);
    if (tree->indexIncludingParams != NIL) {
        appendStringInfoString(&text, " INCLUDE ");
        append_keys(&text, tree->indexIncludingParams, &columns);
    }
    appendStringInfoString(&text, tree->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
    if (tree->options != NIL) {
        appendStringInfoString(&text, " WITH (");
        append_options(&text, tree->options);
        appendStringInfoChar(&text, ')');
    }
    if (tree->tableSpace != nullptr) {
        appendStringInfo(&text, " TABLESPACE %s", quote_identifier(tree->tableSpace));
    }
    if (tree->whereClause != nullptr) {
        appendStringInfo(&text, " WHERE %s", text_of(tree->whereClause, &columns, EXPR_KIND_INDEX_PREDICATE));
    }
    return text.data;
}

// VALUE, as the domain's own test has it.
Node *find_value(ParseState *state, ColumnRef *reference) noexcept {
    const auto *value = static_cast<CoerceToDomainValue *>(state->p_ref_hook_state);
    const Node *name = static_cast<const Node *>(linitial(reference->fields));
    const bool is_value =
        list_length(reference->fields) == 1 && IsA(name, String) && std::strcmp(strVal(name), "value") == 0;
    return is_value ? static_cast<Node *>(copyObjectImpl(value)) : nullptr;
}

const char *write_domain_condition(const AlterDomainStmt *tree) noexcept {
    int32 modifier = -1;
    const Type type = LookupTypeName(nullptr, makeTypeNameFromNameList(tree->typeName), &modifier, true);
    if (type == nullptr || tree->def == nullptr || !IsA(tree->def, Constraint)) {
        return nullptr;
    }
    const auto *row = reinterpret_cast<const FormData_pg_type *>(GETSTRUCT(type));
    auto *value = makeNode(CoerceToDomainValue);
    value->typeId = row->typbasetype;
    value->typeMod = row->typtypmod;
    value->collation = row->typcollation;
    value->location = -1;
    ReleaseSysCache(type);
    ParseState *const state = make_parsestate(nullptr);
    state->p_pre_columnref_hook = find_value;
    state->p_ref_hook_state = value;
    const Node *raw = reinterpret_cast<const Constraint *>(tree->def)->raw_expr;
    Node *expression = transformExpr(state, static_cast<Node *>(copyObjectImpl(raw)), EXPR_KIND_DOMAIN_CHECK);
    expression = coerce_to_boolean(state, expression, "CHECK");
    assign_expr_collations(state, expression);
    return deparse_expression(expression, NIL, false, false);
}

bool has_text(const AlterTableCmd *command) noexcept {
    return command->subtype == AT_AddColumn ||
           (command->subtype == AT_AddConstraint && castNode(Constraint, command->def)->contype == CONSTR_CHECK);
}

void read_steps(Oid table, const AlterTableStmt *tree, std::vector<guard::StepTexts> &steps) {
    NamedColumns columns{};
    survive_analysis([&] { columns = server_call([=] { return columns_of(table, tree->cmds); }); });
    const ListCell *cell = nullptr;
    foreach (cell, tree->cmds) {
        const auto *command = lfirst_node(AlterTableCmd, cell);
        guard::StepTexts &texts = steps.emplace_back();
        if (!has_text(command)) {
            continue;
        }
        survive_analysis([&] {
            const Written written = server_call([&] { return write_step(command, &columns); });
            texts = {text_or_empty(written.default_value), text_or_empty(written.generation),
                     text_or_empty(written.condition), text_or_empty(written.condition_column)};
        });
    }
}

guard::CommandTexts read_texts(Oid table, const Node *tree) {
    guard::CommandTexts texts;
    if (IsA(tree, AlterTableStmt)) {
        read_steps(table, reinterpret_cast<const AlterTableStmt *>(tree), texts.steps);
    } else if (IsA(tree, IndexStmt)) {
        survive_analysis([&] {
            const auto *index = reinterpret_cast<const IndexStmt *>(tree);
            texts.index = text_or_empty(server_call([=] { return write_index(table, index); }));
        });
    } else if (IsA(tree, AlterDomainStmt)) {
        survive_analysis([&] {
            const auto *alter = reinterpret_cast<const AlterDomainStmt *>(tree);
            texts.domain_condition = text_or_empty(server_call([=] { return write_domain_condition(alter); }));
        });
    }
    return texts;
}

}  // namespace

guard::TextsOnDemand texts_on_demand(Oid table, const Node *tree) {
    return guard::TextsOnDemand([=] { return read_texts(table, tree); });
}

}  // namespace schema_audit::server
