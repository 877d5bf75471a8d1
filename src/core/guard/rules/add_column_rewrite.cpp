// ADD COLUMN whose value is not the same for every row, or has to be checked: the whole table is written anew.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

constexpr std::string_view rewritten =
    "the whole table is written anew and every index is built again, while nobody can read or write it (ACCESS "
    "EXCLUSIVE lock)";

constexpr Need size_and_columns = Need::size | Need::columns;

bool has_default(const AddColumn &add) noexcept {
    return add.has_default && !add.default_is_null && !add.generated && !add.identity;
}
bool may_be_domain(const AddColumn &add) noexcept { return !add.serial; }

template <class Wanted>
std::vector<GuardFinding> judge(const Situation &situation, Wanted wanted, std::string_view why, auto fix) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const AddColumn *add : steps_of<AddColumn>(situation.statement)) {
        if (!exists(*table, *add) && wanted(*add)) {
            GuardFinding finding = finding_on(*table, add->column, add->type);
            finding.message = format("{}: {}", why, rewritten);
            finding.fix = fix(*table, *add, texts_of(situation, *add));
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

const NewColumn *known(const Situation &situation, const AddColumn &add) noexcept {
    const auto &columns = situation.facts.new_columns;
    const auto found = std::ranges::find(columns, add.column, &NewColumn::column);
    return found != columns.end() ? &*found : nullptr;
}

constexpr std::int32_t virtual_columns = 180000;

// First for new rows, then for old ones.
std::string fill_by_default(const TableFacts &table, const std::string &column, const std::string &type,
                            const std::string &value) {
    return format(
        "ALTER TABLE {0} ADD COLUMN {1} {2}; ALTER TABLE {0} ALTER COLUMN {1} SET DEFAULT {3}; {4}UPDATE {0} SET {1} = "
        "DEFAULT WHERE {1} IS NULL;",
        name_of(table), quote_identifier(column), type, value, in_batches);
}

std::string required_afterwards(const Situation &situation, const TableFacts &table, const AddColumn &add) {
    return add.not_null ? " " + not_null_steps(table, add.column, situation.session.server_version) : "";
}

std::vector<GuardFinding> judge_volatile(const Situation &situation) {
    return judge(
        situation,
        [&](const AddColumn &add) {
            const NewColumn *column = known(situation, add);
            return has_default(add) && column != nullptr && column->volatile_default;
        },
        "The default is volatile",
        [&](const TableFacts &table, const AddColumn &add, const StepTexts &texts) {
            return fill_by_default(table, add.column, add.type, or_placeholder(texts.default_value, "<the default>")) +
                   required_afterwards(situation, table, add);
        });
}

// Of a serial, the integer beneath it.
std::string integer_of(const AddColumn &add) {
    if (!add.serial) {
        return add.type;
    }
    const bool big = add.type == "bigserial" || add.type == "serial8";
    return big ? "bigint" : add.type == "smallserial" || add.type == "serial2" ? "smallint" : "integer";
}

std::string numbers_of(const TableFacts &table, const AddColumn &add, const std::string &sequence) {
    const std::string name = quote_qualified(table.schema, sequence);
    const std::string target = name_of(table);
    const std::string column = quote_identifier(add.column);
    return format(
        "ALTER TABLE {0} ADD COLUMN {1} {2}; CREATE SEQUENCE {3} AS {2} OWNED BY {0}.{1}; ALTER TABLE {0} ALTER COLUMN "
        "{1} SET DEFAULT nextval({4}); {5}UPDATE {0} SET {1} = DEFAULT WHERE {1} IS NULL;",
        target, column, integer_of(add), name, quote_literal(name), in_batches);
}

std::vector<GuardFinding> judge_serial(const Situation &situation) {
    return judge(
        situation, [](const AddColumn &add) { return add.serial; }, "Every row gets a number of the sequence",
        [&](const TableFacts &table, const AddColumn &add, const StepTexts & /*texts*/) {
            const std::string sequence = table.name + "_" + add.column + "_seq";
            return numbers_of(table, add, sequence) + " " +
                   not_null_steps(table, add.column, situation.session.server_version);
        });
}

// The sequence that fills the rows gives way to that of the identity, which goes on where it ends.
std::vector<GuardFinding> judge_identity(const Situation &situation) {
    return judge(
        situation, [](const AddColumn &add) { return add.identity; }, "Every row gets a number of the sequence",
        [&](const TableFacts &table, const AddColumn &add, const StepTexts & /*texts*/) {
            const std::string sequence = table.name + "_" + add.column + "_fill";
            const std::string target = name_of(table);
            const std::string column = quote_identifier(add.column);
            return numbers_of(table, add, sequence) + " " +
                   not_null_steps(table, add.column, situation.session.server_version) +
                   format(
                       " BEGIN; ALTER TABLE {0} ALTER COLUMN {1} DROP DEFAULT, ALTER COLUMN {1} ADD GENERATED {2} AS "
                       "IDENTITY; SELECT setval(pg_get_serial_sequence({3}, {4}), nextval({5})); DROP SEQUENCE {6}; "
                       "COMMIT;",
                       target, column, add.by_default ? "BY DEFAULT" : "ALWAYS", quote_literal(target),
                       quote_literal(add.column), quote_literal(quote_qualified(table.schema, sequence)),
                       quote_qualified(table.schema, sequence));
        });
}

std::vector<GuardFinding> judge_stored(const Situation &situation) {
    return judge(
        situation, [](const AddColumn &add) { return add.generated && add.stored; },
        "The generated column is computed and stored for every row",
        [&](const TableFacts &table, const AddColumn &add, const StepTexts &texts) {
            const std::string target = name_of(table);
            const std::string column = quote_identifier(add.column);
            const std::string value = or_placeholder(texts.generation, "<expression>");
            if (situation.session.server_version >= virtual_columns) {
                return format("ALTER TABLE {} ADD COLUMN {} {} GENERATED ALWAYS AS ({}) VIRTUAL;", target, column,
                              add.type, value);
            }
            const std::string trigger = quote_identifier(table.name + "_" + add.column + "_fill");
            return format(
                "ALTER TABLE {0} ADD COLUMN {1} {2}; CREATE FUNCTION {3}() RETURNS trigger LANGUAGE plpgsql AS "
                "$fill$BEGIN NEW.{1} := (SELECT {4} FROM (SELECT NEW.*) AS new_row); RETURN NEW; END$fill$; CREATE "
                "TRIGGER {5} BEFORE INSERT OR UPDATE ON {0} FOR EACH ROW EXECUTE FUNCTION {3}(); {6}UPDATE {0} SET {1} "
                "= {4} WHERE {1} IS NULL;",
                target, column, add.type, quote_qualified(table.schema, table.name + "_" + add.column + "_fill"), value,
                trigger, in_batches);
        });
}

std::vector<GuardFinding> judge_domain(const Situation &situation) {
    return judge(
        situation,
        [&](const AddColumn &add) {
            const NewColumn *column = known(situation, add);
            return may_be_domain(add) && column != nullptr && column->constrained_domain;
        },
        "The domain has constraints, which are checked for every row",
        [&](const TableFacts &table, const AddColumn &add, const StepTexts & /*texts*/) {
            // The cast checks what the domain asks for; the comparison is always true.
            return format(
                "ALTER TABLE {0} ADD COLUMN {1} {2}; ALTER TABLE {0} ADD CONSTRAINT {3} CHECK (({1}::{4} IS NULL) = "
                "({1} IS NULL)) NOT VALID; {5}ALTER TABLE {0} VALIDATE CONSTRAINT {3};",
                name_of(table), quote_identifier(add.column), known(situation, add)->base_type,
                quote_identifier(table.name + "_" + add.column + "_check"), add.type, later);
        });
}

}  // namespace

namespace rules {

const StatementRule add_column_volatile_default{
    {"add-column-volatile-default", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN with a volatile default, as clock_timestamp() or gen_random_uuid(): the whole table is rewritten",
     "add the column without it, set the default, and fill the old rows in batches"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(statement, has_default, size_and_columns | Need::new_columns);
    },
    judge_volatile};

const StatementRule add_column_serial{
    {"add-column-serial", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN of type serial: the whole table is rewritten",
     "add an integer column, then the sequence as its default, and fill the old rows in batches"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(
            statement, [](const AddColumn &add) { return add.serial; }, size_and_columns);
    },
    judge_serial};

const StatementRule add_column_identity{
    {"add-column-identity", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN ... GENERATED ... AS IDENTITY: the whole table is rewritten",
     "add a plain column, fill it in batches, make it NOT NULL, then ADD GENERATED"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(
            statement, [](const AddColumn &add) { return add.identity; }, size_and_columns);
    },
    judge_identity};

const StatementRule add_column_stored_generated{
    {"add-column-stored-generated", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN ... GENERATED ALWAYS AS ... STORED: the whole table is rewritten",
     "fill a plain column by a trigger, or use a virtual column (PostgreSQL 18)"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(
            statement, [](const AddColumn &add) { return add.generated && add.stored; }, size_and_columns);
    },
    judge_stored};

const StatementRule add_column_constrained_domain{
    {"add-column-constrained-domain", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN of a domain with constraints: the whole table is rewritten, even without a default",
     "use the base type and a CHECK that is validated later"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(statement, may_be_domain, size_and_columns | Need::new_columns);
    },
    judge_domain};

}  // namespace rules
}  // namespace schema_audit::guard
