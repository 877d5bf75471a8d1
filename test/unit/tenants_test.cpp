// Tenants: one model, many schemas; and texts that name schemas.
#include "core/compare/tenants.hpp"
#include "core/compare/tenant_summary.hpp"
#include "core/error.hpp"
#include "core/schema/schema_pattern.hpp"

#include "schema_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema_audit::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SchemaPattern, UnescapedPercent) {
    EXPECT_TRUE(is_schema_pattern("tenant_%"));
    EXPECT_TRUE(is_schema_pattern("a\\\\%"));
    EXPECT_FALSE(is_schema_pattern("tenant_1"));
    EXPECT_FALSE(is_schema_pattern("100\\%"));
    EXPECT_EQ(schema_name_of("100\\%"), "100%");
    EXPECT_EQ(schema_name_of("a\\b"), "a\\b");
    EXPECT_EQ(schema_name_of("tenant\\_%"), "tenant_%");
}

TEST(SchemaPattern, NameInPlaceOfPattern) {
    EXPECT_EQ(with_schema_name(R"(nextval('"t_%".s'::regclass))", R"("t_%")", "t_1"), "nextval('t_1.s'::regclass)");
    EXPECT_EQ(with_schema_name(R"('"t_%".s'::regclass + "t_%".f())", R"("t_%")", R"("t'1")"),
              R"('"t''1".s'::regclass + "t'1".f())");
}

TEST(SchemaPattern, PatternInPlaceOfName) {
    const auto replaced = [](std::string_view text) { return with_schema_pattern(text, "app", R"("t_%")"); };
    EXPECT_EQ(replaced("app.f(x) + app.g(y)"), R"("t_%".f(x) + "t_%".g(y))");
    EXPECT_EQ(replaced(R"("app".f(APP.x))"), R"("t_%".f("t_%".x))");
    EXPECT_EQ(replaced("nextval('app.s'::regclass)"), R"(nextval('"t_%".s'::regclass))");
    for (const std::string_view same : {"myapp.f(app)", "x.app.y", "'app.example.com'", "app_1.f()", "app", "1app.x",
                                        R"("app""".x)", "'it''s app.x'"}) {
        EXPECT_EQ(replaced(same), same);
    }
    EXPECT_EQ(replaced("search_path=app, public"), R"(search_path="t_%", public)");
    EXPECT_EQ(replaced("SET search_path TO 'app', 'public'"), R"(SET search_path TO '"t_%"', 'public')");
    EXPECT_EQ(replaced("search_path=app, timezone=app"), R"(search_path="t_%", timezone=app)");
    EXPECT_EQ(replaced("SET search_path = public; app"), "SET search_path = public; app");
    EXPECT_EQ(with_schema_pattern(R"("a""b".f())", R"(a"b)", "p"), "p.f()");
}

class Tenants : public ::testing::Test {
protected:
    // A model app of schema t_% with tables customer and invoice, and a live tenant that is like it.
    Tenants() {
        Model &app = sides.model.schema.models.front();
        app.tenant_pattern = app.tenant_schema = sides.pool.intern("t_%");
        app.governed = sides.model.list({"t_%", "public"});
        fill(sides.model, "t_%", R"("t_%")");
        sides.model.table("plan").column("id");
    }
    void fill(SchemaBuilder &side, std::string_view schema, const std::string &sql) {
        side.table("customer", schema).column("id").default_value("nextval('" + sql + ".s'::regclass)");
        side.table("invoice", schema).column("status", sql + ".status").column("customer");
        side.foreign_key({"customer"}, "customer").check(sql + ".valid(status)");
        side.last_constraint().expression = side.last_constraint().expression_normal =
            sides.pool.intern(sql + ".valid(status)");
        side.schema.constraints[side.schema.constraints.size() - 2].referenced_schema = sides.pool.intern(schema);
        side.index("i", {});
        side.last_index().keys = side.list({sql + ".f(status)"});
    }
    void live(std::string_view schema) { fill(sides.live, schema, std::string(schema)); }
    void write_out(std::vector<LiveSchema> schemas) {
        sides.model.schema.finish();
        write_out_tenants(sides.model.schema, sides.pool, schemas);
    }
    TenantSummary summary(const AuditFilter &filter = Sides::everything(), double share = 0.1) {
        return summarize_tenants(sides.input(), filter, sides.findings(filter), share);
    }

    Sides sides;
};

TEST_F(Tenants, LikeTheModelInEveryKindOfText) {
    for (const std::string_view schema : {"t_1", "t_2"}) {
        live(schema);
    }
    sides.live.table("plan").column("id");
    write_out({{"other", "other"}, {"t_1", "t_1"}, {"t_2", "t_2"}});
    EXPECT_THAT(sides.audit(), IsEmpty());
    EXPECT_EQ(sides.model.schema.tables.size(), 5U);
    EXPECT_EQ(sides.columns().size(), 7U);
}

TEST_F(Tenants, WhatOneTakesFromAnotherDiffers) {
    live("t_1");
    live("t_2");
    sides.live.schema.columns.front().default_normal = sides.pool.intern("nextval('t_2.s'::regclass)");
    sides.live.schema.constraints.back().expression_normal = sides.pool.intern("t_1.valid(status)");
    sides.live.table("plan").column("id");
    write_out({{"t_1", "t_1"}, {"t_2", "t_2"}});
    EXPECT_THAT(sides.audit(), ElementsAre("default-mismatch customer.id", "check-mismatch invoice.ck"));
}

// What copying a schema leaves behind.
TEST_F(Tenants, SerialThatTakesFromAnother) {
    live("t_1");
    sides.live.table("plan").column("id");
    sides.model.schema.columns.front().owns_sequence = true;
    write_out({{"t_1", "t_1"}});
    Column &id = sides.live.schema.columns.front();
    id.default_normal = sides.pool.intern("nextval('t_1.other_name'::regclass)");
    EXPECT_THAT(sides.audit(), IsEmpty());
    id.default_normal = sides.pool.intern("nextval('t_2.s'::regclass)");
    EXPECT_THAT(sides.audit(), ElementsAre("default-mismatch customer.id"));
}

TEST_F(Tenants, PlainNameOfAnyModelWins) {
    live("t_1");
    sides.live.table("plan").column("id");
    sides.model.model("legacy", {"t_2"});
    write_out({{"t_1", "t_1"}, {"t_2", "t_2"}});
    EXPECT_THAT(sides.audit(), IsEmpty());
    EXPECT_FALSE(is_tenant(sides.model.schema, 0, sides.pool.intern("t_2")));
}

TEST_F(Tenants, NoTenantIsTold) {
    sides.live.table("plan").column("id");
    write_out({{"other", "other"}});
    EXPECT_EQ(sides.one().rule, "missing-schema");
    EXPECT_EQ(sides.one().schema_name, "t_%");
    EXPECT_EQ(summary().differences.size(), 1U);
    EXPECT_THAT(summary().tenants, IsEmpty());
}

TEST_F(Tenants, SummaryTellsADifferenceOnce) {
    std::vector<LiveSchema> schemas;
    for (const std::string_view schema : {"t_1", "t_2", "t_3", "t_4"}) {
        live(schema);
        schemas.push_back({std::string(schema), std::string(schema)});
        if (schema != "t_4") {
            sides.live.column("note");
        }
    }
    sides.live.column("other", "t_4.status");
    sides.live.table("plan").column("id");
    write_out(schemas);
    const TenantSummary found = summary();
    ASSERT_EQ(found.differences.size(), 2U);
    EXPECT_EQ(found.differences[0].finding.object_name, "note");
    EXPECT_THAT(found.differences[0].tenants, ElementsAre("t_1", "t_2", "t_3"));
    EXPECT_THAT(found.differences[0].without, ElementsAre("t_4"));
    EXPECT_FALSE(found.differences[0].outlier);
    EXPECT_EQ(found.differences[1].finding.actual, R"("t_%".status)");
    EXPECT_TRUE(found.differences[1].outlier);
    ASSERT_EQ(found.tenants.size(), 4U);
    EXPECT_EQ(found.tenants[0].only_here, 0U);
    EXPECT_FALSE(found.tenants[0].outlier);
    EXPECT_EQ(found.tenants[3].only_here, 1U);
    EXPECT_TRUE(found.tenants[3].outlier);
    EXPECT_TRUE(summary(Sides::everything(), 0.75).tenants[0].outlier);

    AuditFilter filter = Sides::everything();
    filter.schemas = {"t_%"};
    name_tenants(filter, sides.model.schema, sides.pool);
    EXPECT_EQ(summary(filter).tenants.size(), 4U);
    filter.schemas = {"t_1"};
    EXPECT_THAT(summary(filter).differences.front().without, IsEmpty());
}

TEST_F(Tenants, SummaryWithoutPatternIsAnError) {
    Sides plain;
    plain.model.table("t").column("id");
    EXPECT_THROW((void)summarize_tenants(plain.input(), {}, {}, 0.1), AuditError);
}

}  // namespace
}  // namespace schema_audit::test
