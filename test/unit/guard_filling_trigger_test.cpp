#include "core/guard/filling_trigger.hpp"

#include <gtest/gtest.h>

using schema_audit::guard::assigns_new;

TEST(FillingTrigger, Assigns) {
    EXPECT_TRUE(assigns_new("BEGIN NEW.c := 1; RETURN NEW; END", "c"));
    EXPECT_TRUE(assigns_new("begin\n  new . C = now();\n return new; end", "c"));
    EXPECT_TRUE(assigns_new("BEGIN IF NEW.c IS NULL THEN NEW.c = 1; END IF; RETURN NEW; END", "c"));
    EXPECT_TRUE(assigns_new("BEGIN -- it's\n NEW.c = 1; END", "c"));
    EXPECT_TRUE(assigns_new("BEGIN NEW.\"Mixed\" := 1; END", "Mixed"));
    EXPECT_TRUE(assigns_new("BEGIN SELECT a INTO NEW.c FROM t; END", "c"));
    EXPECT_TRUE(assigns_new("BEGIN SELECT a, b INTO STRICT NEW.d, NEW.c FROM t; END", "c"));
}

TEST(FillingTrigger, OnlyReads) {
    EXPECT_FALSE(assigns_new("BEGIN IF NEW.c = 1 THEN RAISE 'no'; END IF; RETURN NEW; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN NEW.d := NEW.c; RETURN NEW; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN INSERT INTO log VALUES (NEW.c); RETURN NEW; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN INSERT INTO log (a, b) VALUES (1, NEW.c); RETURN NEW; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN INSERT INTO log SELECT NEW.b, NEW.c; RETURN NEW; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN -- NEW.c := 1;\n RETURN NEW; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN RAISE 'NEW.c := 1'; END", "c"));
    EXPECT_FALSE(assigns_new("BEGIN NEW.cc := 1; OLD.c := 1; END", "c"));
    EXPECT_FALSE(assigns_new("", "c"));
}
