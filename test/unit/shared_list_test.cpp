#include "core/shared_list.hpp"

#include <gtest/gtest.h>

using schema_audit::SharedList;

TEST(SharedList, ACopyKeepsWhatItHad) {
    SharedList<int> list{1, 2};
    const SharedList<int> copy = list;
    EXPECT_EQ(copy.begin(), list.begin());
    list.push_back(3);
    EXPECT_EQ(copy.size(), 2U);
    EXPECT_EQ(list.size(), 3U);
    EXPECT_EQ(list.back(), 3);
    const SharedList<int> other = list;
    list.pop_back();
    list.erase_if([](int item) { return item == 1; });
    EXPECT_EQ(list.front(), 2);
    EXPECT_EQ(list.size(), 1U);
    EXPECT_EQ(other.size(), 3U);
    list.clear();
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(other.front(), 1);
}

TEST(SharedList, NothingIsRemovedFromAnEmptyOne) {
    SharedList<int> list;
    list.erase_if([](int) { return true; });
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(list.begin(), list.end());
}
