#include "engine/plan/plan.h"

#include <string>

#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

absl::StatusOr<QueryPlan> PlanOf(const std::string& sql, int64_t pico, const DatasetSchema& schema,
                                 Delta delta = Delta()) {
  TACIT_ASSIGN_OR_RETURN(const SelectStatement statement, Parse(sql));
  TACIT_ASSIGN_OR_RETURN(const BoundQuery query, Analyze(statement, schema, {}));
  return Plan(query, schema, {.amount = {Epsilon::FromPico(pico), delta}});
}

TEST(PlanTest, SplitsEpsilonToTheLastPico) {
  const DatasetSchema schema = GoldenSchema("visits");
  for (const int64_t pico : std::vector<int64_t>{3, 4, 5, 1000, 333333333334, 999999999999}) {
    const auto plan = PlanOf("SELECT COUNT(*), SUM(y), SUM(age) FROM visits", pico, schema);
    ASSERT_TRUE(plan.ok()) << plan.status();
    int64_t total = 0, least = pico, most = 0;
    for (const Statistic& statistic : plan->measure.statistics) {
      total += statistic.epsilon.pico();
      least = std::min(least, statistic.epsilon.pico());
      most = std::max(most, statistic.epsilon.pico());
    }
    EXPECT_EQ(total, pico);
    EXPECT_LE(most - least, 1);
    EXPECT_GT(least, 0);
    EXPECT_EQ(plan->measure.statistics.front().epsilon.pico(), most);
  }
}

TEST(PlanTest, RefusesAnEpsilonThatCannotBeSplit) {
  const DatasetSchema schema = GoldenSchema("visits");
  EXPECT_EQ(ReasonOf(PlanOf("SELECT COUNT(*) FROM visits", 0, schema).status()),
            Reason::kPrivacyParameter);
  EXPECT_EQ(ReasonOf(PlanOf("SELECT COUNT(*), SUM(y) FROM visits", 1, schema).status()),
            Reason::kPrivacyParameter);
}

ContributionLimits LimitsOf(const std::string& sql, const char* name) {
  const DatasetSchema schema = GoldenSchema(name);
  const auto plan = PlanOf(sql, 1000, schema);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan->measure.limits;
}

TEST(PlanTest, TightensLimitsToTheGroupsThereAre) {
  EXPECT_EQ(LimitsOf("SELECT COUNT(*) FROM visits", "visits"), (ContributionLimits{1, 2}));
  EXPECT_EQ(LimitsOf("SELECT COUNT(*) FROM visits GROUP BY trt", "visits"),
            (ContributionLimits{2, 2}));
  EXPECT_EQ(LimitsOf("SELECT COUNT(*) FROM visits GROUP BY period", "visits"),
            (ContributionLimits{3, 2}));
  EXPECT_EQ(LimitsOf("SELECT COUNT(*) FROM visits GROUP BY trt, period", "visits"),
            (ContributionLimits{3, 2}));
}

TEST(PlanTest, GivesARowOneGroupWhereTheUnitIsTheRow) {
  EXPECT_EQ(LimitsOf("SELECT COUNT(*) FROM fair GROUP BY religious", "fair"),
            (ContributionLimits{1, 1}));
}

TEST(PlanTest, BoundsTheNumberOfGroups) {
  DatasetSchema schema = GoldenSchema("visits");
  const auto values = [](int64_t count) {
    std::vector<Value> result;
    for (int64_t i = 0; i < count; ++i) result.emplace_back(i);
    return result;
  };
  schema.tables[0].columns[3].public_values = values(1000);
  schema.tables[0].columns[4].public_values = values(100);
  EXPECT_TRUE(PlanOf("SELECT COUNT(*) FROM visits GROUP BY y, age", 1000, schema).ok());
  schema.tables[0].columns[4].public_values = values(101);
  const auto status = PlanOf("SELECT COUNT(*) FROM visits GROUP BY y, age", 1000, schema).status();
  EXPECT_EQ(ReasonOf(status), Reason::kLimit);
  EXPECT_EQ(DetailOf(status).limit, "groups");
}

// What follows a debit must not fail for want of room, so the size is refused from the text and the
// policy.
TEST(PlanTest, BoundsTheSizeOfTheAnswer) {
  DatasetSchema schema = GoldenSchema("visits");
  for (TableSchema& table : schema.tables) {
    for (ColumnSchema& column : table.columns) {
      if (column.name != "period") continue;
      column.public_values.clear();
      for (int64_t value = 0; value < 50000; ++value) column.public_values.emplace_back(value);
    }
  }
  const auto limit_of = [&](const std::string& sql) {
    const auto plan = PlanOf(sql, 1'000'000'000, schema);
    return plan.ok() ? std::string("none") : DetailOf(plan.status()).limit;
  };
  const std::string tail = " FROM visits GROUP BY period";
  EXPECT_EQ(limit_of("SELECT COUNT(*)" + tail), "none");
  std::string sums = "SELECT COUNT(*)";
  for (int i = 1; i <= 20; ++i) sums += ", SUM(y + " + std::to_string(i) + ")";
  EXPECT_EQ(limit_of(sums + tail), "sums");
  std::string keys = "SELECT COUNT(*)";
  for (int i = 0; i < 20; ++i) keys += ", period";
  EXPECT_EQ(limit_of(keys + tail), "answer_bytes");
  std::string nodes = "SELECT COUNT(*)";
  for (int i = 0; i < 500; ++i) nodes += " + 1";
  EXPECT_EQ(limit_of(nodes + tail), "answer_nodes");
  EXPECT_EQ(limit_of(sums + " FROM visits"), "none");
}

// Private groups are not counted before they are shown; how many may be is fixed by the text.
TEST(PlanTest, BoundsTheNumberOfPrivateGroupsShown) {
  const DatasetSchema schema = GoldenSchema("wards");
  const Delta delta = Delta::FromAtto(1'000'000'000);
  const auto shown = [&](const std::string& sql) {
    const auto plan = PlanOf(sql, 1'000'000'000'000, schema, delta);
    EXPECT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->measure.limits, (ContributionLimits{3, 2})) << "no tighter than the table's";
    return plan->measure.groups_released_max;
  };
  EXPECT_EQ(shown("SELECT COUNT(*) FROM visits GROUP BY site"), kGroupsMax);
  std::string sums = "SELECT COUNT(*)";
  for (int i = 1; i < 25; ++i) sums += " + SUM(y + " + std::to_string(i) + ")";
  EXPECT_EQ(shown(sums + " FROM visits GROUP BY site"), kSumsMax / 25);
  std::string columns = "SELECT COUNT(*)";
  for (int i = 1; i < 64; ++i) columns += ", COUNT(*)";
  EXPECT_EQ(shown(columns + " FROM visits GROUP BY trt, site"), kAnswerBytesMax / 64 / 64);
}

TEST(PlanTest, RefusesPrivateKeysWithoutDeltaWhereTheyStand) {
  const DatasetSchema schema = GoldenSchema("wards");
  const std::string sql = "SELECT COUNT(*) FROM visits GROUP BY trt, ward";
  const auto status = PlanOf(sql, 1'000'000'000'000, schema).status();
  EXPECT_EQ(ReasonOf(status), Reason::kMissingPublicValues);
  EXPECT_EQ(DetailOf(status).position, static_cast<int>(sql.find("ward")));
  EXPECT_TRUE(PlanOf(sql, 1'000'000'000'000, schema, Delta::FromAtto(1)).ok());
}

TEST(PlanTest, ScansAndFiltersOneTable) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto plan = PlanOf("SELECT SUM(y) FROM visits WHERE age > 20", 1000, schema);
  ASSERT_TRUE(plan.ok());
  const auto* filter = std::get_if<std::shared_ptr<const FilterNode>>(&plan->measure.input);
  ASSERT_NE(filter, nullptr);
  const auto* scan = std::get_if<std::shared_ptr<const ScanNode>>(&(*filter)->input);
  ASSERT_NE(scan, nullptr);
  EXPECT_EQ((*scan)->table, "visits");
  EXPECT_EQ((*scan)->columns, (std::vector<int>{3, 4}));
  EXPECT_EQ(plan->dataset, schema.id);
  EXPECT_EQ(plan->policy_version, schema.policy_version);
}

}  // namespace
}  // namespace tacit
