#include "core/guard/statement_rules.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;

namespace {

struct Case {
    AlterTable statement;
    StatementFacts facts;
    SessionFacts session;

    explicit Case(TableStep step) {
        statement.table = {"public", "t"};
        statement.steps.push_back(std::move(step));
        TableFacts table;
        table.schema = "public";
        table.name = "t";
        table.size.rows = 1'000'000;
        table.size.bytes = 1'000'000;
        table.access_method = "heap";
        table.tablespace = "pg_default";
        table.columns = {"id"};
        facts.tables.push_back({statement.table, table});
    }
    TableFacts &table() { return facts.tables.front().facts; }
    [[nodiscard]] std::vector<GuardFinding> findings() const { return judge_statement({statement, facts, session}); }
    [[nodiscard]] std::string rules() const {
        std::string names;
        for (const GuardFinding &finding : findings()) {
            if (schema_audit::find_rule(finding.rule)->family != schema_audit::Family::rewrite) {
                continue;
            }
            names += (names.empty() ? "" : " ") + std::string(finding.rule);
        }
        return names;
    }
};

AddColumn column(const char *name) {
    AddColumn add;
    add.column = name;
    add.type = "integer";
    return add;
}

NewColumn made(bool volatile_default, bool constrained_domain) { return {"c", volatile_default, constrained_domain}; }

TypeChange change(bool rewrites) {
    TypeChange found;
    found.column = "id";
    found.from = "integer";
    found.to = "bigint";
    found.rewrites = rewrites;
    return found;
}

}  // namespace

TEST(RewriteRules, VolatileDefault) {
    AddColumn add = column("c");
    add.has_default = true;
    Case fires(add);
    fires.facts.new_columns = {made(true, false)};
    EXPECT_EQ(fires.rules(), "add-column-volatile-default");
    Case constant(add);
    constant.facts.new_columns = {made(false, false)};
    EXPECT_EQ(constant.rules(), "");
    const Case unknown(add);  // it could not be analysed
    EXPECT_EQ(unknown.rules(), "");
    fires.table().columns = {"id", "c"};
    EXPECT_EQ(fires.rules(), "");
}

TEST(RewriteRules, SerialIdentityAndStored) {
    AddColumn serial = column("c");
    serial.serial = true;
    serial.type = "bigserial";
    const Case numbered(serial);
    EXPECT_EQ(numbered.rules(), "add-column-serial");
    EXPECT_NE(numbered.findings().front().fix.find("ADD COLUMN c bigint;"), std::string::npos);
    AddColumn identity = column("c");
    identity.identity = true;
    EXPECT_EQ(Case(identity).rules(), "add-column-identity");
    AddColumn generated = column("c");
    generated.generated = generated.stored = true;
    EXPECT_EQ(Case(generated).rules(), "add-column-stored-generated");
    generated.stored = false;
    EXPECT_EQ(Case(generated).rules(), "");
    EXPECT_EQ(Case(column("c")).rules(), "");
}

TEST(RewriteRules, ConstrainedDomain) {
    Case domain(column("c"));
    domain.facts.new_columns = {made(false, true)};
    EXPECT_EQ(domain.rules(), "add-column-constrained-domain");
    domain.facts.new_columns = {made(false, false)};
    EXPECT_EQ(domain.rules(), "");
}

TEST(RewriteRules, TypeChange) {
    Case changed(AlterColumnType{"id"});
    changed.facts.type_changes = {change(true)};
    EXPECT_EQ(changed.rules(), "alter-column-type-rewrite");
    EXPECT_NE(changed.findings().front().fix.find("ADD COLUMN id_new bigint"), std::string::npos);
    changed.facts.type_changes = {change(false)};
    EXPECT_EQ(changed.rules(), "");
    changed.facts.type_changes.front().rechecked = {"positive"};
    EXPECT_EQ(changed.rules(), "alter-column-type-rescan");
    changed.facts.type_changes.front().rechecked.clear();
    changed.facts.type_changes.front().rebuilt = {"t_lower"};
    EXPECT_EQ(changed.rules(), "alter-column-type-rescan");
    changed.table().kind = RelationKind::composite_type;
    EXPECT_EQ(changed.rules(), "");
}

TEST(RewriteRules, ReferencedKey) {
    Case changed(AlterColumnType{"id"});
    changed.facts.type_changes = {change(false)};
    ReferenceFacts reference;
    reference.table = {"public", "other"};
    reference.referenced_columns = {"id"};
    changed.table().referenced_by = {reference};
    EXPECT_EQ(changed.rules(), "alter-referenced-key-type");
    changed.table().size = {0, 0};
    changed.table().referenced_by.front().size = {0, 0};
    EXPECT_EQ(changed.rules(), "");
    changed.table().referenced_by.front().size = {1, 8192};
    EXPECT_EQ(changed.rules(), "alter-referenced-key-type");
    changed.table().referenced_by.front().table = {"public", "t"};  // its own
    EXPECT_EQ(changed.rules(), "");
    reference.referenced_columns = {"code"};
    changed.table().referenced_by = {reference};
    EXPECT_EQ(changed.rules(), "");
}

TEST(RewriteRules, Storage) {
    EXPECT_EQ(Case(SetLogged{false}).rules(), "set-logged-unlogged");
    EXPECT_EQ(Case(SetLogged{true}).rules(), "");
    EXPECT_EQ(Case(SetAccessMethod{"columnar"}).rules(), "set-access-method");
    EXPECT_EQ(Case(SetAccessMethod{"heap"}).rules(), "");
    EXPECT_EQ(Case(SetTablespace{"fast"}).rules(), "set-tablespace");
    EXPECT_EQ(Case(SetTablespace{"pg_default"}).rules(), "");
    Case empty(SetTablespace{"fast"});
    empty.table().size = {};
    empty.table().size.rows = 0;
    EXPECT_EQ(empty.rules(), "");
    Case partitioned(SetLogged{false});
    partitioned.table().kind = RelationKind::partitioned_table;
    EXPECT_EQ(partitioned.rules(), "");
}

TEST(RewriteRules, SetExpression) {
    Case set(SetExpression{"id"});
    NamedColumn stored;
    stored.name = "id";
    stored.generated = stored.stored = true;
    set.table().column_facts = {stored};
    EXPECT_EQ(set.rules(), "set-expression-rewrite");
    set.table().column_facts.front().stored = false;
    EXPECT_EQ(set.rules(), "");
}
