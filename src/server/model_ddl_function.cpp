// Functions and procedures, and what is made of them.
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

Node *string_constant(const char *text) {
    A_Const *constant = makeNode(A_Const);
    constant->val.sval.type = T_String;
    constant->val.sval.sval = pstrdup(text);
    constant->location = -1;
    return reinterpret_cast<Node *>(constant);
}

DefElem *option_named(const List *options, const char *name) {
    const ListCell *cell = nullptr;
    foreach (cell, options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        if (std::strcmp(option->defname, name) == 0) {
            return option;
        }
    }
    return nullptr;
}

ObjectWithArgs *function_of(const CreateFunctionStmt *statement) {
    ObjectWithArgs *function = makeNode(ObjectWithArgs);
    function->objname = statement->funcname;
    const ListCell *cell = nullptr;
    foreach (cell, statement->parameters) {
        const auto *parameter = static_cast<FunctionParameter *>(lfirst(cell));
        if (parameter->mode != FUNC_PARAM_OUT && parameter->mode != FUNC_PARAM_TABLE) {
            function->objargs = lappend(function->objargs, parameter->argType);
        }
    }
    return function;
}

// The server loads the library of a function of LANGUAGE c to see whether it has the function. Where a model is
// registered it may not be installed, and nothing is to be called: the function is made as an internal one and gets its
// library afterwards. Both languages need a superuser.
void take_library(ModelDdl *ddl, CreateFunctionStmt *statement) {
    DefElem *language = option_named(statement->options, "language");
    DefElem *as = option_named(statement->options, "as");
    if (!superuser() || language == nullptr || as == nullptr || std::strcmp(defGetString(language), "c") != 0 ||
        !IsA(as->arg, List)) {
        return;
    }
    const List *parts = castNode(List, as->arg);
    const char *name = strVal(llast(statement->funcname));
    const char *symbol = list_length(parts) > 1 ? strVal(lsecond(parts)) : name;
    ddl->library_function = static_cast<LibraryFunction *>(palloc(sizeof(LibraryFunction)));
    *ddl->library_function = {function_of(statement), strVal(linitial(parts)),
                              std::strcmp(symbol, "-") == 0 ? name : symbol};
    language->arg = reinterpret_cast<Node *>(makeString(pstrdup("internal")));
    as->arg = reinterpret_cast<Node *>(list_make1(makeString(pstrdup("boolin"))));
}

// FROM CURRENT takes what the session has. Of search_path that is to be the model's, which scratch schemas stand for.
void place_current_path(ModelDdl *ddl, const List *options) {
    const ListCell *cell = nullptr;
    foreach (cell, options) {
        const auto *option = static_cast<DefElem *>(lfirst(cell));
        if (option->arg == nullptr || !IsA(option->arg, VariableSetStmt)) {
            continue;
        }
        auto *set = castNode(VariableSetStmt, option->arg);
        if (set->kind != VAR_SET_CURRENT || std::strcmp(set->name, "search_path") != 0) {
            continue;
        }
        set->kind = VAR_SET_VALUE;
        const ListCell *name = nullptr;
        foreach (name, ddl->names->said_path) {
            set->args = lappend(set->args, string_constant(static_cast<const char *>(lfirst(name))));
        }
        if (set->args == NIL) {
            set->args = list_make1(string_constant(""));
        }
    }
}

bool prepare_function(ModelDdl *ddl, CreateFunctionStmt *statement) {
    place_object(ddl->names, &statement->funcname, NameKind::function, NameUse::create);
    place_names(ddl, statement->parameters);
    place_names(ddl, reinterpret_cast<Node *>(statement->returnType));
    place_definition(ddl, statement->options);
    if (statement->sql_body != nullptr) {
        place_names(ddl, statement->sql_body);
    }
    place_current_path(ddl, statement->options);
    take_library(ddl, statement);
    return true;
}

}  // namespace

void settle_library_function(ModelDdl *ddl) {
    const LibraryFunction *wanted = ddl->library_function;
    if (wanted == nullptr) {
        return;
    }
    ddl->library_function = nullptr;
    const Oid function = LookupFuncWithArgs(OBJECT_ROUTINE, wanted->function, false);
    Relation relation = table_open(ProcedureRelationId, RowExclusiveLock);
    HeapTuple tuple = SearchSysCacheCopy1(PROCOID, ObjectIdGetDatum(function));
    Datum values[Natts_pg_proc] = {};
    bool nulls[Natts_pg_proc] = {};
    bool replaced[Natts_pg_proc] = {};
    const auto set = [&](int column, Datum value) {
        values[column - 1] = value;
        replaced[column - 1] = true;
    };
    set(Anum_pg_proc_prolang, ObjectIdGetDatum(ClanguageId));
    set(Anum_pg_proc_prosrc, CStringGetTextDatum(wanted->symbol));
    set(Anum_pg_proc_probin, CStringGetTextDatum(wanted->library));
    HeapTuple changed = heap_modify_tuple(tuple, RelationGetDescr(relation), values, nulls, replaced);
    CatalogTupleUpdate(relation, &changed->t_self, changed);
    table_close(relation, RowExclusiveLock);
    CommandCounterIncrement();
}

bool prepare_function_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_CreateFunctionStmt:
            return prepare_function(ddl, castNode(CreateFunctionStmt, statement));
        case T_AlterFunctionStmt:
            place_function(ddl, castNode(AlterFunctionStmt, statement)->func, NameUse::target);
            place_definition(ddl, castNode(AlterFunctionStmt, statement)->actions);
            place_current_path(ddl, castNode(AlterFunctionStmt, statement)->actions);
            return true;
        case T_AlterOperatorStmt:
            place_function(ddl, castNode(AlterOperatorStmt, statement)->opername, NameUse::target);
            place_definition(ddl, castNode(AlterOperatorStmt, statement)->options);
            return true;
        case T_CreateConversionStmt:
            place_object(ddl->names, &castNode(CreateConversionStmt, statement)->conversion_name, NameKind::any,
                         NameUse::create);
            place_object(ddl->names, &castNode(CreateConversionStmt, statement)->func_name, NameKind::function,
                         NameUse::read);
            return true;
        default:
            *known = false;
            return false;
    }
}

}  // namespace schema_audit::server
