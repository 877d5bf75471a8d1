// Types that are regretted later.
#include "core/guard/rules/made_columns.hpp"

#include <array>

namespace schema_audit::guard {
namespace {

// Of an array of them, too: "json[]".
std::string_view element_of(std::string_view type) noexcept {
    while (type.ends_with("[]")) {
        type.remove_suffix(2);
    }
    return type;
}
std::string as_array(const AddColumn &column, std::string_view element) {
    return std::string(element) + column.type.substr(element_of(column.type).size());
}

bool is_timestamp(const AddColumn &column) noexcept {
    const std::string_view type = element_of(column.type);
    return type.starts_with("timestamp") && type.ends_with("without time zone");
}
std::string about_timestamp(const AddColumn & /*column*/) {
    return "Says nothing about the zone: the same value is another moment for a session in another zone";
}
std::string timestamptz(const AddColumn &column) { return as_array(column, "timestamp with time zone"); }

bool is_json(const AddColumn &column) noexcept { return element_of(column.type) == "json"; }
std::string about_json(const AddColumn & /*column*/) {
    return "json has no equality: SELECT DISTINCT, GROUP BY and UNION of the column fail";
}
std::string jsonb(const AddColumn &column) { return as_array(column, "jsonb"); }

struct Discouraged {
    std::string_view type, why, better;
};
constexpr auto discouraged = std::to_array<Discouraged>({
    {"money", "its currency and its digits depend on lc_monetary", "numeric(19,4)"},
    {"time with time zone", "an offset without a date tells no zone", "timestamp with time zone"},
    {"xml", "it has no equality and no index", "text"},
    {"real", "it keeps six digits", "double precision"},
    {"hstore", "jsonb does the same and more", "jsonb"},
});
const Discouraged *find_discouraged(const AddColumn &column) noexcept {
    std::string_view type = element_of(column.type);
    type = type.substr(type.rfind('.') == std::string_view::npos ? 0 : type.rfind('.') + 1);
    const auto *const found = std::ranges::find(discouraged, type, &Discouraged::type);
    return found != discouraged.end() ? found : nullptr;
}
bool is_discouraged(const AddColumn &column) noexcept { return find_discouraged(column) != nullptr; }
std::string about_discouraged(const AddColumn &column) {
    const Discouraged *found = find_discouraged(column);
    return format("Of type {}: {}", found->type, found->why);
}
std::string better_than_discouraged(const AddColumn &column) {
    return as_array(column, find_discouraged(column)->better);
}

// regclass, regrole and regtype are carried over by pg_upgrade.
bool is_reg(const AddColumn &column) noexcept {
    constexpr auto types =
        std::to_array<std::string_view>({"regproc", "regprocedure", "regoper", "regoperator", "regconfig",
                                         "regdictionary", "regnamespace", "regcollation"});
    return std::ranges::find(types, element_of(column.type)) != types.end();
}
std::string about_reg(const AddColumn & /*column*/) {
    return "pg_upgrade refuses a database with a column of this type, since the numbers in it change";
}
std::string text(const AddColumn &column) { return as_array(column, "text"); }

}  // namespace

namespace rules {

const StatementRule prefer_timestamptz{
    {"prefer-timestamptz", Family::type, Severity::info, Action::none, "ddl_command_start",
     "a new column of type timestamp without time zone", "timestamptz"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_timestamp); },
    judge_columns<is_timestamp, about_timestamp, timestamptz>};

const StatementRule avoid_json{{"avoid-json", Family::type, Severity::warning, Action::warn, "ddl_command_start",
                                "a new column of type json: SELECT DISTINCT and GROUP BY of it fail", "jsonb"},
                               false,
                               [](const DdlStatement &statement) noexcept { return when_column(statement, is_json); },
                               judge_columns<is_json, about_json, jsonb>};

const StatementRule discouraged_type{
    {"discouraged-type", Family::type, Severity::info, Action::none, "ddl_command_start",
     "a new column of type money, timetz, xml, real or hstore", "numeric, timestamptz, text, double precision, jsonb"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_discouraged); },
    judge_columns<is_discouraged, about_discouraged, better_than_discouraged>};

const StatementRule reg_type_column{
    {"reg-type-column", Family::type, Severity::warning, Action::warn, "ddl_command_start",
     "a new column of type regproc, regnamespace or the like: pg_upgrade refuses the database", "text, or oid"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_reg); },
    judge_columns<is_reg, about_reg, text>};

}  // namespace rules
}  // namespace schema_audit::guard
