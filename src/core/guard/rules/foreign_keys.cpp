// Foreign keys: to what, of which type, and how many at once.
#include "core/guard/rules/made_columns.hpp"

#include <array>

namespace schema_audit::guard {
namespace {

// A foreign key that the statement adds, however it is written.
struct AddedKey {
    RelationName referenced;
    std::vector<std::string> columns, referenced_columns;
    std::string column_type;  // of a new column
    bool cascades = false;
};

AddedKey key_from(const AddConstraint &add) {
    return {add.referenced, add.columns, add.referenced_columns, {}, add.cascades};
}
AddedKey key_from(const AddColumn &add) { return {*add.references, {add.column}, {}, add.type, add.cascades}; }

std::vector<AddedKey> added_keys(const DdlStatement &statement) {
    std::vector<AddedKey> keys;
    const auto add_all = [&](const std::vector<AddConstraint> &constraints, const std::vector<AddColumn> &columns) {
        for (const AddConstraint &add : constraints) {
            if (add.sort == ConstraintSort::foreign_key) {
                keys.push_back(key_from(add));
            }
        }
        for (const AddColumn &add : columns) {
            if (add.references) {
                keys.push_back(key_from(add));
            }
        }
    };
    if (const CreateTable *create = made_table(statement)) {
        add_all(create->constraints, create->columns);
    }
    for (const AddConstraint *add : steps_of<AddConstraint>(statement)) {
        if (add->sort == ConstraintSort::foreign_key) {
            keys.push_back(key_from(*add));
        }
    }
    for (const AddColumn *add : steps_of<AddColumn>(statement)) {
        if (add->references) {
            keys.push_back(key_from(*add));
        }
    }
    return keys;
}

bool adds_key(const DdlStatement &statement) noexcept {
    if (const CreateTable *create = made_table(statement)) {
        return !create->foreign_keys.empty();
    }
    const auto *alter = std::get_if<AlterTable>(&statement);
    return alter != nullptr && std::ranges::any_of(alter->steps, [](const TableStep &step) {
               const auto *constraint = std::get_if<AddConstraint>(&step);
               const auto *column = std::get_if<AddColumn>(&step);
               return (constraint != nullptr && constraint->sort == ConstraintSort::foreign_key) ||
                      (column != nullptr && column->references);
           });
}

// The table that gets the key; nothing where it is not judged.
std::optional<GuardFinding> referencing_table(const Situation &situation) {
    if (const CreateTable *create = made_table(situation)) {
        return finding_on_new(*create, situation.facts);
    }
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    const TableFacts *table = alter != nullptr ? situation.facts.table(alter->table) : nullptr;
    return table != nullptr ? std::optional(finding_on(*table)) : std::nullopt;
}

std::string type_of(const Situation &situation, const AddedKey &key) {
    if (!key.column_type.empty()) {
        return key.column_type;
    }
    if (const CreateTable *create = made_table(situation)) {
        const auto column = std::ranges::find(create->columns, key.columns.front(), &AddColumn::column);
        return column != create->columns.end() ? column->type : "";
    }
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    const NamedColumn *column = table != nullptr ? table->column(key.columns.front()) : nullptr;
    return column != nullptr ? column->type : "";
}

const NamedColumn *referenced_column(const TableFacts &table, const AddedKey &key) {
    if (!key.referenced_columns.empty()) {
        return table.column(key.referenced_columns.front());
    }
    const auto primary = std::ranges::find_if(table.indexes, &IndexFacts::primary);
    return primary != table.indexes.end() && primary->columns.size() == 1 ? table.column(primary->columns.front())
                                                                          : nullptr;
}

// Without its length; a domain, or what else is not known here, stays as it is.
std::string_view plain_type(std::string_view type) {
    if (type == "serial" || type == "serial4") {
        return "integer";
    }
    if (type == "bigserial" || type == "serial8") {
        return "bigint";
    }
    type = type.substr(0, type.find('('));
    return type == "character varying" ? "text" : type;
}

bool is_known(std::string_view type) {
    constexpr auto types = std::to_array<std::string_view>(
        {"smallint", "integer", "bigint", "numeric", "text", "uuid", "date", "real", "double precision", "boolean",
         "bytea", "inet", "timestamp with time zone", "timestamp without time zone"});
    return std::ranges::find(types, type) != types.end();
}

// An integer key may be referenced by a wider one: every value of the one is one of the other.
bool fits(std::string_view type, std::string_view of_key) {
    const auto width = [](std::string_view name) {
        return name == "smallint" ? 1 : name == "integer" ? 2 : name == "bigint" ? 3 : 0;
    };
    const std::string_view one = plain_type(type);
    const std::string_view other = plain_type(of_key);
    return one == other || !is_known(one) || !is_known(other) || (width(other) > 0 && width(one) > width(other));
}

std::vector<GuardFinding> judge_type(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const AddedKey &key : added_keys(situation.statement)) {
        std::optional<GuardFinding> finding = referencing_table(situation);
        const TableFacts *other = situation.facts.table(key.referenced);
        const NamedColumn *wanted =
            other != nullptr && key.columns.size() == 1 ? referenced_column(*other, key) : nullptr;
        const std::string type = finding && wanted != nullptr ? type_of(situation, key) : "";
        if (type.empty() || fits(type, wanted->type)) {
            continue;
        }
        finding->column = key.columns.front();
        finding->type = type;
        finding->object_type = "table column";
        finding->message =
            format("Refers to {}.{} of type {}: each look-up casts, and values that the other side takes may not fit",
                   quote_qualified(other->schema, other->name), quote_identifier(wanted->name), wanted->type);
        finding->fix =
            format("ALTER TABLE {} ALTER COLUMN {} TYPE {};", quote_qualified(finding->schema, finding->table),
                   quote_identifier(finding->column), wanted->type);
        findings.push_back(std::move(*finding));
    }
    return findings;
}

template <class Describe>
std::vector<GuardFinding> judge_each(const Situation &situation, Describe describe) {
    std::vector<GuardFinding> findings;
    for (const AddedKey &key : added_keys(situation.statement)) {
        std::optional<GuardFinding> finding = referencing_table(situation);
        if (finding) {
            finding->message = describe(key, *finding);
            if (!finding->message.empty()) {
                findings.push_back(std::move(*finding));
            }
        }
    }
    return findings;
}

std::vector<GuardFinding> judge_cascade(const Situation &situation) {
    return judge_each(situation, [](const AddedKey &key, const GuardFinding & /*finding*/) {
        return key.cascades ? format("One DELETE or UPDATE of {} may change any number of its rows",
                                     quote_qualified(key.referenced.schema, key.referenced.name))
                            : "";
    });
}

std::vector<GuardFinding> judge_policy(const Situation &situation) {
    return judge_each(situation, [](const AddedKey & /*key*/, const GuardFinding & /*finding*/) {
        return std::string("The house rules want no foreign keys");
    });
}

std::vector<GuardFinding> judge_schemas(const Situation &situation) {
    return judge_each(situation, [&](const AddedKey &key, const GuardFinding &finding) {
        const TableFacts *other = situation.facts.table(key.referenced);
        const std::string schema = other != nullptr ? other->schema : key.referenced.schema;
        return schema.empty() || schema == finding.schema
                   ? ""
                   : format("Refers to a table of schema {}: neither schema can be restored or moved alone",
                            quote_identifier(schema));
    });
}

std::vector<GuardFinding> judge_many(const Situation &situation) {
    std::optional<GuardFinding> finding = referencing_table(situation);
    if (!finding) {
        return {};
    }
    std::vector<RelationName> tables;
    const auto add = [&](const RelationName &name) {
        if (name != RelationName{finding->schema, finding->table} && std::ranges::find(tables, name) == tables.end()) {
            tables.push_back(name);
        }
    };
    for (const AddedKey &key : added_keys(situation.statement)) {
        if (const TableFacts *other = situation.facts.table(key.referenced)) {
            add({other->schema, other->name});
        }
    }
    if (tables.empty()) {
        return {};
    }
    for (const PastCommand &past : situation.facts.earlier) {
        if (past.sort == PastCommand::Sort::referenced) {
            add(past.table);
        }
    }
    if (tables.size() < 2) {
        return {};
    }
    std::string names;
    for (const RelationName &name : tables) {
        names += (names.empty() ? "" : ", ") + quote_qualified(name.schema, name.name);
    }
    finding->message =
        format("This transaction adds foreign keys to {} tables ({}), and nobody writes any of them until it ends",
               tables.size(), names);
    if (situation.session.in_transaction_block) {
        finding->fix = "COMMIT; /* then this command */";
    }
    return {*finding};
}

}  // namespace

namespace rules {

const StatementRule fk_type_mismatch{
    {"fk-type-mismatch", Family::constraint, Severity::warning, Action::warn, "ddl_command_start",
     "a foreign key whose column is of another type than the key that it refers to", "the type of the key"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(adds_key(statement), Need::target | Need::columns | Need::indexes);
    },
    judge_type};

const StatementRule fk_on_delete_cascade{
    {"fk-on-delete-cascade", Family::constraint, Severity::info, Action::none, "ddl_command_start",
     "a foreign key with ON DELETE or ON UPDATE CASCADE", "delete the rows by name, in batches"},
    false,
    [](const DdlStatement &statement) noexcept { return when(adds_key(statement), Need::target); },
    judge_cascade};

const StatementRule no_foreign_keys_policy{
    {"no-foreign-keys-policy", Family::constraint, Severity::info, Action::none, "ddl_command_start",
     "any foreign key, for houses that want none", "leave it out"},
    false,
    [](const DdlStatement &statement) noexcept { return when(adds_key(statement), Need::target); },
    judge_policy};

const StatementRule fk_across_schemas{
    {"fk-across-schemas", Family::style, Severity::info, Action::none, "ddl_command_start",
     "a foreign key to a table of another schema", "keep what belongs together in one schema"},
    false,
    [](const DdlStatement &statement) noexcept { return when(adds_key(statement), Need::target | Need::facts); },
    judge_schemas};

const StatementRule too_many_foreign_keys_at_once{
    {"too-many-foreign-keys-at-once", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "foreign keys to two or more tables in one transaction: writes to all of them wait until it ends",
     "one foreign key in each transaction"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(adds_key(statement), Need::target | Need::facts | Need::earlier);
    },
    judge_many};

}  // namespace rules
}  // namespace schema_audit::guard
