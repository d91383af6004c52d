#include "engine/analyze/bind_expression.h"

#include <cmath>

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

// The canonical text of WHERE, or the name of the reason.
std::string Where(const std::string& condition, const std::vector<Value>& parameters = {}) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto query = Bind("SELECT COUNT(*) FROM visits WHERE " + condition, schema, parameters);
  return query.ok() ? ToText(*query->where) : std::string(ReasonName(ReasonOf(query.status())));
}

TEST(BindExpressionTest, WidensIntegersThatMeetReals) {
  EXPECT_EQ(Where("y > 1.5"), "(real($0) > 1.5)");
  EXPECT_EQ(Where("weight > 1"), "($0 > 1.0)");
  EXPECT_EQ(Where("y > 1"), "($0 > 1)");
  EXPECT_EQ(Where("y + weight > 1"), "((real($0) + $1) > 1.0)");
  EXPECT_EQ(Where("y IN (1, 2.5)"), "(real($0) IN (1.0, 2.5))");
  EXPECT_EQ(Where("y IN (1, 2)"), "($0 IN (1, 2))");
  EXPECT_EQ(Where("weight IN (1, 2)"), "($0 IN (1.0, 2.0))");
}

TEST(BindExpressionTest, ComparesLikeWithLike) {
  EXPECT_EQ(Where("site = 'x'"), "($0 = 'x')");
  EXPECT_EQ(Where("smoker = true"), "($0 = true)");
  for (const char* condition :
       {"site = 1", "y = 'x'", "smoker = 1", "y = smoker", "site IN (1)", "y IN ('x')",
        "smoker IN (1)", "site BETWEEN 1 AND 2", "y BETWEEN 'a' AND 'b'"}) {
    EXPECT_EQ(Where(condition), "TYPE_MISMATCH") << condition;
  }
}

TEST(BindExpressionTest, GivesBooleansNoOrder) {
  EXPECT_EQ(Where("smoker < true"), "TYPE_MISMATCH");
  EXPECT_EQ(Where("smoker BETWEEN false AND true"), "TYPE_MISMATCH");
}

TEST(BindExpressionTest, CalculatesWithNumbersOnly) {
  EXPECT_EQ(Where("-y + 2 * y - y / 3 % 4 = 0"), "((((-$0) + (2 * $0)) - (($0 / 3) % 4)) = 0)");
  EXPECT_EQ(Where("+y = 0"), "($0 = 0)");
  for (const char* condition :
       {"site + 1 = 2", "-site = 1", "smoker * 2 = 2", "weight % 2 = 1", "+smoker"}) {
    EXPECT_EQ(Where(condition), "TYPE_MISMATCH") << condition;
  }
}

TEST(BindExpressionTest, NeedsConditionsWhereConditionsStand) {
  for (const char* condition :
       {"y", "y + 1", "site", "NOT y", "y AND smoker", "smoker OR 1", "y IS TRUE", "'x'"}) {
    EXPECT_EQ(Where(condition), "TYPE_MISMATCH") << condition;
  }
  EXPECT_EQ(Where("smoker"), "$0");
  EXPECT_EQ(Where("NULL"), "NULL:boolean");
}

TEST(BindExpressionTest, TypesNullByWhatItMeets) {
  EXPECT_EQ(Where("weight = NULL"), "($0 = NULL:real)");
  EXPECT_EQ(Where("NULL = site"), "(NULL:text = $0)");
  EXPECT_EQ(Where("site = $1", {Value()}), "($0 = NULL:text)");
  EXPECT_EQ(Where("y IN (1, NULL)"), "UNSUPPORTED");
}

TEST(BindExpressionTest, TypesParametersByTheirValue) {
  EXPECT_EQ(Where("y = $1", {Value(int64_t{3})}), "($0 = 3)");
  EXPECT_EQ(Where("y = $1", {Value(2.5)}), "(real($0) = 2.5)");
  EXPECT_EQ(Where("y = $1", {Value(std::string("3"))}), "TYPE_MISMATCH");
  EXPECT_EQ(Where("y = $2", {Value(int64_t{3})}), "PARAMETER");
  EXPECT_EQ(Where("y IN ($1, $2)", {Value(int64_t{3}), Value(int64_t{4})}), "($0 IN (3, 4))");
}

TEST(BindExpressionTest, KeepsLongChainsOfConditionsShallow) {
  std::string condition = "y = 0";
  for (int i = 1; i < 256; ++i) condition += " OR y = 0";
  const std::string text = Where(condition);
  EXPECT_EQ(text.find_first_not_of('('), 9u) << "8 levels of OR and one of =";
}

// The rewritten IS TRUE and its kin against their definition, over true, false and NULL.
TEST(BindExpressionTest, RewritesTruthTestsFaithfully) {
  const DatasetSchema schema = [] {
    DatasetSchema changed = GoldenSchema("visits");
    changed.tables[0].columns[7].nullable = true;
    return changed;
  }();
  const struct {
    const char* test;
    bool of_true, of_false, of_null;
  } cases[] = {{"IS TRUE", true, false, false},    {"IS NOT TRUE", false, true, true},
               {"IS FALSE", false, true, false},   {"IS NOT FALSE", true, false, true},
               {"IS UNKNOWN", false, false, true}, {"IS NOT UNKNOWN", true, true, false}};
  for (const auto& [test, of_true, of_false, of_null] : cases) {
    const auto query =
        Bind(std::string("SELECT COUNT(*) FROM visits WHERE smoker ") + test, schema);
    ASSERT_TRUE(query.ok()) << query.status();
    EXPECT_EQ(Evaluate(*query->where, {Value(true)}), Value(of_true)) << test;
    EXPECT_EQ(Evaluate(*query->where, {Value(false)}), Value(of_false)) << test;
    EXPECT_EQ(Evaluate(*query->where, {Value()}), Value(of_null)) << test;
  }
}

TEST(BindExpressionTest, KnowsWhichResultsCanBeNull) {
  const DatasetSchema schema = GoldenSchema("visits");
  const auto nullable = [&](const std::string& argument) {
    const auto query = Bind("SELECT COUNT(" + argument + ") FROM visits", schema);
    EXPECT_TRUE(query.ok()) << query.status();
    return query->features[0].kind == FeatureKind::kNotNull;
  };
  EXPECT_FALSE(nullable("y + age"));
  EXPECT_TRUE(nullable("y + weight"));
  EXPECT_TRUE(nullable("age / y"));
  EXPECT_FALSE(nullable("y / age"));
  EXPECT_TRUE(nullable("period + 1")) << "no bounds, so it may overflow";
  EXPECT_FALSE(nullable("weight IS NULL"));
  EXPECT_TRUE(nullable("weight > 1"));
}

}  // namespace
}  // namespace tacit
