// varchar(n) and char(n).
#include "core/guard/rules/made_columns.hpp"

namespace schema_audit::guard {
namespace {

bool is_varchar(const AddColumn &column) noexcept { return column.type.starts_with("character varying("); }
bool is_char(const AddColumn &column) noexcept {
    return column.type.starts_with("character(") || column.type == "character";
}
std::string text(const AddColumn & /*column*/) { return "text"; }
std::string about_varchar(const AddColumn & /*column*/) {
    return "A shorter length later means that the whole table is written anew; text with a CHECK takes another one at "
           "any time";
}
std::string about_char(const AddColumn & /*column*/) {
    return "Values are filled up with blanks, which count in some comparisons, and another type or length later means "
           "that the whole table is written anew";
}

}  // namespace

namespace rules {

const StatementRule prefer_text{
    {"prefer-text", Family::type, Severity::info, Action::none, "ddl_command_start", "a new column of type varchar(n)",
     "text, with a CHECK where the length matters"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_varchar); },
    judge_columns<is_varchar, about_varchar, text>};

const StatementRule avoid_char{
    {"avoid-char", Family::type, Severity::info, Action::none, "ddl_command_start",
     "a new column of type char(n): it is filled up with blanks, and every change of it rewrites the table",
     "text, with a CHECK where the length matters"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_char); },
    judge_columns<is_char, about_char, text>};

}  // namespace rules
}  // namespace schema_audit::guard
