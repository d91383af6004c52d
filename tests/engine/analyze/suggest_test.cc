#include "engine/analyze/suggest.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace tacit {
namespace {

const std::vector<std::string> kNames = {"age", "affairs", "children", "occupation"};

TEST(SuggestTest, FindsNearNames) {
  EXPECT_EQ(NearestName("aeg", kNames), "age");
  EXPECT_EQ(NearestName("AGE", kNames), "age");
  EXPECT_EQ(NearestName("childern", kNames), "children");
  EXPECT_EQ(NearestName("ocupation", kNames), "occupation");
}

TEST(SuggestTest, FindsNothingFarAway) {
  EXPECT_EQ(NearestName("income", kNames), "");
  EXPECT_EQ(NearestName("x", kNames), "");
  EXPECT_EQ(NearestName("age", {}), "");
}

TEST(SuggestTest, ListsShortLists) {
  EXPECT_EQ(SuggestFix("income", "column", kNames),
            "the columns are age, affairs, children, occupation");
  EXPECT_EQ(SuggestFix("aeg", "column", kNames), "did you mean age?");
  EXPECT_EQ(SuggestFix("zzz", "column", std::vector<std::string>(50, "long")),
            "name a declared column");
  EXPECT_EQ(SuggestFix("zzz", "table", {}), "there are no tables");
}

}  // namespace
}  // namespace tacit
