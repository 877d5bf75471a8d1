// Arrays of constants in the normal form.
#include "server/normal_form_parts.hpp"

namespace schema_audit::server::normal {
namespace {

Node *as_node(Const *constant) { return reinterpret_cast<Node *>(constant); }

// The element casts of an array cast, applied to one element.
Node *put_in_place_of_case_test(Node *node, void *value) {
    if (node == nullptr) {
        return nullptr;
    }
    return IsA(node, CaseTestExpr) ? static_cast<Node *>(value) : mutate_tree(node, put_in_place_of_case_test, value);
}

bool all_constants(const List *nodes) {
    ListCell *cell;
    foreach (cell, nodes) {
        if (!IsA(lfirst(cell), Const)) {
            return false;
        }
    }
    return true;
}

int compare_as_text(const ListCell *left, const ListCell *right) {
    const auto *a = static_cast<const Const *>(lfirst(left));
    const auto *b = static_cast<const Const *>(lfirst(right));
    if (a->constisnull || b->constisnull) {
        return static_cast<int>(a->constisnull) - static_cast<int>(b->constisnull);
    }
    if (is_integer(a->consttype)) {
        return integer_value(a) < integer_value(b) ? -1 : static_cast<int>(integer_value(a) > integer_value(b));
    }
    return std::strcmp(bare_literal(a), bare_literal(b));
}

}  // namespace

List *constants_of_array(const Const *array, Oid element_type) {
    int16 length;
    bool by_value;
    char align;
    Datum *values;
    bool *nulls;
    int count;
    get_typlenbyvalalign(element_type, &length, &by_value, &align);
    deconstruct_array(DatumGetArrayTypeP(array->constvalue), element_type, length, by_value, align, &values, &nulls,
                      &count);
    List *elements = NIL;
    for (int i = 0; i < count; ++i) {
        elements = lappend(elements, make_constant(element_type, values[i], nulls[i]));
    }
    return elements;
}

bool is_simple_array(const ArrayType *array) {
    return ARR_NDIM(array) == 0 || (ARR_NDIM(array) == 1 && ARR_LBOUND(array)[0] == 1);
}

Const *array_of_constants(Oid array_type, Oid element_type, List *elements) {
    int16 length;
    bool by_value;
    char align;
    get_typlenbyvalalign(element_type, &length, &by_value, &align);
    const int count = list_length(elements);
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * (count + 1)));
    for (int i = 0; i < count; ++i) {
        const auto *element = list_nth_node(Const, elements, i);
        values[i] = element->constvalue;
        nulls[i] = element->constisnull;
    }
    int dimensions[1] = {count};
    int bounds[1] = {1};
    ArrayType *array =
        count == 0 ? construct_empty_array(element_type)
                   : construct_md_array(values, nulls, 1, dimensions, bounds, element_type, length, by_value, align);
    auto *constant = makeNode(Const);
    constant->consttype = array_type;
    constant->consttypmod = -1;
    constant->constcollid = OidIsValid(array_type) ? get_typcollation(array_type) : InvalidOid;
    constant->constlen = -1;
    constant->constvalue = PointerGetDatum(array);
    constant->location = -1;
    return constant;
}

Node *fold_array(const ArrayExpr *array) {
    if (array->multidims || !all_constants(array->elements)) {
        return nullptr;
    }
    return as_node(array_of_constants(array->array_typeid, array->element_typeid, array->elements));
}

Node *fold_array_cast(const ArrayCoerceExpr *cast) {
    const Oid result_type = cast->resulttype;
    List *elements;
    if (IsA(cast->arg, Const)) {
        const auto *array = reinterpret_cast<const Const *>(cast->arg);
        if (array->constisnull) {
            return as_node(make_constant(result_type, 0, true));
        }
        const auto *value = DatumGetArrayTypeP(array->constvalue);
        if (!is_simple_array(value)) {
            return nullptr;
        }
        elements = constants_of_array(array, ARR_ELEMTYPE(value));
    } else if (IsA(cast->arg, ArrayExpr) && !reinterpret_cast<ArrayExpr *>(cast->arg)->multidims) {
        elements = reinterpret_cast<ArrayExpr *>(cast->arg)->elements;
    } else {
        return nullptr;
    }
    auto *result = makeNode(ArrayExpr);
    result->array_typeid = result_type;
    result->array_collid = get_typcollation(result_type);
    result->element_typeid = get_element_type(result_type);
    result->location = -1;
    ListCell *cell;
    foreach (cell, elements) {
        auto *node = reinterpret_cast<Node *>(cast->elemexpr);
        result->elements = lappend(result->elements, rewrite(put_in_place_of_case_test(node, lfirst(cell))));
    }
    Node *folded = fold_array(result);
    if (folded == nullptr && IsA(cast->arg, Const)) {
        return nullptr;
    }
    return folded != nullptr ? folded : reinterpret_cast<Node *>(result);
}

bool set_of_elements(const Const *array, List **elements, Oid *element_type) {
    const auto *value = DatumGetArrayTypeP(array->constvalue);
    if (!is_simple_array(value)) {
        return false;
    }
    *element_type = ARR_ELEMTYPE(value);
    List *all = constants_of_array(array, *element_type);
    list_sort(all, compare_as_text);
    *elements = NIL;
    ListCell *cell;
    foreach (cell, all) {
        if (*elements == NIL || !equal(llast(*elements), lfirst(cell))) {
            *elements = lappend(*elements, lfirst(cell));
        }
    }
    return true;
}

}  // namespace schema_audit::server::normal
