#include "engine/measure_rows.h"

#include <gtest/gtest.h>

#include "engine/pipeline.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

std::vector<__int128> Measure(const PreparedQuery& query, const Table& table, int threads) {
  RandomBits random = TapeForTest::Open(1);
  const std::unique_ptr<Groups> groups = GroupsOf(query.plan.measure, table);
  const Sealed<PartialSums> sums =
      MeasureRows(query.plan.measure, table, *groups, query.certificate, threads, random);
  return SealBreakerForTest::Sums(sums, query.certificate.slots());
}

absl::StatusOr<PreparedQuery> PrepareOn(const DatasetSchema& schema, const std::string& sql,
                                        const std::string& delta = "") {
  return Prepare({.dataset = schema.id,
                  .analyst = AnalystId("alice"),
                  .sql = sql,
                  .epsilon = "1",
                  .delta = delta},
                 schema, DataVersion(1));
}

TEST(MeasureRowsTest, MoreThreadsThanUnitsMoveNothing) {
  TestRandom random(4);
  const DatasetSchema schema = VisitsSchema({2, 2});
  const auto query = PrepareOn(schema, "SELECT place, COUNT(*), SUM(w) FROM visits GROUP BY place");
  ASSERT_TRUE(query.ok()) << query.status();
  for (int trial = 0; trial < 20; ++trial) {
    const TablePtr table = BuildTable(schema, RandomRows(random));
    const auto one = Measure(*query, *table, 1);
    EXPECT_EQ(Measure(*query, *table, 2), one);
    EXPECT_EQ(Measure(*query, *table, 64), one);
  }
}

TEST(MeasureRowsTest, AnEmptyTableHasAllGroupsAtZero) {
  const DatasetSchema schema = VisitsSchema({2, 2});
  const auto query =
      PrepareOn(schema, "SELECT place, kind, COUNT(*) FROM visits GROUP BY place, kind");
  ASSERT_TRUE(query.ok()) << query.status();
  const auto sums = Measure(*query, *BuildTable(schema, {}), 2);
  EXPECT_EQ(sums, std::vector<__int128>(4 * 3, 0));  // three places and NULL, three kinds
}

TEST(MeasureRowsTest, AnEmptyTableHasNoPrivateGroups) {
  const DatasetSchema schema = VisitsSchema({2, 2});
  const auto query =
      PrepareOn(schema, "SELECT y * y, COUNT(*), COUNT(DISTINCT w) FROM visits GROUP BY 1", "1e-9");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_TRUE(Measure(*query, *BuildTable(schema, {}), 2).empty());
}

// The last number of a private group is its units: those that WHERE leaves, none for an emptied
// one.
TEST(MeasureRowsTest, PrivateGroupsCountTheirUnits) {
  const DatasetSchema schema = VisitsSchema({4, 10});
  Rows rows;
  for (const auto& [subject, y] :
       std::vector<std::pair<int64_t, int64_t>>{{1, 10}, {1, 10}, {2, 10}, {2, 20}, {3, 30}}) {
    rows.push_back({subject, std::string("a"), int64_t{1}, y, 1.0, true});
  }
  const auto query = PrepareOn(
      schema, "SELECT y * y * y, COUNT(*), COUNT(DISTINCT y) FROM visits WHERE y < 25 GROUP BY 1",
      "1e-9");
  ASSERT_TRUE(query.ok()) << query.status();
  const std::vector<__int128> expected = {3, 1, 2, 1, 1, 1, 0, 0, 0};
  EXPECT_EQ(Measure(*query, *BuildTable(schema, rows), 2), expected);
}

// Where no limit bites, the sums are the plain ones.
TEST(MeasureRowsTest, SmallUnitsAddUpExactly) {
  const DatasetSchema schema = VisitsSchema({4, 10});
  const Rows rows = {{int64_t{1}, std::string("a"), int64_t{1}, int64_t{10}, 1.5, true},
                     {int64_t{1}, std::string("b"), int64_t{1}, int64_t{20}, Value(), true},
                     {int64_t{2}, std::string("a"), int64_t{2}, int64_t{30}, -2.0, Value()},
                     {int64_t{2}, std::string("zz"), int64_t{2}, int64_t{30}, -2.0, Value()}};
  const auto query = PrepareOn(schema,
                               "SELECT place, COUNT(*), COUNT(w), SUM(y), COUNT(DISTINCT subject) "
                               "FROM visits GROUP BY place");
  ASSERT_TRUE(query.ok()) << query.status();
  const auto sums = Measure(*query, *BuildTable(schema, rows), 2);
  const std::vector<__int128> expected = {2, 2, 40, 2, 1, 0, 20, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(sums, expected);
}

// Values are counted once for all parts, and private groups are the same for each.
TEST(MeasureRowsTest, ThreadsMoveNoDistinctCountsNorPrivateGroups) {
  TestRandom random(9);
  const DatasetSchema schema = VisitsSchema({2, 2});
  for (const std::string sql :
       {"SELECT COUNT(DISTINCT y), COUNT(DISTINCT place), MEDIAN(y) FROM visits",
        "SELECT kind, COUNT(DISTINCT w), MEDIAN(y) FROM visits GROUP BY kind",
        "SELECT y * y, kind, COUNT(DISTINCT place), SUM(w) FROM visits GROUP BY y * y, kind"}) {
    const auto query = PrepareOn(schema, sql, "1e-9");
    ASSERT_TRUE(query.ok()) << query.status();
    for (int trial = 0; trial < 10; ++trial) {
      const TablePtr table = BuildTable(schema, RandomRows(random));
      const auto one = Measure(*query, *table, 1);
      EXPECT_EQ(Measure(*query, *table, 2), one) << sql;
      EXPECT_EQ(Measure(*query, *table, 64), one) << sql;
    }
  }
}

}  // namespace
}  // namespace tacit
