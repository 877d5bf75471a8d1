// Normal form of expressions: defaults, checks, index keys and predicates that mean the same get the same
// text, however they were spelled. Server functions: they may ereport, so call them inside server_call;
// results are palloc'd in the current memory context.
//
// What is evened out: constants are folded after coercion to the column's type ('x', 'x'::text and
// ('x')::character varying; 0 and '0'::bigint; ARRAY[]::text[] and '{}'), numeric scale of constants,
// now() / CURRENT_TIMESTAMP / transaction_timestamp() and their relatives, AT TIME ZONE and timezone(),
// implicit and explicit casts, varchar and text, IN lists and = ANY (ARRAY[…]) whatever their order, nested
// AND / OR / NOT, integer constants compared with wider or narrower columns, json(b) literals. Deparsed with
// everything qualified (search_path = pg_catalog), so the text can be stored and compared between databases.
//
// Only casts that cannot fail are folded and only built-in functions are ever called, so the text neither
// depends on the body of a user's function nor does a default such as 1/0, or one too long for its column,
// raise. What may still raise: objects that concurrent DDL removed ("cache lookup failed", undefined
// column). No relation is locked or opened, except by expressions with subqueries (policies).
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// Columns that an expression may name, as parallel arrays: attribute number n is at index n - 1. Null names
// are dropped columns. For normal_form_of_columns only `count` and `names` are read.
struct NamedColumns {
    int count;
    const char *const *names;
    const Oid *types;
    const int32 *typmods;
    const Oid *collations;
};

// The expression as pg_get_expr prints it. Unlike that it takes no lock on the relation, for which an audit
// would wait.
char *text_of_node(Node *node, Oid relid);

// The same of an expression over columns that need not be a relation's.
char *text_of_columns(Node *node, const NamedColumns *columns);

// `node_text`: a pg_node_tree as stored in pg_attrdef.adbin, pg_constraint.conbin, pg_index.indpred. (A list,
// as in pg_index.indexprs, gives its members with commas between them: hand members over one by one.)
// `relid`: the relation that its Vars belong to, or InvalidOid when it has none.
// Null when the expression is equal to no default (NULL, NULL::type).
//
// An expression without Vars is a value that is stored in a column: it is given as before its coercion to
// the column's type. So a default does not differ just because the column's type does, and a constant is
// a bare literal: 0, 'x', true, '{}'.
char *normal_form_of_node_text(const char *node_text, Oid relid);
char *normal_form_of_node(Node *node, Oid relid);

// The same with the columns' names at hand: spares the look-ups, and survives that the relation is gone.
char *normal_form_of_columns(Node *node, const NamedColumns *columns);

// The same for an expression given as SQL text, for hand-written model rows. Coerced as by assignment to
// type/typmod when `type` is valid (boolean for checks and predicates). Names are looked up by the
// search_path in force, and come out qualified. `columns` may be null. Raises the server's errors for what does not
// parse, for unknown names, and for aggregates, subqueries, set-returning functions and parameters.
char *normal_form_of_sql(const char *expression, Oid type, int32 typmod, const NamedColumns *columns);

// The same for a whole exclusion constraint: EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (…), without name
// and timing.
char *normal_form_of_exclusion(const char *sql, const NamedColumns *columns);

// Reads a type's spelling such as 'int', 'varchar(20)' or 'decimal(10,2)[]' and returns the server's own, as
// format_type does. Null, with `type` InvalidOid, when there is no such type; a syntax error raises, and so
// does serial, which is not a type.
char *type_text_of_sql(const char *type_name, Oid *type, int32 *typmod);

// Pins every setting that texts of this file depend on, as all functions above expect it of their callers;
// returns what unpin_settings needs. `search_path` is for normal_form_of_sql and type_text_of_sql where
// hand-written text names objects unqualified; null is pg_catalog, so that everything is qualified. After
// an error the abort of the (sub)transaction puts the settings back.
int pin_settings(const char *search_path = nullptr);
void unpin_settings(int nest_level);

}  // namespace schema_audit::server
