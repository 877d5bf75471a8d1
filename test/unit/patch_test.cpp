// Tables read again and put into the place of what was read before: what comes out is what a reader of the whole would
// have read.
#include "core/schema/patch.hpp"

#include "schema_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace schema_audit {
namespace {

using test::SchemaBuilder;

// Everything that the tables hold, by name.
std::map<std::string, std::string> told(const Schema &schema, const TextPool &pool) {
    std::map<std::string, std::string> result;
    for (std::uint32_t i = 0; i < schema.tables.size(); ++i) {
        const Table &table = schema.tables[i];
        std::string text = std::to_string(table.live_id);
        const auto list = [&](auto ids) {
            for (const TextId id : schema.view(ids)) {
                text.append(" ").append(pool.view(id));
            }
        };
        for (const Column &column : schema.columns_of(table)) {
            EXPECT_EQ(column.table, i);
            text.append("; ").append(pool.view(column.name)).append(" ").append(pool.view(column.type));
            for (const Attribute &attribute : schema.view(column.attributes)) {
                text.append(" ").append(pool.view(attribute.value));
            }
        }
        for (const Constraint &constraint : schema.constraints_of(table)) {
            EXPECT_EQ(constraint.table, i);
            text.append("; ").append(pool.view(constraint.name));
            list(constraint.columns);
        }
        for (const Index &index : schema.indexes_of(table)) {
            EXPECT_EQ(index.table, i);
            text.append("; ").append(pool.view(index.name));
            list(index.keys);
        }
        for (const InsertTrigger &trigger : schema.insert_triggers) {
            text.append(trigger.table == i ? "; trigger " : "")
                .append(trigger.table == i ? pool.view(trigger.source) : "");
        }
        result.emplace(pool.view(table.name), text);
    }
    return result;
}

// The builder numbers columns through all tables.
void finish(SchemaBuilder &schema) {
    schema.schema.finish();
    for (const Table &table : schema.schema.tables) {
        for (std::uint32_t i = 0; i < table.columns.count; ++i) {
            schema.schema.columns[table.columns.first + i].position = static_cast<std::int16_t>(i + 1);
        }
    }
}

class Patch : public testing::Test {
protected:
    void SetUp() override {
        a(live);
        b(live);
        c(live);
        finish(live);
    }
    static void number(SchemaBuilder &schema, std::uint32_t live_id) { schema.this_table().live_id = live_id; }
    static void a(SchemaBuilder &schema) {
        schema.table("a").column("id", "bigint").column("x").primary_key({"id"}, "a_pk").index("a_x", {"x"});
        number(schema, 1);
    }
    static void b(SchemaBuilder &schema) {
        schema.table("b").column("id", "bigint").insert_trigger("b");
        number(schema, 2);
    }
    static void c(SchemaBuilder &schema) {
        schema.table("c").column("id", "bigint").column("z").primary_key({"id"}, "c_pk").index("c_z", {"z"});
        number(schema, 3);
        schema.insert_trigger("c");
    }
    // What the patched schema holds, and what one that was read as a whole would.
    template <class Again, class Whole>
    bool expect_patched(Again again, Whole whole, std::vector<std::uint32_t> gone = {}) {
        SchemaBuilder part(pool);
        SchemaBuilder expected(pool);
        lend_lists(live.schema, part.schema);
        again(part);
        finish(part);
        const bool changed = patch_tables(live.schema, part.schema, gone);
        whole(expected);
        finish(expected);
        EXPECT_EQ(told(live.schema, pool), told(expected.schema, pool));
        EXPECT_EQ(live.schema.columns.size(), expected.schema.columns.size());
        EXPECT_EQ(live.schema.constraints.size(), expected.schema.constraints.size());
        EXPECT_EQ(live.schema.indexes.size(), expected.schema.indexes.size());
        return changed;
    }

    TextPool pool;
    SchemaBuilder live{pool};
};

TEST_F(Patch, AlikeIsNoChange) {
    EXPECT_FALSE(expect_patched([](SchemaBuilder &part) { a(part), c(part); },
                                [](SchemaBuilder &whole) { a(whole), b(whole), c(whole); }));
}

TEST_F(Patch, MoreOfEverything) {
    const auto more = [](SchemaBuilder &schema) {
        schema.table("b").column("id", "bigint").column("y").column("z").primary_key({"id"}, "b_pk");
        number(schema, 2);
        schema.index("b_y", {"y"}).index("b_z", {"z", "y"}).insert_trigger("b");
    };
    EXPECT_TRUE(expect_patched(more, [&](SchemaBuilder &whole) { a(whole), more(whole), c(whole); }));
}

TEST_F(Patch, LessOfEverything) {
    const auto less = [](SchemaBuilder &schema) {
        schema.table("a").column("id", "integer");
        number(schema, 1);
    };
    EXPECT_TRUE(expect_patched(less, [&](SchemaBuilder &whole) { less(whole), b(whole), c(whole); }));
}

TEST_F(Patch, NewAndGone) {
    const auto fresh = [](SchemaBuilder &schema) {
        schema.table("d").column("id", "uuid").primary_key({"id"}, "d_pk").insert_trigger("d");
        number(schema, 4);
    };
    EXPECT_TRUE(expect_patched(fresh, [&](SchemaBuilder &whole) { b(whole), c(whole), fresh(whole); }, {1, 17}));
}

TEST_F(Patch, RenamedKeepsItsPlace) {
    const auto renamed = [](SchemaBuilder &schema) {
        schema.table("bb").column("id", "bigint").insert_trigger("b");
        number(schema, 2);
    };
    EXPECT_TRUE(expect_patched(renamed, [&](SchemaBuilder &whole) { a(whole), renamed(whole), c(whole); }));
}

TEST_F(Patch, OrderOfKeysMeansNothing) {
    const auto first = [](SchemaBuilder &schema) {
        schema.table("b").column("id").unique({"id"}, "one").check("id > 0", "two");
        number(schema, 2);
        schema.insert_trigger("b");
    };
    const auto second = [](SchemaBuilder &schema) {
        schema.table("b").column("id").check("id > 0", "two").unique({"id"}, "one");
        number(schema, 2);
        schema.insert_trigger("b");
    };
    EXPECT_TRUE(expect_patched(first, [&](SchemaBuilder &whole) { a(whole), first(whole), c(whole); }));
    EXPECT_FALSE(expect_patched(second, [&](SchemaBuilder &whole) { a(whole), first(whole), c(whole); }));
}

TEST_F(Patch, AnAttributeIsSeen) {
    SchemaBuilder part(pool);
    lend_lists(live.schema, part.schema);
    a(part);
    part.schema.attach(part.last().attributes, {attribute(ObjectKind::column, "storage"), pool.intern("MAIN")});
    finish(part);
    EXPECT_TRUE(patch_tables(live.schema, part.schema, {}));
    EXPECT_NE(told(live.schema, pool)["a"].find("MAIN"), std::string::npos);
}

// Many changes, one after the other, of tables of random shapes.
TEST_F(Patch, Sequence) {
    std::map<std::uint32_t, unsigned> shapes;
    const auto add = [](SchemaBuilder &schema, std::uint32_t live_id, unsigned shape) {
        schema.table("t" + std::to_string(live_id));
        number(schema, live_id);
        for (unsigned i = 0; i < shape % 4; ++i) {
            schema.column("c" + std::to_string(i), shape % 5 == 0 ? "text" : "integer");
        }
        for (unsigned i = 0; i < shape / 4 % 3; ++i) {
            schema.check("c" + std::to_string(i), "k" + std::to_string(i));
        }
        for (unsigned i = 0; i < shape / 12 % 3; ++i) {
            schema.index("i" + std::to_string(i), {"c0"});
        }
    };
    live.schema = Schema();
    unsigned seed = 1;
    for (int step = 0; step < 500; ++step) {
        seed = seed * 1103515245 + 12345;
        const std::uint32_t live_id = 1 + seed / 65536 % 12;
        const unsigned shape = seed / 1048576 % 64;
        SchemaBuilder part(pool);
        lend_lists(live.schema, part.schema);
        std::vector<std::uint32_t> gone;
        if (shape > 48) {
            gone.push_back(live_id);
            shapes.erase(live_id);
        } else {
            add(part, live_id, shape);
            shapes[live_id] = shape;
        }
        finish(part);
        patch_tables(live.schema, part.schema, gone);
        SchemaBuilder expected(pool);
        for (const auto &[number, item] : shapes) {
            add(expected, number, item);
        }
        finish(expected);
        ASSERT_EQ(told(live.schema, pool), told(expected.schema, pool)) << "step " << step;
        ASSERT_EQ(live.schema.columns.size(), expected.schema.columns.size());
    }
}

}  // namespace
}  // namespace schema_audit
