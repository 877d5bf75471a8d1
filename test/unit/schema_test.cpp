// TextPool, IdMap, Schema, identifiers.
#include "core/schema/schema.hpp"
#include "core/schema/id_map.hpp"
#include "core/schema/identifier.hpp"

#include "schema_builder.hpp"

#include <gtest/gtest.h>

namespace schema_audit {
namespace {

TEST(TextPool, EqualTextsHaveEqualIds) {
    TextPool pool;
    const TextId one = pool.intern("customer");
    EXPECT_EQ(pool.intern(std::string("cust") + "omer"), one);
    EXPECT_NE(pool.intern("customer_"), one);
    EXPECT_EQ(pool.view(one), "customer");
}

TEST(TextPool, EmptyTextIsNone) {
    TextPool pool;
    EXPECT_EQ(pool.intern(""), TextId::none);
    EXPECT_EQ(pool.find(""), TextId::none);
    EXPECT_EQ(pool.view(TextId::none), "");
}

TEST(TextPool, FindDoesNotIntern) {
    TextPool pool;
    EXPECT_EQ(pool.find("a"), TextId::none);
    const std::size_t before = pool.size();
    EXPECT_EQ(pool.find("b"), TextId::none);
    EXPECT_EQ(pool.size(), before);
    const TextId a = pool.intern("a");
    EXPECT_EQ(pool.find("a"), a);
}

TEST(TextPool, ViewsSurviveGrowthAndAreTerminated) {
    TextPool pool;
    const TextId first = pool.intern("first");
    const std::string_view view = pool.view(first);
    const std::string large(200'000, 'x');  // larger than a block
    const TextId big = pool.intern(large);
    std::vector<TextId> ids;
    for (int i = 0; i < 20'000; ++i) {
        ids.push_back(pool.intern("name_" + std::to_string(i)));
    }
    EXPECT_EQ(view, "first");
    EXPECT_EQ(view.data(), pool.view(first).data());
    EXPECT_EQ(view.data()[view.size()], '\0');
    EXPECT_EQ(pool.view(big), large);
    for (int i = 0; i < 20'000; ++i) {
        ASSERT_EQ(pool.view(ids[static_cast<std::size_t>(i)]), "name_" + std::to_string(i));
        ASSERT_EQ(pool.find("name_" + std::to_string(i)), ids[static_cast<std::size_t>(i)]);
    }
}

TEST(TextPool, TextsThatDifferInTheLastBytesOnly) {
    TextPool pool;
    const TextId a = pool.intern("12345678a");
    const TextId b = pool.intern("12345678b");
    const TextId zero = pool.intern(std::string_view("12345678\0", 9));
    EXPECT_NE(a, b);
    EXPECT_NE(zero, pool.intern("12345678"));
}

TEST(IdMap, SetAndGet) {
    IdMap map;
    EXPECT_EQ(map.get(0), IdMap::absent);
    map.set(0, 7);
    map.set(16384, 8);
    map.set(16384 + 64, 9);  // same home slot in a small map
    map.set(0xFFFFFFFF, 10);
    EXPECT_EQ(map.get(0), 7U);
    EXPECT_EQ(map.get(16384), 8U);
    EXPECT_EQ(map.get(16384 + 64), 9U);
    EXPECT_EQ(map.get(0xFFFFFFFF), 10U);
    EXPECT_EQ(map.get(16385), IdMap::absent);
}

TEST(IdMap, SetAgainReplaces) {
    IdMap map;
    map.set(5, 1);
    map.set(5, 2);
    EXPECT_EQ(map.get(5), 2U);
}

TEST(IdMap, GrowsWithoutLosing) {
    IdMap map;
    for (std::uint32_t i = 0; i < 50'000; ++i) {
        map.set(i * 7, i);
    }
    for (std::uint32_t i = 0; i < 50'000; ++i) {
        ASSERT_EQ(map.get(i * 7), i);
        ASSERT_EQ(map.get(i * 7 + 1), IdMap::absent);
    }
}

TEST(Schema, FinishGroupsWhatCameInAnyOrder) {
    TextPool pool;
    Schema schema;
    schema.tables.resize(3);
    const auto add = [&](std::uint32_t table, std::string_view name, std::int16_t position) {
        Column column;
        column.table = table;
        column.name = pool.intern(name);
        column.position = position;
        schema.columns.push_back(column);
    };
    add(2, "z2", 5);
    add(0, "a1", 1);
    add(2, "z1", 1);
    add(0, "a3", 9);  // dropped columns leave gaps
    add(0, "a2", 2);
    Constraint constraint;
    constraint.table = 2;
    schema.constraints.push_back(constraint);
    constraint.table = 0;
    schema.constraints.push_back(constraint);
    schema.finish();
    std::string names;
    for (const Table &table : schema.tables) {
        for (const Column &column : schema.columns_of(table)) {
            names += std::string(pool.view(column.name)) + " ";
        }
        names += "| ";
    }
    EXPECT_EQ(names, "a1 a2 a3 | | z1 z2 | ");
    EXPECT_EQ(schema.constraints_of(schema.tables[0]).size(), 1U);
    EXPECT_TRUE(schema.constraints_of(schema.tables[1]).empty());
    EXPECT_EQ(schema.constraints_of(schema.tables[2]).size(), 1U);
    schema.finish();  // twice is once
    EXPECT_EQ(pool.view(schema.column(schema.tables[2], pool.find("z2"))->name), "z2");
    EXPECT_EQ(schema.column(schema.tables[1], pool.find("z2")), nullptr);
}

TEST(Schema, FinishOfNothing) {
    Schema schema;
    schema.finish();
    EXPECT_TRUE(schema.columns.empty());
}

TEST(Identifier, QuotedOnlyWhereNeeded) {
    EXPECT_EQ(quote_identifier("customer_2"), "customer_2");
    EXPECT_EQ(quote_identifier("_x"), "_x");
    EXPECT_EQ(quote_identifier("Customer"), "\"Customer\"");
    EXPECT_EQ(quote_identifier("2nd"), "\"2nd\"");
    EXPECT_EQ(quote_identifier("with space"), "\"with space\"");
    EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
    EXPECT_EQ(quote_identifier("order"), "\"order\"");
    EXPECT_EQ(quote_identifier("user"), "\"user\"");
    EXPECT_EQ(quote_identifier("name"), "name");
    EXPECT_EQ(quote_identifier("größe"), "\"größe\"");
    EXPECT_EQ(quote_identifier("a$b"), "\"a$b\"");
    EXPECT_EQ(quote_identifier(""), "\"\"");
    EXPECT_EQ(quote_qualified("My", "table"), "\"My\".\"table\"");
}

TEST(Identifier, Literals) {
    EXPECT_EQ(quote_literal(""), "''");
    EXPECT_EQ(quote_literal("it's"), "'it''s'");
    EXPECT_EQ(quote_literal("a\\b'c"), "E'a\\\\b''c'");
    EXPECT_EQ(quote_literal("größe"), "'größe'");
}

struct LikeCase {
    std::string_view text, pattern;
    bool result;
};
class Like : public testing::TestWithParam<LikeCase> {};

TEST_P(Like, MatchesAsSqlDoes) {
    EXPECT_EQ(like(GetParam().text, GetParam().pattern), GetParam().result)
        << GetParam().text << " LIKE " << GetParam().pattern;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Like,
    testing::Values(LikeCase{"abc", "abc", true}, LikeCase{"abc", "ab", false}, LikeCase{"abc", "a%", true},
                    LikeCase{"abc", "%c", true}, LikeCase{"abc", "%b%", true}, LikeCase{"abc", "%", true},
                    LikeCase{"", "%", true}, LikeCase{"", "", true}, LikeCase{"", "_", false}, LikeCase{"a", "", false},
                    LikeCase{"abc", "a_c", true}, LikeCase{"ac", "a_c", false}, LikeCase{"ABC", "abc", false},
                    LikeCase{"a_c", "a\\_c", true}, LikeCase{"abc", "a\\_c", false}, LikeCase{"50%", "50\\%", true},
                    LikeCase{"500", "50\\%", false}, LikeCase{"a\\c", "a\\\\c", true}, LikeCase{"é", "_", true},
                    LikeCase{"é", "__", false}, LikeCase{"€x", "_x", true}, LikeCase{"a€", "%_", true},
                    LikeCase{"€", "%__", false}, LikeCase{"日本語", "_本_", true}, LikeCase{"日本語", "%語", true},
                    LikeCase{"aab", "%ab", true}, LikeCase{"aaab", "a%ab", true}, LikeCase{"abab", "%ab%ab", true},
                    LikeCase{"ab", "%ab%ab", false}, LikeCase{"backup_x", "backup\\_%", true},
                    LikeCase{"backupsx", "backup\\_%", false}, LikeCase{"abc", "%%%c", true}));

TEST(Identifier, IsMentionedAsAWholeWord) {
    EXPECT_TRUE(mentions("BEGIN NEW.created := now(); RETURN NEW; END", "created"));
    EXPECT_TRUE(mentions("new.\"Created\" := 1", "Created"));
    EXPECT_TRUE(mentions("NEW.CREATED = 1", "created"));
    EXPECT_FALSE(mentions("NEW.\"CREATED\" = 1", "created"));
    EXPECT_FALSE(mentions("NEW.created_at := now()", "created"));
    EXPECT_FALSE(mentions("NEW.recreated := now()", "created"));
    EXPECT_FALSE(mentions("", "created"));
    EXPECT_FALSE(mentions("x", ""));
}

}  // namespace
}  // namespace schema_audit
