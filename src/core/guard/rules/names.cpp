// Names: cut off, quoted, unqualified.
#include "core/guard/rules/new_names.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {
namespace {

constexpr std::size_t longest_name = 63;
constexpr std::size_t longest_character = 4;  // bytes; the server cuts between characters

Need needs(const DdlStatement &statement) noexcept { return when(gives_names(statement), Need::facts | Need::target); }

// Nothing where the relation that gets the name is not judged.
std::optional<GuardFinding> finding_about(const Situation &situation) {
    const RelationName subject = subject_of(situation.statement);
    if (const TableFacts *table = situation.facts.table(subject)) {
        return finding_on(*table);
    }
    const bool of_table = std::holds_alternative<AlterTable>(situation.statement) ||
                          std::holds_alternative<CreateIndex>(situation.statement) ||
                          std::holds_alternative<CreateTrigger>(situation.statement) ||
                          std::holds_alternative<Rename>(situation.statement);
    if (of_table || situation.facts.target_exists) {
        return std::nullopt;
    }
    GuardFinding finding;
    finding.schema = subject.schema.empty() ? situation.facts.creation_schema : subject.schema;
    finding.table = subject.name;
    finding.object_type = std::holds_alternative<CreateTable>(situation.statement)  ? "table"
                          : std::holds_alternative<CreateView>(situation.statement) ? "view"
                                                                                    : "object";
    if (subject.name.empty()) {
        finding.object = quote_identifier(subject.schema);
        finding.object_type = "schema";
    }
    return finding;
}

template <class Describe>
std::vector<GuardFinding> judge_names(const Situation &situation, Describe describe) {
    std::vector<GuardFinding> findings;
    const std::optional<GuardFinding> about = finding_about(situation);
    if (!about) {
        return findings;
    }
    for (const NewName &given : new_names(situation.statement)) {
        std::string message = describe(given);
        if (!message.empty()) {
            findings.push_back(*about);
            findings.back().message = std::move(message);
        }
    }
    return findings;
}

bool belongs_to_name(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// As it was written, where that goes on after what the server has kept; else empty.
std::string longer_form(std::string_view source, std::string_view name) {
    if (name.size() + longest_character <= longest_name) {
        return {};
    }
    const auto same = [](char one, char other) { return lower(one) == lower(other); };
    auto from = source.begin();
    while (true) {
        const auto found = std::search(from, source.end(), name.begin(), name.end(), same);
        if (found == source.end()) {
            return {};
        }
        auto end = found + static_cast<std::ptrdiff_t>(name.size());
        const bool starts = found == source.begin() || !belongs_to_name(*(found - 1));
        while (end != source.end() && belongs_to_name(*end)) {
            ++end;
        }
        if (starts && end - found > static_cast<std::ptrdiff_t>(name.size())) {
            return {found, end};
        }
        from = found + 1;
    }
}

bool may_be_cut(const DdlStatement &statement) {
    return std::ranges::any_of(new_names(statement), [](const NewName &given) {
        return given.name.size() + longest_character > longest_name;
    });
}

std::vector<GuardFinding> judge_length(const Situation &situation) {
    return judge_names(situation, [&](const NewName &given) {
        const std::string written = longer_form(situation.facts.source, given.name);
        return written.empty() ? ""
                               : format("The {} {} is cut off after {} bytes: {}", given.kind, written, longest_name,
                                        quote_identifier(given.name));
    });
}

bool has_capitals(std::string_view name) noexcept {
    return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}
// Letters, digits and underscores alone would need no quotes.
bool is_keyword(std::string_view name) {
    const bool plain =
        !name.empty() && (name.front() < '0' || name.front() > '9') &&
        std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    return plain && quote_identifier(name) != name;
}

std::vector<GuardFinding> judge_keyword(const Situation &situation) {
    return judge_names(situation, [](const NewName &given) {
        return is_keyword(given.name) ? format("The {} {} is a keyword: every statement has to quote it", given.kind,
                                               quote_identifier(given.name))
                                      : "";
    });
}

std::vector<GuardFinding> judge_case(const Situation &situation) {
    return judge_names(situation, [](const NewName &given) {
        return has_capitals(given.name) ? format("The {} {} has capital letters: every statement has to quote it",
                                                 given.kind, quote_identifier(given.name))
                                        : "";
    });
}

std::vector<GuardFinding> judge_qualification(const Situation &situation) {
    const RelationName subject = subject_of(situation.statement);
    std::optional<GuardFinding> finding = finding_about(situation);
    if (!finding || !subject.schema.empty()) {
        return {};
    }
    finding->message = "Without a schema the statement is about what search_path finds first";
    return {*finding};
}

std::vector<GuardFinding> judge_environment(const Situation &situation) {
    constexpr auto words = std::to_array<std::string_view>(
        {"dev", "development", "test", "testing", "qa", "stage", "staging", "prod", "production"});
    const auto &create = std::get<CreateSchema>(situation.statement);
    std::string_view rest = create.name;
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find('_'));
        if (std::ranges::find(words, word) != words.end()) {
            GuardFinding finding = *finding_about(situation);
            finding.message =
                format("The schema is named after an environment ({}): code has to know in which one it runs", word);
            return {finding};
        }
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule identifier_too_long{
    {"identifier-too-long", Family::style, Severity::warning, Action::warn, "ddl_command_start",
     "a new name of more than 63 bytes: the server cuts it off", "a shorter name"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(gives_names(statement) && may_be_cut(statement), Need::facts | Need::target | Need::source);
    },
    judge_length};

const StatementRule reserved_keyword_name{{"reserved-keyword-name", Family::style, Severity::info, Action::none,
                                           "ddl_command_start", "a new name that is a keyword", "another name"},
                                          false,
                                          needs,
                                          judge_keyword};

const StatementRule mixed_case_name{{"mixed-case-name", Family::style, Severity::info, Action::none,
                                     "ddl_command_start", "a new name with capital letters", "small letters and _"},
                                    false,
                                    needs,
                                    judge_case};

const StatementRule schema_unqualified_name{{"schema-unqualified-name", Family::style, Severity::info, Action::none,
                                             "ddl_command_start", "a name without its schema", "schema.name"},
                                            false,
                                            needs,
                                            judge_qualification};

const StatementRule environment_in_schema_name{
    {"environment-in-schema-name", Family::style, Severity::info, Action::none, "ddl_command_start",
     "CREATE SCHEMA of a name with dev, test, staging or prod in it", "the same name in each environment"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(std::holds_alternative<CreateSchema>(statement), Need::target);
    },
    judge_environment};

}  // namespace rules
}  // namespace schema_audit::guard
