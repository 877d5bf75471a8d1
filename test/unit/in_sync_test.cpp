// The end of a deploy: does the database agree with its models, and what has changed about that?
#include "core/compare/in_sync.hpp"
#include "core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema_audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Finding finding(Severity severity, std::string_view rule, std::string key) {
    Finding result;
    result.severity = severity;
    result.rule = rule;
    result.message = "message of " + key;
    result.key = std::move(key);
    return result;
}

AuditError error_of(const std::vector<Finding> &findings, const std::optional<std::string> &model) {
    try {
        require_in_sync(findings, model);
    } catch (const AuditError &error) {
        return error;
    }
    return {ErrorKind::internal, "none was thrown"};
}

TEST(InSync, NothingFoundIsInSync) { EXPECT_NO_THROW(require_in_sync({}, "shop")); }

TEST(InSync, CountsAndNamesTheFirstFindings) {
    std::vector<Finding> findings{finding(Severity::error, "missing-column", "a")};
    for (int i = 0; i < 11; ++i) {
        findings.push_back(finding(Severity::warning, "extra-table", "w" + std::to_string(i)));
    }
    const AuditError error = error_of(findings, "shop");
    EXPECT_EQ(error.kind(), ErrorKind::drift);
    EXPECT_STREQ(error.what(), "the database differs from model shop: 1 error, 11 warnings");
    EXPECT_THAT(error.detail(), HasSubstr("error missing-column: message of a\nwarning extra-table: message of w0"));
    EXPECT_THAT(error.detail(), HasSubstr("message of w8\nand 2 more"));
    EXPECT_THAT(error.detail(), Not(HasSubstr("w9")));
    EXPECT_THAT(error.hint(), HasSubstr("audit_schema(models => ARRAY['shop'])"));
}

TEST(InSync, TheNameOfAModelIsQuotedWhereSqlWouldQuoteIt) {
    const AuditError error = error_of({finding(Severity::error, "missing-column", "a")}, "Bob's");
    EXPECT_THAT(error.what(), HasSubstr("model \"Bob's\""));
    EXPECT_THAT(error.hint(), HasSubstr("ARRAY['Bob''s']"));
}

TEST(InSync, AllModels) {
    const AuditError error = error_of({finding(Severity::warning, "extra-table", "a")}, std::nullopt);
    EXPECT_STREQ(error.what(), "the database differs from its models: 1 warning");
    EXPECT_THAT(error.hint(), HasSubstr("audit_schema()"));
}

TEST(InSync, BookkeepingOfSuppressionsIsNoDrift) {
    EXPECT_NO_THROW(require_in_sync(std::vector{finding(Severity::warning, "suppression-unused", "a")}, "shop"));
}

TEST(DriftChange, TellsWhatCameAndWhatWent) {
    const std::vector before{finding(Severity::error, "missing-column", "kept"),
                             finding(Severity::error, "missing-column", "gone")};
    const std::vector after{finding(Severity::error, "missing-column", "kept"),
                            finding(Severity::warning, "extra-table", "new"),
                            finding(Severity::warning, "suppression-unused", "bookkeeping")};
    const DriftChange change = drift_change(before, after);
    ASSERT_EQ(change.added.size(), 1U);
    EXPECT_EQ(change.added.front().key, "new");
    EXPECT_THAT(change.resolved, ElementsAre("gone"));
    EXPECT_THAT(drift_change(after, after).added, IsEmpty());
    EXPECT_THAT(drift_change(after, after).resolved, IsEmpty());
}

}  // namespace
}  // namespace schema_audit
