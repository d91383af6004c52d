#include "engine/analyze/analyze.h"

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

Reason ReasonFor(const std::string& sql, const char* schema = "visits") {
  const DatasetSchema dataset = GoldenSchema(schema);
  const auto query = Bind(sql, dataset);
  EXPECT_FALSE(query.ok()) << sql;
  return ReasonOf(query.status());
}

TEST(AnalyzeTest, FindsTablesByTheirExactName) {
  EXPECT_EQ(ReasonFor("SELECT COUNT(*) FROM visit"), Reason::kUnknownTable);
  EXPECT_EQ(ReasonFor("SELECT COUNT(*) FROM \"Visits\""), Reason::kUnknownTable);
  const DatasetSchema schema = GoldenSchema("visits");
  const auto query = Bind("SELECT COUNT(*) FROM VISITS", schema);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->table, &schema.tables[0]);
}

TEST(AnalyzeTest, AnswersNoPublicTable) {
  EXPECT_EQ(ReasonFor("SELECT COUNT(*) FROM region", "fair"), Reason::kUnsupported);
}

TEST(AnalyzeTest, RefusesQueriesWithoutAnAggregateBeforeLookingAtNames) {
  EXPECT_EQ(ReasonFor("SELECT * FROM visits"), Reason::kNoAggregate);
  EXPECT_EQ(ReasonFor("SELECT subject FROM visits"), Reason::kNoAggregate);
  EXPECT_EQ(ReasonFor("SELECT 1 FROM visits"), Reason::kNoAggregate);
}

// The unit column has one use. Everything else that names it is refused as such.
TEST(AnalyzeTest, LetsTheUnitColumnAppearOnlyInCountDistinct) {
  for (const char* sql : {
           "SELECT COUNT(*) FROM visits WHERE subject = 7",
           "SELECT COUNT(*) FROM visits WHERE y = 1 OR subject IS NULL",
           "SELECT COUNT(subject) FROM visits",
           "SELECT SUM(subject) FROM visits",
           "SELECT SUM(y * subject) FROM visits",
           "SELECT COUNT(DISTINCT subject + 1) FROM visits",
           "SELECT SUM(DISTINCT subject) FROM visits",
           "SELECT COUNT(*) FROM visits GROUP BY subject",
           "SELECT COUNT(*) FROM visits GROUP BY subject % 2",
           "SELECT subject, COUNT(*) FROM visits",
           "SELECT subject + COUNT(*) FROM visits",
           "SELECT COUNT(*) FROM visits HAVING subject > 1",
           "SELECT COUNT(*) FROM visits ORDER BY subject",
           "SELECT subject AS s, COUNT(*) FROM visits GROUP BY s",
       }) {
    EXPECT_EQ(ReasonFor(sql), Reason::kUnitColumn) << sql;
  }
  const DatasetSchema schema = GoldenSchema("visits");
  EXPECT_TRUE(Bind("SELECT COUNT(DISTINCT visits.subject) FROM visits", schema).ok());
}

TEST(AnalyzeTest, RefusesUnusedParameters) {
  const DatasetSchema schema = GoldenSchema("visits");
  EXPECT_EQ(ReasonOf(Bind("SELECT COUNT(*) FROM visits", schema, {Value(int64_t{1})}).status()),
            Reason::kParameter);
  EXPECT_TRUE(Bind("SELECT COUNT(*) FROM visits WHERE y = $1", schema, {Value(int64_t{1})}).ok());
}

// The longest chain that parsing lets through must not exhaust the stack of whoever analyses it.
TEST(AnalyzeTest, SurvivesTheLongestChainOfOperators) {
  std::string sql = "SELECT SUM(y";
  for (int i = 0; i < 990; ++i) sql += "+y";
  const DatasetSchema schema = GoldenSchema("visits");
  const auto query = Bind(sql + ") FROM visits", schema);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->statistics[0].bounds, (ValueBounds{0, 99100}));
}

TEST(AnalyzeTest, DependsOnTextAndSchemaAlone) {
  const DatasetSchema schema = GoldenSchema("visits");
  const std::string sql = "SELECT trt, AVG(y) FROM visits WHERE age > 20 GROUP BY trt";
  const auto first = Bind(sql, schema), second = Bind(sql, schema);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(ToText(*first->where), ToText(*second->where));
  EXPECT_EQ(first->statistics[0].bounds, second->statistics[0].bounds);
}

}  // namespace
}  // namespace tacit
