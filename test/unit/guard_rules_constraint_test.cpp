#include "core/guard/statement_rules.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;

namespace {

TableFacts table_of(std::int64_t rows) {
    TableFacts table;
    table.schema = "public";
    table.name = "t";
    table.size.rows = rows;
    table.size.bytes = rows;
    table.columns = {"id"};
    NamedColumn id;
    id.name = "id";
    table.column_facts = {id};
    return table;
}

std::vector<GuardFinding> judge(std::vector<TableStep> steps, const TableFacts &table = table_of(1'000'000)) {
    AlterTable statement;
    statement.table = {"public", "t"};
    statement.steps = std::move(steps);
    StatementFacts facts;
    facts.tables.push_back({statement.table, table});
    SessionFacts session;
    session.server_version = 150004;
    return judge_statement({statement, facts, session});
}

std::string rules_of(const std::vector<GuardFinding> &findings) {
    std::string names;
    for (const GuardFinding &finding : findings) {
        // What is told of every new uniqueness or check is not the matter of these tests.
        if (schema_audit::find_rule(finding.rule)->action > schema_audit::Action::log ||
            finding.rule == "alter-constraint" || finding.rule == "not-enforced-constraint") {
            names += (names.empty() ? "" : " ") + std::string(finding.rule);
        }
    }
    return names;
}

AddConstraint constraint(ConstraintSort sort) {
    AddConstraint add;
    add.sort = sort;
    add.columns = {"id"};
    if (sort == ConstraintSort::foreign_key) {
        add.referenced = {"public", "other"};
    }
    return add;
}

bool fix_has(const std::vector<GuardFinding> &findings, std::string_view text) {
    return !findings.empty() && findings.front().fix.find(text) != std::string::npos;
}

}  // namespace

TEST(ConstraintRules, CheckAndForeignKeyValidate) {
    AddConstraint check = constraint(ConstraintSort::check);
    EXPECT_EQ(rules_of(judge({check})), "add-check-validates");
    EXPECT_TRUE(fix_has(judge({check}), "ADD CONSTRAINT t_id_check CHECK (<condition>) NOT VALID;"));
    check.not_valid = true;
    EXPECT_EQ(rules_of(judge({check})), "");
    AddConstraint key = constraint(ConstraintSort::foreign_key);
    key.reference_options = " ON DELETE CASCADE";
    EXPECT_EQ(rules_of(judge({key})), "add-foreign-key-validates");
    EXPECT_TRUE(fix_has(judge({key}), "FOREIGN KEY (id) REFERENCES public.other ON DELETE CASCADE NOT VALID;"));
    TableFacts partitioned = table_of(1'000'000);
    partitioned.kind = RelationKind::partitioned_table;
    EXPECT_TRUE(fix_has(judge({key}, partitioned), "<each partition>"));
    key.not_valid = true;
    EXPECT_EQ(rules_of(judge({key})), "");
}

// What the server would write is asked for where there is something to say, and once.
TEST(ConstraintRules, TextsAreReadForFindings) {
    int read = 0;
    const auto fixes = [&](bool not_valid) {
        AlterTable statement;
        statement.table = {"public", "t"};
        for (int i = 0; i < 2; ++i) {
            AddConstraint check = constraint(ConstraintSort::check);
            check.columns.clear();
            check.not_valid = not_valid;
            statement.steps.emplace_back(std::move(check));
        }
        StatementFacts facts;
        facts.tables.push_back({statement.table, table_of(1'000'000)});
        facts.texts = TextsOnDemand([&] {
            ++read;
            return CommandTexts{{{"", "", "id > 0", "id"}, {"", "", "true", ""}}, "", ""};
        });
        std::string text;
        for (const GuardFinding &finding : judge_statement({statement, facts, SessionFacts{}})) {
            text += finding.rule == "add-check-validates" ? finding.fix + "\n" : "";
        }
        return text;
    };
    EXPECT_EQ(fixes(true), "");
    EXPECT_EQ(read, 0);
    const std::string text = fixes(false);
    EXPECT_NE(text.find("ADD CONSTRAINT t_id_check CHECK (id > 0) NOT VALID;"), std::string::npos);
    EXPECT_NE(text.find("ADD CONSTRAINT t_check CHECK (true) NOT VALID;"), std::string::npos);
    EXPECT_EQ(read, 1);
}

TEST(ConstraintRules, NotEnforcedIsNotValidated) {
    AddConstraint check = constraint(ConstraintSort::check);
    check.not_enforced = true;
    EXPECT_EQ(rules_of(judge({check})), "not-enforced-constraint");
}

TEST(ConstraintRules, Exclusion) {
    EXPECT_EQ(rules_of(judge({constraint(ConstraintSort::exclusion)})), "add-exclusion-constraint");
    TableFacts view = table_of(1);
    view.kind = RelationKind::foreign_table;
    EXPECT_EQ(rules_of(judge({constraint(ConstraintSort::exclusion)}, view)), "");
}

TEST(ConstraintRules, Keys) {
    AddConstraint unique = constraint(ConstraintSort::unique);
    unique.index_options = " INCLUDE (a)";
    EXPECT_EQ(rules_of(judge({unique})), "add-unique-builds-index");
    EXPECT_TRUE(fix_has(judge({unique}), "CREATE UNIQUE INDEX CONCURRENTLY t_id_key ON public.t (id) INCLUDE (a);"));
    unique.using_index = "i";
    EXPECT_EQ(rules_of(judge({unique})), "");

    AddConstraint primary = constraint(ConstraintSort::primary_key);
    EXPECT_EQ(rules_of(judge({primary})), "add-primary-key-builds-index");
    EXPECT_TRUE(fix_has(judge({primary}), "CHECK (id IS NOT NULL) NOT VALID;"));
    TableFacts not_null = table_of(1'000'000);
    not_null.column_facts.front().not_null = true;
    EXPECT_FALSE(fix_has(judge({primary}, not_null), "IS NOT NULL"));
}

TEST(ConstraintRules, PrimaryKeyUsingIndex) {
    AddConstraint primary = constraint(ConstraintSort::primary_key);
    primary.using_index = "i";
    TableFacts table = table_of(1'000'000);
    IndexFacts index;
    index.name = "i";
    index.columns = {"id"};
    table.indexes = {index};
    EXPECT_EQ(rules_of(judge({primary}, table)), "primary-key-using-index-nullable");
    table.column_facts.front().not_null_proven = true;
    EXPECT_EQ(rules_of(judge({primary}, table)), "");
    table.column_facts.front().not_null_proven = false;
    table.column_facts.front().not_null = true;
    EXPECT_EQ(rules_of(judge({primary}, table)), "");
}

TEST(ConstraintRules, InlineConstraints) {
    AddColumn add;
    add.column = "c";
    add.type = "integer";
    add.references = RelationName{"public", "other"};
    EXPECT_EQ(rules_of(judge({add})), "");
    add.has_default = true;
    EXPECT_EQ(rules_of(judge({add})), "add-column-inline-references");
    add.references.reset();
    add.check = true;
    EXPECT_EQ(rules_of(judge({add})), "add-column-inline-check");
    add.check = false;
    add.unique = true;
    EXPECT_EQ(rules_of(judge({add})), "add-column-inline-unique");
    add.column = "id";
    EXPECT_EQ(rules_of(judge({add})), "");
}

TEST(ConstraintRules, Validate) {
    TableFacts table = table_of(1'000'000);
    ConstraintFacts known;
    known.name = "k";
    known.validated = false;
    table.constraints = {known};
    EXPECT_EQ(rules_of(judge({ValidateConstraint{"k"}}, table)), "");
    table.held_strongly = true;
    EXPECT_EQ(rules_of(judge({ValidateConstraint{"k"}}, table)), "validate-in-same-transaction");
    table.constraints.front().validated = true;
    EXPECT_EQ(rules_of(judge({ValidateConstraint{"k"}}, table)), "");
    AddConstraint add = constraint(ConstraintSort::check);
    add.name = "n";
    add.not_valid = true;
    EXPECT_EQ(rules_of(judge({add, ValidateConstraint{"n"}}, table)), "validate-in-same-transaction");
}

TEST(ConstraintRules, AlterConstraint) {
    EXPECT_EQ(rules_of(judge({AlterConstraint{"k"}})), "alter-constraint");
    EXPECT_EQ(rules_of(judge({DropConstraint{"k"}})).find("alter-constraint"), std::string::npos);
}

TEST(ConstraintRules, Domains) {
    AlterDomain alter;
    alter.domain = {"", "amount"};
    alter.adds_constraint = true;
    StatementFacts facts;
    const SessionFacts session;
    const auto judged = [&] { return rules_of(judge_statement({alter, facts, session})); };
    EXPECT_EQ(judged(), "");
    facts.tables.push_back({{"public", "t"}, table_of(1'000'000)});
    EXPECT_EQ(judged(), "alter-domain-add-constraint");
    alter.not_valid = true;
    EXPECT_EQ(judged(), "");
    alter = {};
    alter.sets_not_null = true;
    EXPECT_EQ(judged(), "alter-domain-not-null");
}
