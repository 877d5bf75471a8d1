#include "core/error.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <type_traits>

namespace schema_audit {
namespace {

TEST(AuditError, CarriesKindAndTexts) {
    const AuditError error(ErrorKind::undefined_object, "no such model", "Known: a, b.", "Name one of them.");
    EXPECT_EQ(error.kind(), ErrorKind::undefined_object);
    EXPECT_STREQ(error.what(), "no such model");
    EXPECT_EQ(error.detail(), "Known: a, b.");
    EXPECT_EQ(error.hint(), "Name one of them.");
}

TEST(AuditError, DetailAndHintMayBeAbsent) {
    const AuditError error(ErrorKind::internal, "broken");
    EXPECT_TRUE(error.detail().empty());
    EXPECT_TRUE(error.hint().empty());
}

// Texts go to the server as data: nothing in them is read as a format, and bytes stay as they are.
TEST(AuditError, KeepsTextAsItIs) {
    const std::string text = "100 %s of \"tábla\"\n";
    const AuditError error(ErrorKind::syntax, text, text, text);
    EXPECT_EQ(error.what(), text);
    EXPECT_EQ(error.detail(), text);
    EXPECT_EQ(error.hint(), text);
}

// A handler for std::exception that forgets AuditError still ends the error, and says what it was.
TEST(AuditError, IsAStandardException) {
    try {
        throw AuditError(ErrorKind::wrong_state, "not now");
    } catch (const std::exception &error) {
        EXPECT_STREQ(error.what(), "not now");
    }
}

TEST(AuditError, Copies) {
    const AuditError error(ErrorKind::not_supported, "no", "detail", "hint");
    const AuditError copy = error;  // NOLINT: the copy is what is tested
    EXPECT_EQ(copy.kind(), ErrorKind::not_supported);
    EXPECT_STREQ(copy.what(), "no");
    EXPECT_EQ(copy.detail(), "detail");
    EXPECT_EQ(copy.hint(), "hint");
    static_assert(std::is_nothrow_destructible_v<AuditError>);
}

}  // namespace
}  // namespace schema_audit
