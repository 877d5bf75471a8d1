#include "core/guard/log_record.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;

namespace {

LogRecord sample() {
    LogRecord record;
    record.at = 42;
    record.transaction_id = 7;
    record.duration_ms = 1.5;
    record.table_rewritten = true;
    record.setting_id = 9;
    record.subtransaction_id = 8;
    record[LogList::objects] = {"a", "b\"c"};
    record[LogText::rule] = "some-rule";
    record[LogText::statement] = "a \"b\"\n\\ \x01 é";
    return record;
}

}  // namespace

TEST(LogRecord, Json) {
    EXPECT_EQ(json_line(sample()),
              "{\"statement\":\"a \\\"b\\\"\\n\\\\ \\u0001 "
              "é\",\"rule\":\"some-rule\",\"objects\":[\"a\",\"b\\\"c\"],\"transaction_id\":7}");
    EXPECT_EQ(json_line(LogRecord{}), "{}");
}

TEST(LogRecord, BytesAndBack) {
    const auto records = decode(encode({sample(), LogRecord{}}));
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].at, 42);
    EXPECT_EQ(records[0].transaction_id, 7U);
    EXPECT_EQ(records[0].duration_ms, 1.5);
    EXPECT_TRUE(records[0].table_rewritten);
    EXPECT_EQ(records[0].setting_id, 9);
    EXPECT_EQ(records[0].subtransaction_id, 8U);
    EXPECT_EQ(records[0].texts, sample().texts);
    EXPECT_EQ(records[0].lists, sample().lists);
    EXPECT_EQ(records[1].texts, LogRecord{}.texts);
}

TEST(LogRecord, DamagedBytesGiveNothing) {
    const std::string bytes = encode({sample()});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_TRUE(decode(std::string_view(bytes).substr(0, size)).empty());
    }
}
