#include "client/suggest.h"

#include <gtest/gtest.h>

namespace tacit::client {
namespace {

TEST(SuggestTest, FindsTheNearestWord) {
  EXPECT_EQ(Nearest("bound", {"type", "nullable", "bounds", "values"}), "bounds");
  EXPECT_EQ(Nearest("max_group_per_units", {"max_rows_per_group", "max_groups_per_unit"}),
            "max_groups_per_unit");
  EXPECT_EQ(Nearest("typ", {"type"}), "type");
}

TEST(SuggestTest, KeepsSilentWhenNothingIsNear) {
  EXPECT_FALSE(Nearest("colour", {"type", "bounds"}).has_value());
  EXPECT_FALSE(Nearest("", {"a"}).has_value());
  EXPECT_FALSE(Nearest(std::string(1000, 'a'), {"a"}).has_value());
}

}  // namespace
}  // namespace tacit::client
