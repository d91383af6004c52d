#include "engine/analyze/number_columns.h"

#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

TEST(NumberColumnsTest, ScansWhatIsUsedInTableOrder) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto query =
      Bind("SELECT SUM(age) FROM visits WHERE y > 1 AND weight > 2 GROUP BY trt", schema);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->scan_columns, (std::vector<int>{1, 3, 4, 5}));
  EXPECT_EQ(ToText(*query->where), "(($1 > 1) AND ($3 > 2.0))");
  EXPECT_EQ(ToText(*query->keys[0].expression), "$0");
  EXPECT_EQ(ToText(*query->features[0].expression), "$2");
}

TEST(NumberColumnsTest, ScansNothingForAPlainCount) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto query =
      Bind("SELECT COUNT(*), COUNT(DISTINCT subject) FROM visits ORDER BY 1", schema);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_TRUE(query->scan_columns.empty());
}

TEST(NumberColumnsTest, LeavesOtherIndicesAlone) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto query = Bind("SELECT period, trt, SUM(age) FROM visits GROUP BY trt, period", schema);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(ToText(*query->present.columns[0].expression), "key1");
  EXPECT_EQ(ToText(*query->present.columns[2].expression), "answer0");
}

}  // namespace
}  // namespace tacit
