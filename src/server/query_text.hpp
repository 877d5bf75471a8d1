// Text of stored queries: views, rules, bodies of SQL functions, conditions with subqueries. Server functions:
// they may ereport, so call them inside server_call; results are palloc'd in the current memory context. Callers
// pin the settings (normal_form.hpp).
//
// The server's own functions lock every relation that a query names, and an audit must wait for nobody. Here the
// relations are taken out of a copy of the query before it is printed, and their names are put into the text.
// Where that cannot be (the target of INSERT, UPDATE and DELETE, TABLESAMPLE, system columns, fields of
// composite types, a few joins whose tables got new columns) the relation is locked if it is free; if it is not,
// they raise ERRCODE_LOCK_NOT_AVAILABLE. So call them in a subtransaction that is always rolled back, which
// releases such locks: ObjectReader::for_each is one.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

enum class QueryForm {
    exact,  // SQL that makes the same query again
    normal  // what is compared: see normal_form.hpp; also without the column aliases of tables
};

// A query as stored in pg_rewrite.ev_action or pg_proc.prosqlbody (one member of the list). `columns`: of the
// query of a view, the names of the view's columns (a List of String), which may have been renamed; else NIL.
char *text_of_query(const Query *query, QueryForm form, const List *columns = NIL);

// A condition, subqueries and all, over the columns of a relation: of a policy, a trigger or a rule. In the
// latter two it reads the rows OLD and NEW (varno 1 and 2). Null for no condition.
enum class ConditionRows { of_relation, old_and_new };
char *text_of_condition(const Node *condition, QueryForm form, Oid relid, ConditionRows rows);

}  // namespace schema_audit::server
