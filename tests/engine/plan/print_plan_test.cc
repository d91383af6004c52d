#include <map>
#include <string>
#include <vector>

#include "engine/parse/parse.h"
#include "engine/plan/plan.h"
#include "gtest/gtest.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

std::string Print(const std::string& sql, const DatasetSchema& schema, int64_t pico = 1000) {
  const auto statement = Parse(sql);
  EXPECT_TRUE(statement.ok()) << statement.status();
  const auto query = Analyze(*statement, schema, {});
  EXPECT_TRUE(query.ok()) << sql << query.status();
  const auto plan = Plan(*query, schema, {.amount = {Epsilon::FromPico(pico), Delta()}});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return PrintPlan(*plan, schema);
}

TEST(PrintPlanTest, PrintsEqualPlansEqually) {
  const DatasetSchema schema = GoldenSchema("visits");
  EXPECT_EQ(Print("SELECT SUM(y) FROM visits WHERE y > 1", schema),
            Print("select  Sum( v.y )\nFROM visits AS v /* same */ WHERE v.y > 1;", schema));
  EXPECT_EQ(Print("SELECT trt, COUNT(*) FROM visits GROUP BY trt", schema),
            Print("SELECT trt, COUNT(*) FROM visits GROUP BY 1", schema));
}

// Each differs from all others in something that can change a released byte.
TEST(PrintPlanTest, PrintsDifferentPlansDifferently) {
  const DatasetSchema schema = GoldenSchema("visits");
  const std::vector<std::string> queries = {
      "SELECT COUNT(*) FROM visits",
      "SELECT COUNT(*) AS n FROM visits",
      "SELECT COUNT(*) FROM visits WHERE y > 1",
      "SELECT COUNT(*) FROM visits WHERE y > 2",
      "SELECT COUNT(*) FROM visits WHERE y >= 1",
      "SELECT COUNT(*) FROM visits WHERE age > 1",
      "SELECT COUNT(*) FROM visits WHERE site = '1'",
      "SELECT COUNT(*) FROM visits WHERE weight = NULL",
      "SELECT COUNT(*) FROM visits WHERE y = NULL",
      "SELECT COUNT(*) FROM visits WHERE y IN (1, 2)",
      "SELECT COUNT(*) FROM visits WHERE site IN ('1', '2')",
      "SELECT COUNT(*) FROM visits WHERE site IN ('1, 2')",
      "SELECT COUNT(*) FROM visits GROUP BY trt",
      "SELECT COUNT(*) FROM visits GROUP BY period",
      "SELECT COUNT(*) FROM visits GROUP BY trt, period",
      "SELECT COUNT(*) FROM visits GROUP BY period, trt",
      "SELECT COUNT(DISTINCT subject) FROM visits",
      "SELECT COUNT(weight) FROM visits",
      "SELECT SUM(y) FROM visits",
      "SELECT AVG(y) FROM visits",
      "SELECT AVG(y), SUM(y) FROM visits",
      "SELECT SUM(y), AVG(y) FROM visits",
      "SELECT SUM(y + 1) FROM visits",
      "SELECT SUM(y) + 1 FROM visits",
      "SELECT SUM(y) FROM visits HAVING SUM(y) > 1",
      "SELECT SUM(y) FROM visits ORDER BY 1",
      "SELECT SUM(y) FROM visits ORDER BY 1 DESC",
      "SELECT SUM(y) FROM visits ORDER BY 1 NULLS FIRST",
      "SELECT SUM(y) FROM visits LIMIT 1",
      "SELECT SUM(y) FROM visits OFFSET 1",
      "SELECT SUM(y) FROM visits LIMIT 1 OFFSET 1",
      "SELECT COUNT(DISTINCT site) FROM visits",
      "SELECT COUNT(site) FROM visits WHERE site IS NULL",
      "SELECT MEDIAN(y) FROM visits",
      "SELECT MIN(y) FROM visits",
      "SELECT PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY y) FROM visits",
      "SELECT PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY y) FROM visits",
      "SELECT PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY y DESC) FROM visits",
      "SELECT CORR(y, age) FROM visits",
      "SELECT CORR(age, y) FROM visits",
      "SELECT REGR_SLOPE(age, y) FROM visits",
      "SELECT COUNT(DISTINCT subject) FILTER (WHERE smoker) FROM visits",
      "SELECT VAR_POP(y) FROM visits",
      "SELECT VAR_SAMP(y) FROM visits",
      "SELECT STDDEV_POP(y) FROM visits",
      "SELECT COUNT(*) FROM visits GROUP BY age",
      "SELECT COUNT(*) FROM visits GROUP BY age / 10",
      "SELECT COUNT(*) FROM visits GROUP BY smoker",
  };
  std::map<std::string, std::string> seen;
  for (const std::string& sql : queries) {
    const auto [at, fresh] = seen.emplace(Print(sql, schema), sql);
    EXPECT_TRUE(fresh) << sql << " prints as " << at->second;
  }
}

TEST(PrintPlanTest, TellsEpsilonLimitsAndPolicyApart) {
  const DatasetSchema schema = GoldenSchema("visits");
  const std::string text = Print("SELECT SUM(y) FROM visits", schema);
  EXPECT_NE(text, Print("SELECT SUM(y) FROM visits", schema, 1001));
  DatasetSchema other = schema;
  other.policy_version = PolicyVersion(4);
  EXPECT_NE(text, Print("SELECT SUM(y) FROM visits", other));
  other = schema;
  other.tables[0].limits.rows_per_group_and_unit_max = 5;
  EXPECT_NE(text, Print("SELECT SUM(y) FROM visits", other));
  other = schema;
  other.tables[0].columns[3].bounds = ValueBounds{0, 99};
  EXPECT_NE(text, Print("SELECT SUM(y) FROM visits", other));
}

// What alone can change the bytes of a private answer: how its groups are chosen.
TEST(PrintPlanTest, TellsNoiseAndSelectionApart) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto plan_of = [&](const Offer& offer) {
    const auto query = Analyze(*Parse("SELECT COUNT(*) FROM visits GROUP BY site"), schema, {});
    EXPECT_TRUE(query.ok()) << query.status();
    return *Plan(*query, schema, offer);
  };
  const Offer offer{.amount = {Epsilon::FromPico(1'000'000'000'000), Delta::FromAtto(2'000'000)}};
  const QueryPlan plan = plan_of(offer);
  std::map<std::string, int> seen = {{PrintPlan(plan, schema), 0}};
  const auto expect_new = [&](const QueryPlan& other, int which) {
    EXPECT_TRUE(seen.emplace(PrintPlan(other, schema), which).second) << which;
  };
  Offer gaussian = offer;
  gaussian.gaussian_only = true;
  expect_new(plan_of(gaussian), 1);
  QueryPlan other = plan;
  other.measure.selection->delta = Delta::FromAtto(1'999'999);
  expect_new(other, 2);
  other = plan;
  other.measure.selection->epsilon = Epsilon::FromPico(7);
  expect_new(other, 3);
  other = plan;
  other.measure.selection->count = 0;
  expect_new(other, 4);
  other = plan;
  other.measure.groups_released_max = 5;
  expect_new(other, 5);
  other = plan;
  other.measure.noise = NoiseKind::kGaussian;
  other.measure.noise_delta = Delta::FromAtto(1);
  expect_new(other, 6);
}

TEST(PrintPlanTest, QuotesNamesSoThatNoneCanImitateAnother) {
  DatasetSchema schema = GoldenSchema("visits");
  schema.tables[0].columns[3].name = "y\" integer, $1 \"z";
  const std::string text = Print("SELECT SUM(\"y\"\" integer, $1 \"\"z\") FROM visits", schema);
  EXPECT_NE(text.find("\"y\"\" integer, $1 \"\"z\""), std::string::npos) << text;
}

}  // namespace
}  // namespace tacit
