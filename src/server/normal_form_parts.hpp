// The parts of the normal form, for its own files only. Server functions.
#pragma once

#include "server/normal_form.hpp"

namespace schema_audit::server::normal {

// Returns a normalised copy of an expression (normal_form_rewrite.cpp).
Node *rewrite(Node *node);

// The same for all expressions of a query and of its subqueries. (In an expression they stay as they are.)
Query *rewrite_query(const Query *query);

// The same for a value that is stored in a column, without its coercion to the column's type: the domain,
// the implicit length coercion and the type conversion outermost.
Node *rewrite_value(Node *value);

// varchar counts as text everywhere: it differs by a length that the column's type tells. Their arrays stay
// apart, since the text must parse again and varchar[] <@ text[] does not.
constexpr Oid text_for_varchar(Oid type) noexcept { return type == VARCHAROID ? Oid{TEXTOID} : type; }

// Folding (normal_form_fold.cpp). Each returns null when it leaves the expression alone.
Const *normal_constant(const Const *constant);
Const *make_constant(Oid type, Datum value, bool is_null);
Node *fold_cast_function(const FuncExpr *cast);
Node *fold_io_cast(const CoerceViaIO *cast);
Node *fold_unary_minus(const OpExpr *negation);

constexpr bool is_integer(Oid type) noexcept { return type == INT2OID || type == INT4OID || type == INT8OID; }
std::int64_t integer_value(const Const *constant) noexcept;

// Arrays (normal_form_array.cpp). Folding returns null as above.
Node *fold_array(const ArrayExpr *array);
Node *fold_array_cast(const ArrayCoerceExpr *cast);
// Of one dimension from 1, or empty.
bool is_simple_array(const ArrayType *array);
List *constants_of_array(const Const *array, Oid element_type);
// Elements of a one-dimensional constant array sorted and without duplicates; false for other arrays.
bool set_of_elements(const Const *array, List **elements, Oid *element_type);
Const *array_of_constants(Oid array_type, Oid element_type, List *elements);
// The constant as integer when it is one that integer can hold; else as it was.
Const *narrow_integer(Const *constant);

// Expressions of SQL text (normal_form_sql.cpp): a raw tree over the columns, as analysed and coerced as by assignment
// to `type` if that is valid.
Node *analyse(Node *raw, const char *source, Oid type, int32 typmod, const NamedColumns *columns);

// The text of a constant without type label.
char *bare_literal(const Const *constant);

}  // namespace schema_audit::server::normal
