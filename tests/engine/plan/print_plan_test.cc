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
  const auto plan = Plan(*query, schema, Epsilon::FromPico(pico));
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

TEST(PrintPlanTest, QuotesNamesSoThatNoneCanImitateAnother) {
  DatasetSchema schema = GoldenSchema("visits");
  schema.tables[0].columns[3].name = "y\" integer, $1 \"z";
  const std::string text = Print("SELECT SUM(\"y\"\" integer, $1 \"\"z\") FROM visits", schema);
  EXPECT_NE(text.find("\"y\"\" integer, $1 \"\"z\""), std::string::npos) << text;
}

}  // namespace
}  // namespace tacit
