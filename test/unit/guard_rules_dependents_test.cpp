// Rules about what else uses an object, about keys, and about rights.
#include "guard_case.hpp"

#include <gtest/gtest.h>

namespace schema_audit::guard {
namespace {

using namespace testing;

ConstraintFacts constraint(std::string called, ConstraintSort sort, std::string referenced = {}) {
    ConstraintFacts facts;
    facts.name = std::move(called);
    facts.sort = sort;
    if (!referenced.empty()) {
        facts.referenced = in_public(std::move(referenced));
    }
    return facts;
}
AddConstraint key_to(std::string to) {
    AddConstraint add;
    add.sort = ConstraintSort::foreign_key;
    add.name = "k";
    add.referenced = name(std::move(to));
    add.columns.emplace_back("other_id");
    return add;
}
AddConstraint unique(std::vector<std::string> columns) {
    AddConstraint add;
    add.sort = ConstraintSort::unique;
    add.name = "u";
    add.columns = std::move(columns);
    return add;
}
TableFacts referenced(const char *type) {
    TableFacts facts = table("p");
    facts.column_facts.push_back(has_column("id", type));
    IndexFacts primary;
    primary.primary = true;
    primary.columns.emplace_back("id");
    facts.indexes.push_back(primary);
    return facts;
}
TableFacts referring(const char *type) {
    TableFacts facts = table("t");
    facts.column_facts.push_back(has_column("other_id", type));
    return facts;
}
ObjectFacts object(std::string called) {
    ObjectFacts facts;
    facts.name = name(called);
    facts.identity = "public." + called;
    return facts;
}

TEST(Dependents, DropTableLocksReferenced) {
    TableFacts with_key = table("t");
    with_key.constraints.push_back(constraint("k", ConstraintSort::foreign_key, "p"));
    const auto findings = Case(drop("TABLE", "t")).with(with_key).of("drop-table-locks-referenced");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().fix, "ALTER TABLE public.t DROP CONSTRAINT k; DROP TABLE public.t;");
    EXPECT_EQ(Case(drop("TABLE", "t")).with(table("t")).count("drop-table-locks-referenced"), 0U);
    DropObjects both = drop("TABLE", "t");
    both.names.push_back(name("p"));
    EXPECT_EQ(Case(both).with(with_key).with(table("p")).count("drop-table-locks-referenced"), 0U);
    with_key.constraints.front().referenced = in_public("t");
    EXPECT_EQ(Case(drop("TABLE", "t")).with(with_key).count("drop-table-locks-referenced"), 0U);
}

TEST(Dependents, DropConstraint) {
    TableFacts facts = table("t");
    facts.constraints.push_back(constraint("k", ConstraintSort::foreign_key, "p"));
    facts.constraints.push_back(constraint("c", ConstraintSort::check));
    facts.constraints.push_back(constraint("helper", ConstraintSort::check));
    facts.constraints.back().not_null_helper = true;
    const auto count = [&](std::string_view rule, const char *called) {
        return Case(alter("t", DropConstraint{called})).with(facts).count(rule);
    };
    EXPECT_EQ(count("drop-foreign-key-locks-both", "k"), 1U);
    EXPECT_EQ(count("drop-foreign-key-locks-both", "c"), 0U);
    EXPECT_EQ(count("drop-constraint", "k"), 1U);
    EXPECT_EQ(count("drop-constraint", "c"), 1U);
    EXPECT_EQ(count("drop-constraint", "helper"), 0U);
    EXPECT_EQ(count("drop-constraint", "missing"), 0U);
}

TEST(Dependents, OfColumns) {
    const auto with = [](DdlStatement statement, ColumnDependent dependent) {
        Case result = Case(std::move(statement)).with(table("t"));
        result.facts.dependents.push_back(std::move(dependent));
        return result;
    };
    const ColumnDependent index{"a", "index", "index public.i", false};
    const ColumnDependent view{"a", "view", "view v", true};
    const DdlStatement dropped = alter("t", DropColumn{"a"});
    EXPECT_EQ(with(dropped, index).count("drop-column-drops-dependents"), 1U);
    EXPECT_EQ(with(dropped, index).of("drop-column-drops-dependents").front().fix,
              "DROP INDEX CONCURRENTLY public.i; ALTER TABLE public.t DROP COLUMN a;");
    EXPECT_EQ(with(dropped, view).count("drop-column-drops-dependents"), 0U);
    EXPECT_EQ(with(alter("t", DropColumn{"a", true}), view).count("drop-column-drops-dependents"), 1U);
    EXPECT_EQ(with(alter("t", DropColumn{"b"}), index).count("drop-column-drops-dependents"), 0U);
    const Rename renamed{"COLUMN", name("t"), "a", "b"};
    EXPECT_EQ(with(renamed, view).count("column-used-by-view-or-function"), 1U);
    EXPECT_EQ(with(renamed, index).count("column-used-by-view-or-function"), 0U);
    EXPECT_EQ(with(alter("t", AlterColumnType{"a"}), view).count("column-used-by-view-or-function"), 1U);
    EXPECT_EQ(with(alter("t", AlterColumnType{"a"}), index).count("column-used-by-view-or-function"), 0U);
}

TEST(Dependents, RequiredViaDomain) {
    Case added = Case(alter("t", column("a", "d"))).with(table("t"));
    added.facts.new_columns.push_back({"a", false, true, false});
    EXPECT_EQ(added.count("required-via-domain"), 0U);
    added.facts.new_columns.front().domain_without_null = true;
    EXPECT_EQ(added.count("required-via-domain"), 1U);
    AddColumn with_default = column("a", "d");
    with_default.has_default = true;
    Case filled = Case(alter("t", with_default)).with(table("t"));
    filled.facts.new_columns = added.facts.new_columns;
    EXPECT_EQ(filled.count("required-via-domain"), 0U);
}

TEST(Dependents, ReplacedAndDroppedObjects) {
    CreateView view{name("v"), true, false};
    EXPECT_EQ(Case(view).with(table("v", RelationKind::view)).count("replace-view-columns"), 1U);
    EXPECT_EQ(Case(view).count("replace-view-columns"), 0U);
    CreateFunction function;
    function.function = name("f");
    function.replace = true;
    Case replaced(function);
    replaced.facts.objects.push_back(object("f()"));
    EXPECT_EQ(replaced.count("drop-or-replace-function"), 0U);
    replaced.facts.objects.front().computed.emplace_back("index public.i");
    EXPECT_EQ(replaced.of("drop-or-replace-function").front().fix, "REINDEX INDEX CONCURRENTLY public.i;");
    Case dropped(drop("FUNCTION", "f"));
    EXPECT_EQ(dropped.count("drop-or-replace-function"), 0U);
    dropped.facts.objects.push_back(object("f()"));
    EXPECT_EQ(dropped.count("drop-or-replace-function"), 1U);
    Case sequence = Case(drop("SEQUENCE", "s")).with(table("s", RelationKind::sequence));
    EXPECT_EQ(sequence.count("drop-sequence"), 0U);
    sequence.facts.objects.push_back(object("s"));
    EXPECT_EQ(sequence.count("drop-sequence"), 1U);
    sequence.facts.objects.front().dependents.emplace_back("default value");
    EXPECT_EQ(sequence.count("drop-sequence"), 0U);
    Case updated(CreateExtension{"e", true});
    EXPECT_EQ(updated.count("update-extension"), 0U);
    updated.facts.objects.push_back(object("e"));
    EXPECT_EQ(updated.count("update-extension"), 1U);
    EXPECT_EQ(updated.count("create-extension"), 0U);
    EXPECT_EQ(Case(CreateExtension{"e"}).count("create-extension"), 1U);
    RefreshMaterializedView refresh{name("m"), true, false};
    EXPECT_EQ(
        Case(refresh).with(table("m", RelationKind::materialized_view)).count("refresh-matview-concurrently-cost"), 1U);
    refresh.concurrently = false;
    EXPECT_EQ(
        Case(refresh).with(table("m", RelationKind::materialized_view)).count("refresh-matview-concurrently-cost"), 0U);
}

TEST(Dependents, DiskHeadroom) {
    TableFacts large = table("t");
    large.bytes_with_indexes = 1000;
    large.free_bytes = 500;
    Case rewrite = Case(alter("t", AlterColumnType{"a"})).with(large);
    rewrite.facts.type_changes.push_back({"a", "integer", "bigint", true, false, {}, {}});
    EXPECT_EQ(rewrite.count("disk-headroom"), 1U);
    rewrite.facts.type_changes.front().rewrites = false;
    EXPECT_EQ(rewrite.count("disk-headroom"), 0U);
    rewrite.facts.type_changes.front().rewrites = true;
    rewrite.facts.tables.front().facts.free_bytes = 5000;
    EXPECT_EQ(rewrite.count("disk-headroom"), 0U);
    rewrite.facts.tables.front().facts.free_bytes = -1;
    EXPECT_EQ(rewrite.count("disk-headroom"), 0U);
    EXPECT_EQ(Case(RewriteTable{"VACUUM FULL", {name("t")}}).with(large).count("disk-headroom"), 1U);
}

TEST(Keys, TypeMismatch) {
    const auto count = [](const char *type, const char *of_key) {
        return Case(alter("t", key_to("p"))).with(referring(type)).with(referenced(of_key)).count("fk-type-mismatch");
    };
    EXPECT_EQ(count("integer", "bigint"), 1U);
    EXPECT_EQ(count("bigint", "integer"), 0U);  // only the other way do values not fit
    EXPECT_EQ(count("text", "uuid"), 1U);
    EXPECT_EQ(count("uuid", "uuid"), 0U);
    EXPECT_EQ(count("character varying(20)", "text"), 0U);
    EXPECT_EQ(count("a_domain", "bigint"), 0U);
    AddColumn added = column("other_id", "integer");
    added.references = name("p");
    EXPECT_EQ(Case(alter("t", added)).with(table("t")).with(referenced("bigint")).count("fk-type-mismatch"), 1U);
    EXPECT_EQ(Case(create("new", {added})).with(referenced("bigint")).count("fk-type-mismatch"), 0U);
    CreateTable made = create("new", {added});
    made.foreign_keys.push_back({name("p")});
    EXPECT_EQ(Case(made).with(referenced("bigint")).count("fk-type-mismatch"), 1U);
}

TEST(Keys, HouseRules) {
    AddConstraint add = key_to("p");
    const Case plain = Case(alter("t", add)).with(table("t")).with(table("p"));
    EXPECT_EQ(plain.count("no-foreign-keys-policy"), 1U);
    EXPECT_EQ(plain.count("fk-on-delete-cascade"), 0U);
    EXPECT_EQ(plain.count("fk-across-schemas"), 0U);
    add.cascades = true;
    TableFacts other = table("p");
    other.schema = "elsewhere";
    const Case far = Case(alter("t", add)).with(table("t")).with(other);
    EXPECT_EQ(far.count("fk-on-delete-cascade"), 1U);
    EXPECT_EQ(far.count("fk-across-schemas"), 1U);
    EXPECT_EQ(Case(alter("t", unique({"a"}))).with(table("t")).count("no-foreign-keys-policy"), 0U);
}

TEST(Keys, NewUniqueness) {
    const auto count = [](std::string_view rule, const TableFacts &facts) {
        return Case(alter("t", unique({"a", "b"}))).with(facts).count(rule);
    };
    EXPECT_EQ(count("unique-may-fail-on-duplicates", table("t")), 1U);
    EXPECT_EQ(count("unique-breaks-writers", table("t")), 1U);
    TableFacts empty = table("t");
    empty.size = {0, 0, RowsSeen::none};
    EXPECT_EQ(count("unique-may-fail-on-duplicates", empty), 0U);
    EXPECT_EQ(count("unique-breaks-writers", empty), 1U);
    TableFacts proven = table("t");
    proven.indexes.push_back(has_index({"a"}, true));
    EXPECT_EQ(count("unique-may-fail-on-duplicates", proven), 0U);
    EXPECT_EQ(count("unique-breaks-writers", proven), 0U);
    proven.indexes.front().columns = {"c"};
    EXPECT_EQ(count("unique-breaks-writers", proven), 1U);
    AddConstraint by_index = unique({"a"});
    by_index.using_index = "i";
    EXPECT_EQ(Case(alter("t", by_index)).with(table("t")).count("unique-breaks-writers"), 0U);
}

TEST(Rights, GrantAndRevoke) {
    Grant grant;
    grant.object_type = "TABLE";
    grant.objects.push_back(name("t"));
    grant.roles.emplace_back("app");
    grant.privileges = "select";
    EXPECT_EQ(Case(grant).count("broad-grant"), 0U);
    grant.all = true;
    ASSERT_EQ(Case(grant).count("broad-grant"), 1U);
    EXPECT_EQ(Case(grant).of("broad-grant").front().fix, "GRANT SELECT, INSERT, UPDATE, DELETE ON public.t TO app;");
    grant.all = false;
    grant.to_public = true;
    EXPECT_EQ(Case(grant).count("broad-grant"), 1U);
    grant.revokes = true;
    EXPECT_EQ(Case(grant).count("broad-grant"), 0U);
    Case revoke(grant);
    EXPECT_EQ(revoke.count("revoke-in-use"), 0U);
    revoke.facts.roles_in_use.emplace_back("app");
    EXPECT_EQ(revoke.count("revoke-in-use"), 1U);
}

TEST(Rights, OwnersAndDefiners) {
    EXPECT_EQ(Case(alter("t", ChangeOwner{"boss"})).with(table("t")).count("owner-change"), 1U);
    EXPECT_EQ(Case(alter("t", ChangeOwner{"boss"})).count("owner-change"), 0U);
    TableFacts owned = table("t");
    owned.owner = "boss";
    EXPECT_EQ(Case(alter("t", ChangeOwner{"boss"})).with(owned).count("owner-change"), 0U);
    EXPECT_EQ(Case(ChangeObjectOwner{"EVENT TRIGGER", name("e"), "boss"}).count("owner-change"), 0U);
    EXPECT_EQ(Case(ChangeObjectOwner{"SCHEMA", name("s"), "boss"}).count("owner-change"), 1U);
    CreateFunction function;
    function.function = name("f");
    EXPECT_EQ(Case(function).count("security-definer-object"), 0U);
    function.security_definer = true;
    EXPECT_EQ(Case(function).count("security-definer-object"), 1U);
    function.sets_search_path = true;
    EXPECT_EQ(Case(function).count("security-definer-object"), 0U);
}

TEST(Rights, Policies) {
    TableFacts secured = table("t");
    secured.row_security = true;
    CreatePolicy policy{name("t"), "p"};
    PastCommand enabled;
    enabled.sort = PastCommand::Sort::row_security;
    enabled.table = in_public("t");
    policy.command = "all";
    EXPECT_EQ(Case(policy).with(secured).count("permissive-policy-added"), 1U);
    EXPECT_EQ(Case(policy).with(table("t")).count("permissive-policy-added"), 0U);
    EXPECT_EQ(Case(policy).with(secured).after(enabled).count("permissive-policy-added"), 0U);
    EXPECT_EQ(Case(policy).with(secured).count("restrictive-policy-added"), 0U);
    EXPECT_EQ(Case(policy).with(secured).count("rls-policy-always-true"), 0U);
    policy.using_true = true;
    EXPECT_EQ(Case(policy).with(secured).count("rls-policy-always-true"), 1U);
    policy.command = "select";
    EXPECT_EQ(Case(policy).with(secured).count("rls-policy-always-true"), 0U);
    policy.command = "all";
    policy.permissive = false;
    EXPECT_EQ(Case(policy).with(secured).count("rls-policy-always-true"), 0U);
    EXPECT_EQ(Case(policy).with(secured).count("restrictive-policy-added"), 1U);
}

}  // namespace
}  // namespace schema_audit::guard
