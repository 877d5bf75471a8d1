// All rules: those of the audit and of the commit are in the table here, each kind of object in object_kind.hpp adds
// its missing-, extra- and …-mismatch, and each rule that judges a statement has its own file in core/guard/rules. A
// rule of the audit has Action::none; a rule of the guard says what the guard does unless schema_audit.rule_setting
// says otherwise.
#include "core/guard/statement_rules.hpp"
#include "core/rule/rule.hpp"
#include "core/schema/object_kind.hpp"

#include <algorithm>
#include <array>

namespace schema_audit {
namespace {

using enum Severity;
using enum Action;

constexpr auto named = std::to_array<Rule>({
    {"check-mismatch", Family::constraint, warning, none, "audit",
     "a check constraint of this name has another condition", "replace the constraint, or register the model anew"},
    {"collation-mismatch", Family::column, warning, none, "audit",
     "a column sorts by another collation than the model says", "alter the column's collation, or change the model"},
    {"column-order", Family::column, info, none, "audit", "columns stand in another order (off unless asked for)",
     "harmless unless a program selects by position"},
    {"default-dropped-after-add", Family::required_column, info, none, "audit",
     "a NOT NULL column was added with a default that was dropped afterwards; writers that do not name it fail",
     "set the retained value as default"},
    {"default-mismatch", Family::column, warning, none, "audit",
     "a column has another default than the model says, or one that the model does not have",
     "set the model's default, or change the model"},
    {"default-missing", Family::column, warning, none, "audit", "the model has a database default, the column has none",
     "set the default"},
    {"disable-trigger-that-fills-column", Family::required_column, warning, warn, "commit",
     "the BEFORE INSERT trigger that filled a NOT NULL column was dropped, disabled or rewritten: INSERTs that rely on "
     "it fail",
     "set a default first"},
    {"drop-default-on-not-null-column", Family::required_column, error, reject, "commit",
     "the default of a NOT NULL column was dropped: INSERTs that rely on it fail",
     "keep the default until no writer relies on it"},
    {"drop-identity-or-sequence-makes-required", Family::required_column, error, reject, "commit",
     "the identity, the sequence or the function that filled a NOT NULL column is gone",
     "give the column another default in the same transaction"},
    {"duplicate-model", Family::model, error, none, "audit",
     "two models claim one table; an error where they contradict each other, otherwise a warning",
     "let one model own the table"},
    {"exclusion-mismatch", Family::constraint, error, none, "audit",
     "an exclusion constraint of this name is defined differently", "replace the constraint"},
    {"exemption-expired", Family::policy, warning, none, "audit",
     "a row of rule_setting has passed its expiry date and decides nothing any more",
     "renew it with a reason, or delete it"},
    {"exemption-unused", Family::policy, warning, none, "audit",
     "a row of rule_setting has let nothing pass for 30 days, by all that the log has seen", "delete it"},
    {"extra-column", Family::column, warning, none, "audit", "a column of a governed table that no model names",
     "drop it, or add it to the model"},
    {"extra-constraint", Family::constraint, warning, none, "audit", "a constraint that the model does not have",
     "drop it, or add it to the model"},
    {"extra-foreign-key", Family::constraint, warning, none, "audit", "a foreign key that the model does not have",
     "drop it, or add it to the model"},
    {"extra-index", Family::index, info, none, "audit", "an index that the model does not have",
     "keep it if queries use it, or add it to the model"},
    {"extra-partition", Family::table, info, none, "audit", "a partition that no model names; schedulers make them",
     "harmless; name it in the model if it should be there"},
    {"extra-table", Family::table, warning, none, "audit", "a table in a governed schema that no model names",
     "drop it, add it to a model, or accept it in schema_audit.suppression"},
    {"failed-migration", Family::model, error, none, "audit",
     "a migration that a tool has written down as failed, or left half done",
     "repair what it left, as its tool describes, and apply it again"},
    {"fk-missing-index", Family::constraint, warning, warn, "commit",
     "a foreign key was added to a table that has no index on its columns: changes of the other table read all of it",
     "create the index first"},
    {"foreign-key-mismatch", Family::constraint, warning, none, "audit",
     "a foreign key references something else (error), or acts, matches or defers differently",
     "replace the constraint"},
    {"generated-mismatch", Family::column, error, none, "audit",
     "a column is generated on one side only, or from another expression", "recreate the column as the model says"},
    {"guard-not-armed", Family::guard, error, none, "audit",
     "the guard is enabled and cannot act: an event trigger of it is missing, asleep or another one's, or the library "
     "is not preloaded any more",
     "SELECT schema_audit.enable()"},
    {"identity-mismatch", Family::column, error, none, "audit",
     "an identity or serial column on one side only (error), or ALWAYS against BY DEFAULT (warning)",
     "add or alter the identity"},
    {"index-mismatch", Family::index, warning, none, "audit", "an index of this name is defined differently",
     "replace the index"},
    {"invalid-index", Family::index, warning, none, "audit",
     "an index is invalid: it costs writes and serves no query; an error when it carries a constraint",
     "drop and rebuild it concurrently"},
    {"key-width-mismatch", Family::column, warning, none, "audit",
     "a key column is an integer of another width; info when the database is the wider one",
     "widen the column before its numbers run out"},
    {"length-mismatch", Family::column, error, none, "audit",
     "a text column is shorter than the model says (error), or longer (warning)", "alter the column type"},
    {"missing-check", Family::constraint, warning, none, "audit", "a check constraint of the model is not there",
     "add it NOT VALID, then validate it"},
    {"missing-column", Family::column, error, none, "audit", "a column of the model is not there", "add the column"},
    {"missing-exclusion", Family::constraint, error, none, "audit", "an exclusion constraint of the model is not there",
     "add the constraint"},
    {"missing-foreign-key", Family::constraint, error, none, "audit", "a foreign key of the model is not there",
     "add it NOT VALID, then validate it"},
    {"missing-index", Family::index, warning, none, "audit", "an index of the model is not there",
     "create it concurrently"},
    {"missing-partition", Family::table, warning, none, "audit", "a partition of the model is not there",
     "create it, or let your partition scheduler run"},
    {"missing-primary-key", Family::constraint, error, none, "audit", "the table has no primary key, the model has one",
     "add the primary key"},
    {"missing-schema", Family::table, error, none, "audit",
     "a schema that a model governs or has tables in is not there", "run the migrations, or create the schema"},
    {"missing-table", Family::table, error, none, "audit", "a table of the model is not there",
     "run the migrations, or create the table"},
    {"missing-unique", Family::constraint, error, none, "audit", "a unique constraint of the model is not there",
     "add it from a unique index built concurrently"},
    {"name-mismatch", Family::constraint, info, none, "audit", "the same constraint or index under another name",
     "rename it where migrations refer to it by name"},
    {"nullability-mismatch", Family::column, error, none, "audit", "NOT NULL on one side only", "set or drop NOT NULL"},
    {"opaque-code", Family::guard, info, none, "lint",
     "lint() does not look into DO blocks and functions of procedural languages", "the guard judges what they run"},
    {"orphan-required-column", Family::required_column, error, none, "audit",
     "a NOT NULL column without default that no model names: every INSERT of the application fails",
     "give it a default, or make it nullable"},
    {"orphaned-junction-table", Family::table, warning, none, "audit",
     "a table that no model names and that only joins governed tables: left from a removed many-to-many relation",
     "keep a copy, then drop it"},
    {"pending-migration", Family::model, warning, none, "audit", "a migration that a model expects and no ledger has",
     "apply it"},
    {"precision-mismatch", Family::column, error, none, "audit",
     "a column is less precise than the model says (error), or more precise (warning)", "alter the column type"},
    {"primary-key-mismatch", Family::constraint, error, none, "audit",
     "the primary key has other columns than the model says; a warning when only their order differs",
     "replace the primary key"},
    {"renamed-column", Family::column, error, none, "audit",
     "a column of the model is not there, and one like it is that no model names: renamed, or dropped and another "
     "added",
     "rename it back, or change the model; if they are two columns, add the one and drop the other"},
    {"renamed-table", Family::table, error, none, "audit",
     "a table of the model is not there, and one like it is that no model names: renamed, or dropped and another added",
     "rename it back, or change the model; if they are two tables, create the one and drop the other"},
    {"required-column-left-without-default", Family::required_column, error, reject, "commit",
     "a transaction leaves a table that existed before with a new required column that nothing in the database fills",
     "set a default before the commit: the one that the column was added with"},
    {"required-column-without-default", Family::required_column, info, none, "audit",
     "a NOT NULL column of a model has no database default (reported with schema_audit.require_database_defaults)",
     "set a default"},
    {"policy-without-rls", Family::privilege, warning, warn, "commit",
     "a policy was created on a table whose row security is off: it does nothing", "enable row security"},
    {"rls-disabled", Family::privilege, error, warn, "commit",
     "row security of a table was switched off: its policies do nothing", "leave it on, or drop its policies"},
    {"rls-enabled-no-policy", Family::privilege, error, warn, "commit",
     "row security is on and the table has no policy: all but its owner see no row",
     "create a policy in the same transaction"},
    {"set-not-null-breaks-writers", Family::required_column, warning, warn, "commit",
     "a nullable column without a default became NOT NULL: INSERTs that omit it fail", "set a default first"},
    {"syntax-error", Family::guard, error, none, "lint", "a statement of the text does not parse", "correct it"},
    {"unknown-migration", Family::model, warning, none, "audit",
     "a migration that was applied and that no code of the model knows", "deploy the code that has it, or revert it"},
    {"unreadable-ledger", Family::model, warning, none, "audit",
     "whether an expected migration was applied cannot be read", "GRANT SELECT on the table, or audit as its owner"},
    {"unreadable-statement", Family::guard, warning, none, "lint",
     "a statement names what the server cannot look up here: it was not judged",
     "run lint() where the objects exist, or pass assume_exists => true"},
    {"suppression-expired", Family::policy, warning, none, "audit",
     "a suppression has passed its expiry date and suppresses nothing any more",
     "renew it with a reason, or delete it and mend the finding"},
    {"suppression-unused", Family::policy, warning, none, "audit", "a suppression matches no finding", "delete it"},
    {"unused-index", Family::index, info, none, "audit",
     "an index that no query has used for as long as schema_audit.unused_index_age says (off unless it is set)",
     "drop it concurrently"},
    {"type-mismatch", Family::column, error, none, "audit",
     "a column has another type than the model says; a warning where every value of the model fits",
     "alter the column type"},
    {"unique-kind-mismatch", Family::constraint, info, none, "audit",
     "a unique constraint on one side is a unique index on the other: the same rule",
     "harmless; ALTER TABLE ... ADD CONSTRAINT ... UNIQUE USING INDEX makes it a constraint"},
    {"unique-mismatch", Family::constraint, warning, none, "audit",
     "a unique constraint treats nulls or deferral differently than the model says", "replace the constraint"},
    {"unreadable-model", Family::model, error, none, "audit",
     "a row of a model names a type or holds an expression that the server cannot read, or has lost its table",
     "correct the row, or register the model anew"},
    {"unreadable-object", Family::object, warning, none, "audit",
     "an object was changed while it was read, or holds what the server cannot print, and was not compared",
     "run the audit again"},
    {"unreadable-table", Family::table, warning, none, "audit",
     "a table was changed while it was read, or holds what the server cannot print, and was not compared",
     "run the audit again"},
    {"unvalidated-constraint", Family::constraint, warning, none, "audit",
     "a constraint is NOT VALID: existing rows were never checked", "ALTER TABLE ... VALIDATE CONSTRAINT"},
    {"access-method-mismatch", Family::table, warning, none, "audit",
     "a table is stored by another table access method than the model says",
     "alter the access method (rewrites the table), or change the model"},
    {"column-mismatch", Family::column, warning, none, "audit",
     "an option of a column of a foreign table differs, or NO INHERIT of a NOT NULL (PostgreSQL 18)",
     "alter the option or constraint, or change the model"},
    {"comment-mismatch", Family::object, info, none, "audit",
     "a comment differs (compared when schema_audit.compare says so)", "COMMENT ON, or register the model anew"},
    {"grants-mismatch", Family::object, warning, none, "audit",
     "privileges on an object differ (compared when schema_audit.compare says so)",
     "GRANT or REVOKE, or register the model anew"},
    {"inheritance-mismatch", Family::table, warning, none, "audit",
     "a table inherits from other tables than the model says", "ALTER TABLE ... INHERIT or NO INHERIT"},
    {"owner-mismatch", Family::object, warning, none, "audit",
     "an object belongs to another role (compared when schema_audit.compare says so)",
     "alter the owner, or register the model anew"},
    {"partition-bound-mismatch", Family::table, error, none, "audit",
     "a partition takes other rows than the model says: rows may be refused, or lie where nobody looks",
     "detach it and attach it with the bounds of the model"},
    {"partition-key-mismatch", Family::table, error, none, "audit",
     "a table is partitioned by another key, or on one side only",
     "create the table anew as the model says, and move the rows"},
    {"persistence-mismatch", Family::table, warning, none, "audit",
     "a table is unlogged on one side only: an unlogged table is empty after a crash and absent on replicas",
     "ALTER TABLE ... SET LOGGED or SET UNLOGGED (rewrites the table)"},
    {"replica-identity-mismatch", Family::table, warning, none, "audit",
     "logical replication identifies rows by other columns than the model says", "ALTER TABLE ... REPLICA IDENTITY"},
    {"row-security-mismatch", Family::table, error, none, "audit", "row security is enabled or forced on one side only",
     "ALTER TABLE ... ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY"},
    {"security-label-mismatch", Family::object, info, none, "audit",
     "a security label differs (compared when schema_audit.compare says so)",
     "SECURITY LABEL, or register the model anew"},
    {"statistics-target-mismatch", Family::object, info, none, "audit",
     "a statistics target differs (compared when schema_audit.compare says so)", "alter the statistics target"},
    {"storage-mismatch", Family::object, warning, none, "audit", "storage parameters, storage or compression differ",
     "set what the model says, or change the model"},
    {"table-mismatch", Family::table, warning, none, "audit",
     "a table is of another type, server or options than the model says", "alter the table, or change the model"},
    {"tablespace-mismatch", Family::object, warning, none, "audit",
     "a table, an index or a materialized view lies in another tablespace",
     "SET TABLESPACE (copies the data under ACCESS EXCLUSIVE)"},
});

// ---- the rules of each kind of object ----

constexpr bool has_rules(const KindSpec &kind) { return kind.place != Place::part; }
constexpr std::size_t kinds_with_rules = static_cast<std::size_t>(std::ranges::count_if(kinds, has_rules));
// A schema that is not there has a rule above; and what is all its name cannot be defined otherwise.
constexpr bool has_missing(const KindSpec &kind) { return kind.kind != ObjectKind::schema; }
constexpr bool has_mismatch(const KindSpec &kind) {
    return std::ranges::any_of(kind.attributes, [](const AttributeSpec &spec) { return spec.rule.empty(); });
}
constexpr std::size_t rules_of_kinds = [] {
    std::size_t count = 0;
    for (const KindSpec &kind : kinds) {
        count += has_rules(kind) ? 1U + (has_missing(kind) ? 1U : 0U) + (has_mismatch(kind) ? 1U : 0U) : 0U;
    }
    return count;
}();

class Text {
public:
    constexpr Text() = default;
    constexpr Text(std::string_view a, std::string_view b, std::string_view c = {}) {
        for (const std::string_view part : {a, b, c}) {
            size_ = static_cast<std::size_t>(std::ranges::copy(part, text_.begin() + size_).out - text_.begin());
        }
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text_.data(), size_}; }

private:
    static constexpr std::size_t longest = 100;
    std::array<char, longest> text_{};
    std::size_t size_ = 0;
};

struct KindTexts {
    const KindSpec *kind;
    Text missing, missing_text, extra, extra_text, mismatch, mismatch_text;
};

constexpr auto kind_texts = [] {
    std::array<KindTexts, kinds_with_rules> result{};
    std::size_t next = 0;
    for (const KindSpec &kind : kinds) {
        if (has_rules(kind)) {
            result[next++] = {&kind,
                              {"missing-", kind.stem},
                              {"not in the database, and in the model: ", kind.word},
                              {"extra-", kind.stem},
                              {"in the database and in no model: ", kind.word},
                              {kind.stem, "-mismatch"},
                              {"defined otherwise than in the model: ", kind.word}};
        }
    }
    return result;
}();

constexpr auto of_audit_and_commit = [] {
    std::array<Rule, named.size() + rules_of_kinds> result{};
    auto *next = std::ranges::copy(named, result.begin()).out;
    const auto add = [&](const Text &name, const Text &description, std::string_view help) {
        *next++ = {name.view(), Family::object, warning, none, "audit", description.view(), help};
    };
    for (const KindTexts &texts : kind_texts) {
        if (has_missing(*texts.kind)) {
            add(texts.missing, texts.missing_text, "create it, or register the model anew");
        }
        add(texts.extra, texts.extra_text, "drop it, add it to the model, or accept it in schema_audit.suppression");
        if (has_mismatch(*texts.kind)) {
            add(texts.mismatch, texts.mismatch_text, "define it as the model says, or register the model anew");
        }
    }
    std::ranges::sort(result, {}, &Rule::name);
    return result;
}();
static_assert(std::ranges::adjacent_find(of_audit_and_commit, {}, &Rule::name) == of_audit_and_commit.end(),
              "a rule has one entry");

}  // namespace

std::span<const Rule> rules() noexcept {
    static const auto all = [] {
        std::array<Rule, of_audit_and_commit.size() + guard::statement_rule_count> result{};
        auto *next = std::ranges::copy(of_audit_and_commit, result.begin()).out;
        for (const guard::StatementRule *rule : guard::statement_rules()) {
            *next++ = rule->rule;
        }
        std::ranges::sort(result, {}, &Rule::name);
        return result;
    }();
    return all;
}

}  // namespace schema_audit
