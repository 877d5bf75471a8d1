// Constant folding for the normal form: casts and unary minus over constants.
//
// eval_const_expressions would run any immutable function, a user's too, and raise what it raises. Here a
// cast is folded only after a look at the value has shown that it cannot fail.
#include "server/normal_form_parts.hpp"

namespace schema_audit::server::normal {
namespace {

Node *as_node(Const *constant) { return reinterpret_cast<Node *>(constant); }

bool is_character(Oid type) noexcept { return type == TEXTOID || type == VARCHAROID || type == BPCHAROID; }

Const *integer_constant(Oid type, std::int64_t value) {
    switch (type) {
        case INT2OID:
            return value >= PG_INT16_MIN && value <= PG_INT16_MAX
                       ? make_constant(type, Int16GetDatum(static_cast<int16>(value)), false)
                       : nullptr;
        case INT4OID:
            return value >= PG_INT32_MIN && value <= PG_INT32_MAX
                       ? make_constant(type, Int32GetDatum(static_cast<int32>(value)), false)
                       : nullptr;
        default:
            return make_constant(type, Int64GetDatum(value), false);
    }
}

int compare(Numeric left, Numeric right) {
    return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(left), NumericGetDatum(right)));
}

Const *float_constant(Oid type, double value, bool is_zero) {
    if (type == FLOAT8OID) {
        const bool fits = std::fabs(value) < 1e300 && (is_zero || std::fabs(value) > 1e-300);
        return fits ? make_constant(type, Float8GetDatum(value), false) : nullptr;
    }
    const bool fits = std::fabs(value) < 1e38 && (is_zero || std::fabs(value) > 1e-37);
    return fits ? make_constant(type, Float4GetDatum(static_cast<float4>(value)), false) : nullptr;
}

Const *convert_numeric(Numeric value, Oid type) {
    if (numeric_is_nan(value) || numeric_is_inf(value)) {
        return nullptr;
    }
    if (!is_integer(type)) {
        const auto number = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value)));
        return float_constant(type, number, compare(value, int64_to_numeric(0)) == 0);
    }
    const auto rounded = DatumGetNumeric(DirectFunctionCall2(numeric_round, NumericGetDatum(value), Int32GetDatum(0)));
    if (compare(rounded, int64_to_numeric(PG_INT64_MIN)) < 0 || compare(rounded, int64_to_numeric(PG_INT64_MAX)) > 0) {
        return nullptr;
    }
    return integer_constant(type, DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(rounded))));
}

Const *convert_number(const Const *from, Oid type) {
    const bool to_float = type == FLOAT4OID || type == FLOAT8OID;
    if (is_integer(from->consttype)) {
        const auto value = integer_value(from);
        if (is_integer(type)) {
            return integer_constant(type, value);
        }
        if (type == NUMERICOID) {
            return make_constant(type, NumericGetDatum(int64_to_numeric(value)), false);
        }
        return to_float ? float_constant(type, static_cast<double>(value), value == 0) : nullptr;
    }
    if (from->consttype == NUMERICOID && (is_integer(type) || to_float)) {
        return convert_numeric(DatumGetNumeric(from->constvalue), type);
    }
    return nullptr;
}

// Built-in casts that take any value.
bool never_fails(Oid function, const Const *argument) {
    switch (function) {
        case F_TEXT_BPCHAR:
        case F_TEXT_NAME:
        case F_TEXT_BOOL:
        case F_INT4_BOOL:
        case F_BOOL_INT4:
        case F_DATE_TIMESTAMP:
            return true;
        case F_TIMESTAMP_DATE: {
            int overflow = 0;
            date2timestamp_opt_overflow(DatumGetDateADT(argument->constvalue), &overflow);
            return overflow == 0;
        }
        default:
            return false;
    }
}

// Whether a numeric constant fits numeric(precision, scale); see make_numeric_typmod.
bool numeric_fits(Numeric value, int32 typmod) {
    const int32 precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
    const int32 scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
    if (numeric_is_nan(value)) {
        return true;
    }
    if (numeric_is_inf(value)) {
        return false;
    }
    const Datum rounded = DirectFunctionCall2(numeric_round, NumericGetDatum(value), Int32GetDatum(scale));
    const Datum size = DirectFunctionCall1(numeric_abs, rounded);
    const Datum limit = DirectFunctionCall2(numeric_power, NumericGetDatum(int64_to_numeric(10)),
                                            NumericGetDatum(int64_to_numeric(precision - scale)));
    return DatumGetBool(DirectFunctionCall2(numeric_lt, size, limit));
}

bool text_fits(const Const *constant, int32 typmod) {
    const auto *value = DatumGetTextPP(constant->constvalue);
    int length = VARSIZE_ANY_EXHDR(value);
    const char *data = VARDATA_ANY(value);
    if (constant->consttype == BPCHAROID) {
        length = bpchartruelen(const_cast<char *>(data), length);
    }
    return pg_mbstrlen_with_len(data, length) <= typmod - static_cast<int32>(VARHDRSZ);
}

// Length coercions: whether this one, given without or with "explicit", takes the constant.
bool length_is_safe(const FuncExpr *cast, const Const *value, int32 typmod) {
    const bool is_explicit = list_length(cast->args) == 3 && IsA(lthird(cast->args), Const) &&
                             DatumGetBool(lthird_node(Const, cast->args)->constvalue);
    switch (cast->funcid) {
        case F_VARCHAR_VARCHAR_INT4_BOOL:
        case F_BPCHAR_BPCHAR_INT4_BOOL:
            return is_explicit || text_fits(value, typmod);
        case F_NUMERIC_NUMERIC_INT4:
            return numeric_fits(DatumGetNumeric(value->constvalue), typmod);
        case F_BIT_BIT_INT4_BOOL:
            return is_explicit || VARBITLEN(DatumGetVarBitP(value->constvalue)) == typmod;
        case F_VARBIT:
            return is_explicit || VARBITLEN(DatumGetVarBitP(value->constvalue)) <= typmod;
        case F_TIMESTAMP_TIMESTAMP_INT4:
        case F_TIMESTAMPTZ_TIMESTAMPTZ_INT4:
        case F_TIME_TIME_INT4:
        case F_TIMETZ_TIMETZ_INT4:
        case F_INTERVAL_INTERVAL_INT4:
            return true;
        default:
            return false;
    }
}

Node *fold_length(const FuncExpr *cast, const Const *value) {
    if (!IsA(lsecond(cast->args), Const)) {
        return nullptr;
    }
    const auto *typmod = lsecond_node(Const, cast->args);
    if (typmod->constisnull || !length_is_safe(cast, value, DatumGetInt32(typmod->constvalue))) {
        return nullptr;
    }
    Datum result;
    if (list_length(cast->args) == 3) {
        result = OidFunctionCall3(cast->funcid, value->constvalue, typmod->constvalue,
                                  lthird_node(Const, cast->args)->constvalue);
    } else {
        result = OidFunctionCall2(cast->funcid, value->constvalue, typmod->constvalue);
    }
    return as_node(make_constant(cast->funcresulttype, result, false));
}

bool is_builtin(Oid function) noexcept { return function < FirstUnpinnedObjectId; }

// Valid JSON may still not be jsonb: \u0000, lone surrogates, numbers beyond numeric.
bool surely_jsonb(const char *json) {
    if (std::strstr(json, "\\u") != nullptr || std::strlen(json) > 100000) {
        return false;
    }
    int digits = 0;
    for (const char *at = json; *at != '\0'; ++at) {
        const bool digit = *at >= '0' && *at <= '9';
        if (digits > 0 && (*at == 'e' || *at == 'E')) {
            return false;
        }
        digits = digit ? digits + 1 : 0;
        if (digits > 1000) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::int64_t integer_value(const Const *constant) noexcept {
    switch (constant->consttype) {
        case INT2OID:
            return DatumGetInt16(constant->constvalue);
        case INT4OID:
            return DatumGetInt32(constant->constvalue);
        default:
            return DatumGetInt64(constant->constvalue);
    }
}

Const *make_constant(Oid type, Datum value, bool is_null) {
    int16 length;
    bool by_value;
    get_typlenbyval(type, &length, &by_value);
    const Const plain{{T_Const}, type, -1, get_typcollation(type), length, value, is_null, by_value, -1};
    return normal_constant(&plain);
}

Const *normal_constant(const Const *constant) {
    auto *normal = static_cast<Const *>(copyObjectImpl(constant));
    normal->location = -1;
    normal->consttypmod = -1;
    normal->consttype = text_for_varchar(constant->consttype);
    normal->constcollid = get_typcollation(normal->consttype);
    if (normal->constisnull) {
        return normal;
    }
    if (constant->consttype == NUMERICOID) {
        normal->constvalue = DirectFunctionCall1(numeric_trim_scale, constant->constvalue);
    } else if (constant->consttype == BPCHAROID) {
        normal->constvalue = DirectFunctionCall1(rtrim1, constant->constvalue);
    } else if (constant->consttype == NUMERICARRAYOID || constant->consttype == BPCHARARRAYOID) {
        const Oid element = constant->consttype == NUMERICARRAYOID ? NUMERICOID : BPCHAROID;
        if (is_simple_array(DatumGetArrayTypeP(constant->constvalue))) {
            normal->constvalue =
                array_of_constants(InvalidOid, element, constants_of_array(constant, element))->constvalue;
        }
    }
    return normal;
}

Node *fold_cast_function(const FuncExpr *cast) {
    if (!is_builtin(cast->funcid) || !IsA(linitial(cast->args), Const)) {
        return nullptr;
    }
    const auto *value = linitial_node(Const, cast->args);
    if (value->constisnull) {
        return func_strict(cast->funcid) ? as_node(make_constant(cast->funcresulttype, 0, true)) : nullptr;
    }
    if (list_length(cast->args) > 1) {
        return fold_length(cast, value);
    }
    if (Const *number = convert_number(value, cast->funcresulttype)) {
        return as_node(number);
    }
    if (!never_fails(cast->funcid, value)) {
        return nullptr;
    }
    return as_node(make_constant(cast->funcresulttype, OidFunctionCall1(cast->funcid, value->constvalue), false));
}

Node *fold_io_cast(const CoerceViaIO *cast) {
    if (!IsA(cast->arg, Const)) {
        return nullptr;
    }
    const auto *value = reinterpret_cast<const Const *>(cast->arg);
    if (value->constisnull) {
        return as_node(make_constant(cast->resulttype, 0, true));
    }
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(value->consttype, &output, &is_varlena);
    if (!is_builtin(output) || func_volatile(output) != PROVOLATILE_IMMUTABLE) {
        return nullptr;
    }
    const char *text = OidOutputFunctionCall(output, value->constvalue);
    if (is_character(cast->resulttype)) {
        return as_node(make_constant(cast->resulttype, CStringGetTextDatum(text), false));
    }
    if (value->consttype == JSONBOID && cast->resulttype == JSONOID) {
        return as_node(make_constant(JSONOID, CStringGetTextDatum(text), false));
    }
    if (value->consttype == JSONOID && cast->resulttype == JSONBOID && surely_jsonb(text)) {
        return as_node(make_constant(JSONBOID, DirectFunctionCall1(jsonb_in, CStringGetDatum(text)), false));
    }
    return nullptr;
}

Node *fold_unary_minus(const OpExpr *negation) {
    if (list_length(negation->args) != 1 || !IsA(linitial(negation->args), Const)) {
        return nullptr;
    }
    const auto *value = linitial_node(Const, negation->args);
    const Oid function = get_opcode(negation->opno);
    if (value->constisnull) {
        return nullptr;
    }
    if (function == F_INT2UM || function == F_INT4UM || function == F_INT8UM) {
        const auto number = integer_value(value);
        Const *negated = number == PG_INT64_MIN ? nullptr : integer_constant(value->consttype, -number);
        return negated != nullptr ? as_node(negated) : nullptr;
    }
    if (function == F_NUMERIC_UMINUS || function == F_FLOAT4UM || function == F_FLOAT8UM) {
        return as_node(make_constant(value->consttype, OidFunctionCall1(function, value->constvalue), false));
    }
    return nullptr;
}

Const *narrow_integer(Const *constant) {
    if (!is_integer(constant->consttype) || constant->constisnull) {
        return constant;
    }
    Const *narrow = integer_constant(INT4OID, integer_value(constant));
    return narrow != nullptr ? narrow : constant;
}

char *bare_literal(const Const *constant) {
    if (constant->constisnull) {
        return nullptr;
    }
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(constant->consttype, &output, &is_varlena);
    char *text = OidOutputFunctionCall(output, constant->constvalue);
    if (constant->consttype == BOOLOID) {
        return pstrdup(DatumGetBool(constant->constvalue) ? "true" : "false");
    }
    const bool number = is_integer(constant->consttype) || constant->consttype == NUMERICOID ||
                        constant->consttype == FLOAT4OID || constant->consttype == FLOAT8OID;
    if (number && std::strspn(text, "0123456789+-eE.") == std::strlen(text)) {
        return text;
    }
    // As ruleutils writes literals under standard_conforming_strings: no E''.
    StringInfoData quoted;
    initStringInfo(&quoted);
    appendStringInfoChar(&quoted, '\'');
    for (const char *at = text; *at != '\0'; ++at) {
        if (*at == '\'') {
            appendStringInfoChar(&quoted, '\'');
        }
        appendStringInfoChar(&quoted, *at);
    }
    appendStringInfoChar(&quoted, '\'');
    return quoted.data;
}

}  // namespace schema_audit::server::normal
