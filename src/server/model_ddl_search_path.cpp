// SET of what decides where objects come to lie is followed, not skipped: search_path, in both of its spellings, and
// the defaults for tablespaces and access methods, which pg_dump sets before each table.
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

List *constant_texts(const List *arguments) {
    List *result = NIL;
    ListCell *cell = nullptr;
    foreach (cell, arguments) {
        auto *constant = static_cast<A_Const *>(lfirst(cell));
        if (IsA(constant, A_Const) && !constant->isnull && IsA(&constant->val.node, String)) {
            result = lappend(result, constant->val.sval.sval);
        }
    }
    return result;
}

// SELECT pg_catalog.set_config('search_path', '…', …), as pg_dump says it.
bool set_path_by_function(ModelDdl *ddl, const SelectStmt *select) {
    if (list_length(select->targetList) != 1) {
        return false;
    }
    auto *call = reinterpret_cast<FuncCall *>(static_cast<ResTarget *>(linitial(select->targetList))->val);
    if (!IsA(call, FuncCall) || std::strcmp(strVal(llast(call->funcname)), "set_config") != 0 ||
        list_length(call->args) != 3) {
        return false;
    }
    const List *texts = constant_texts(call->args);
    List *path = NIL;
    if (list_length(texts) >= 2 && std::strcmp(static_cast<char *>(linitial(texts)), "search_path") == 0 &&
        SplitIdentifierString(pstrdup(static_cast<char *>(lsecond(texts))), ',', &path)) {
        set_model_path(ddl->names, path);
        return true;
    }
    return false;
}

constexpr char default_access_method[] = "default_table_access_method";

}  // namespace

bool follow_set_default(ModelDdl *ddl, const VariableSetStmt *statement) {
    struct Default {
        const char *name;
        const char *unset;
    };
    static constexpr std::array<Default, 2> followed{{{"default_tablespace", ""}, {default_access_method, "heap"}}};
    for (const Default &item : followed) {
        if (statement->name == nullptr || std::strcmp(statement->name, item.name) != 0) {
            continue;
        }
        const List *texts = statement->kind == VAR_SET_VALUE ? constant_texts(statement->args) : NIL;
        const char *value = texts != NIL ? static_cast<char *>(linitial(texts)) : item.unset;
        const bool exists = item.name == default_access_method
                                ? OidIsValid(get_am_oid(value, true))
                                : *value == '\0' || OidIsValid(get_tablespace_oid(value, true));
        if (!exists) {
            const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
            const char *label = psprintf("SET %s to \"%s\", which does not exist here", item.name, value);
            MemoryContextSwitchTo(saved);
            count_skipped(ddl, label);
            return true;
        }
        set_config_option(item.name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
        return true;
    }
    return false;
}

bool follow_set_path(ModelDdl *ddl, const VariableSetStmt *statement) {
    if (statement->name == nullptr ? statement->kind != VAR_RESET_ALL
                                   : std::strcmp(statement->name, "search_path") != 0) {
        return false;
    }
    if (statement->kind == VAR_SET_VALUE) {
        set_model_path(ddl->names, constant_texts(statement->args));
    } else {
        set_model_path(ddl->names, ddl->names->initial_path);
    }
    return true;
}

bool prepare_select(ModelDdl *ddl, SelectStmt *select) {
    if (select->intoClause != nullptr) {
        refuse("SELECT INTO");
    }
    return set_path_by_function(ddl, select) ? false : skip(ddl, "SELECT");
}

}  // namespace schema_audit::server
