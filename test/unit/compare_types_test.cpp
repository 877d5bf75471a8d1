#include "core/compare/types.hpp"

#include <gtest/gtest.h>

namespace schema_audit {
namespace {

using enum TypeDifference;

struct TypeCase {
    std::string_view model, database;
    TypeDifference difference;
};
class CompareTypes : public testing::TestWithParam<TypeCase> {};

TEST_P(CompareTypes, Differ) {
    const auto &[model, database, difference] = GetParam();
    EXPECT_EQ(compare_types(model, database), difference)
        << model << " in the model, " << database << " in the database";
}

INSTANTIATE_TEST_SUITE_P(
    Character, CompareTypes,
    testing::Values(
        TypeCase{"character varying(10)", "character varying(10)", none},
        TypeCase{"character varying(10)", "character varying(9)", shorter},
        TypeCase{"character varying(9)", "character varying(10)", longer},
        TypeCase{"character varying(10)", "character varying", longer},
        TypeCase{"character varying", "character varying(10)", shorter},
        TypeCase{"character varying(10)", "text", longer}, TypeCase{"text", "character varying(10)", shorter},
        TypeCase{"character varying", "text", compatible}, TypeCase{"text", "character varying", compatible},
        TypeCase{"character(4)", "character(5)", longer}, TypeCase{"character(5)", "character(4)", shorter},
        TypeCase{"character(5)", "bpchar", longer}, TypeCase{"bpchar", "character(5)", shorter},
        TypeCase{"character(5)", "character varying(5)", other}, TypeCase{"character(5)", "text", other},
        TypeCase{"bit(4)", "bit(5)", shorter}, TypeCase{"bit(5)", "bit(4)", shorter},
        TypeCase{"bit varying(4)", "bit varying(5)", longer}, TypeCase{"bit varying(4)", "bit varying", longer},
        TypeCase{"bit varying", "bit varying(8)", shorter}, TypeCase{"bit(8)", "bit varying(8)", other}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, CompareTypes,
    testing::Values(
        TypeCase{"numeric(10,2)", "numeric(10,2)", none}, TypeCase{"numeric(10,2)", "numeric(12,2)", more_precise},
        TypeCase{"numeric(10,2)", "numeric(9,2)", less_precise},
        TypeCase{"numeric(10,2)", "numeric(10,4)", less_precise},  // two digits less before the point
        TypeCase{"numeric(10,2)", "numeric(12,4)", more_precise},
        TypeCase{"numeric(10,2)", "numeric(10,0)", less_precise}, TypeCase{"numeric(10,2)", "numeric", more_precise},
        TypeCase{"numeric", "numeric(10,2)", less_precise}, TypeCase{"numeric(3,0)", "numeric(3,-2)", less_precise},
        TypeCase{"numeric(3,-2)", "numeric(5,0)", more_precise}, TypeCase{"smallint", "integer", wider_integer},
        TypeCase{"bigint", "integer", narrower_integer}, TypeCase{"integer", "smallint", narrower_integer},
        TypeCase{"integer", "bigint", wider_integer}, TypeCase{"integer", "numeric", other},
        TypeCase{"real", "double precision", compatible}, TypeCase{"double precision", "real", other},
        TypeCase{"integer", "text", other}, TypeCase{"bigint", "integer[]", other}));

INSTANTIATE_TEST_SUITE_P(
    Time, CompareTypes,
    testing::Values(TypeCase{"timestamp without time zone", "timestamp(6) without time zone", none},
                    TypeCase{"timestamp(6) with time zone", "timestamp with time zone", none},
                    TypeCase{"timestamp with time zone", "timestamp(3) with time zone", less_precise},
                    TypeCase{"timestamp(0) with time zone", "timestamp(3) with time zone", more_precise},
                    TypeCase{"timestamp(0) with time zone", "timestamp with time zone", more_precise},
                    TypeCase{"timestamp with time zone", "timestamp without time zone", other},
                    TypeCase{"timestamp(3) with time zone", "timestamp(3) without time zone", other},
                    TypeCase{"time(0) without time zone", "time without time zone", more_precise},
                    TypeCase{"date", "timestamp without time zone", other}, TypeCase{"interval", "interval(6)", none},
                    TypeCase{"interval", "interval(0)", less_precise},
                    TypeCase{"interval(0)", "interval(3)", more_precise},
                    TypeCase{"interval", "interval day to second", less_precise},
                    TypeCase{"interval year to month", "interval", more_precise},
                    TypeCase{"interval day to second(3)", "interval day to second(0)", less_precise},
                    TypeCase{"interval year", "interval day", other}));

INSTANTIATE_TEST_SUITE_P(
    OfUsers, CompareTypes,
    testing::Values(TypeCase{"character varying(5)[]", "character varying(4)[]", shorter},
                    TypeCase{"text[]", "character varying[]", compatible},
                    TypeCase{"numeric(10,2)[]", "numeric[]", more_precise},
                    TypeCase{"bigint[]", "integer[]", narrower_integer}, TypeCase{"text[]", "text", other},
                    TypeCase{"public.\"odd(3)\"", "public.\"odd(4)\"", other},
                    TypeCase{"\"a(1)\".t(3)", "\"a(1)\".t(4)", other},
                    TypeCase{"public.geometry(Point,4326)", "public.geometry(Polygon,4326)", other},
                    TypeCase{"public.timerange", "public.timerange2", other}, TypeCase{"public.state", "text", other},
                    TypeCase{"json", "jsonb", other}, TypeCase{"public.\"(\"", "public.\")\"", other}));

}  // namespace
}  // namespace schema_audit
