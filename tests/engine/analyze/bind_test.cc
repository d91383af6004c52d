#include "engine/analyze/bind.h"

#include <set>

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

class BindTest : public testing::Test {
 protected:
  BoundQuery Ok(const std::string& sql, const std::vector<Value>& parameters = {}) {
    auto query = Bind(sql, schema_, parameters);
    EXPECT_TRUE(query.ok()) << sql << query.status();
    return query.ok() ? *query : BoundQuery();
  }
  Reason Refused(const std::string& sql, const std::vector<Value>& parameters = {}) {
    const auto query = Bind(sql, schema_, parameters);
    EXPECT_FALSE(query.ok()) << sql;
    return ReasonOf(query.status());
  }

  const DatasetSchema schema_ = GoldenSchema("wards");
};

TEST_F(BindTest, GroupsByNameOrdinalAndAlias) {
  for (const char* by : {"trt", "1", "arm", "visits.trt", "v.trt, 1"}) {
    const std::string from = std::string(by).starts_with("v.") ? "visits v" : "visits";
    const BoundQuery query = Ok("SELECT trt AS arm, COUNT(*) FROM " + from + " GROUP BY " + by);
    ASSERT_EQ(query.keys.size(), 1u) << by;
    EXPECT_EQ(query.keys[0].name, "trt");
    EXPECT_EQ(query.present.columns[0].expression->kind, ExpressionKind::kKey);
  }
}

TEST_F(BindTest, PrefersAColumnToAnAliasInGroupByAndTheReverseInOrderBy) {
  const BoundQuery query =
      Ok("SELECT period AS trt, COUNT(*) FROM visits GROUP BY trt, period ORDER BY trt");
  ASSERT_EQ(query.keys.size(), 2u);
  EXPECT_EQ(query.keys[0].name, "trt");
  EXPECT_EQ(query.present.sort[0].expression->index, 1) << "the output named trt is the key period";
}

TEST_F(BindTest, AddsNullToKeysThatCanBeNull) {
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits GROUP BY note").keys[0].values.size(), 3u);
  EXPECT_TRUE(IsNull(Ok("SELECT COUNT(*) FROM visits GROUP BY note").keys[0].values.back()));
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits WHERE note = 'a' GROUP BY note").keys[0].values.size(),
            2u);
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits GROUP BY trt").keys[0].values.size(), 2u);
}

TEST_F(BindTest, AnswersAllPublicKeysWhateverWhereSays) {
  EXPECT_EQ(
      Ok("SELECT COUNT(*) FROM visits WHERE period = 1 GROUP BY period").keys[0].values.size(), 4u);
}

TEST_F(BindTest, TakesTrueFalseAndFewWholeNumbersAsPublicValues) {
  const auto values_of = [&](const std::string& key, const std::string& where = "") {
    return Ok("SELECT COUNT(*) FROM visits " + where + " GROUP BY " + key).keys[0].values;
  };
  EXPECT_EQ(values_of("smoker"), (std::vector<Value>{false, true}));
  EXPECT_EQ(values_of("consent"), (std::vector<Value>{false, true, Value()}));
  EXPECT_EQ(values_of("smoker = (age > 3)"), (std::vector<Value>{false, true}));
  EXPECT_EQ(values_of("age").size(), 43u);
  EXPECT_EQ(values_of("age").front(), Value(int64_t{18}));
  EXPECT_EQ(values_of("age").back(), Value(int64_t{60}));
  std::vector<Value> decades;
  for (int64_t decade = 1; decade <= 6; ++decade) decades.emplace_back(decade);
  EXPECT_EQ(values_of("age / 10"), decades);
  EXPECT_EQ(values_of("-(age / 10)").front(), Value(int64_t{-6}));
  EXPECT_EQ(values_of("code", "WHERE code BETWEEN 7 AND 9").size(), 3u);
  EXPECT_EQ(values_of("ROUND(y / 100.0) / -4"), (std::vector<Value>{-0.25, 0.0}));
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY FLOOR(y / 100.0) / 3 * 0.1"),
            Reason::kMissingPublicValues);
  // 1000 values are bins, 1001 are not.
  EXPECT_EQ(values_of("code", "WHERE code BETWEEN 1 AND 1000").size(), 1000u);
  EXPECT_TRUE(values_of("code", "WHERE code BETWEEN 1 AND 1001").empty());
}

TEST_F(BindTest, ListsNoValueTwice) {
  // Thirds of these numbers are closer than reals are there.
  const BoundQuery query =
      Ok("SELECT COUNT(*) FROM visits WHERE code BETWEEN 9007199254740000 AND 9007199254740900 "
         "GROUP BY FLOOR(code) / 3");
  const std::vector<Value>& values = query.keys[0].values;
  EXPECT_GT(values.size(), 100u);
  EXPECT_EQ(std::set<Value>(values.begin(), values.end()).size(), values.size());
}

TEST_F(BindTest, LeavesOtherKeysPrivateAndSaysWhere) {
  for (const char* key : {"site", "ward", "code", "y * y", "code % 1000 + y", "code / 2"}) {
    const BoundQuery query = Ok(std::string("SELECT COUNT(*) FROM visits GROUP BY trt, ") + key);
    ASSERT_EQ(query.keys.size(), 2u) << key;
    EXPECT_TRUE(query.keys[1].is_private()) << key;
    EXPECT_EQ(query.private_key_positions.size(), 1u) << key;
    EXPECT_FALSE(query.keys[0].is_private());
  }
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits GROUP BY site").private_key_positions,
            std::vector<int>{37});
  EXPECT_TRUE(Ok("SELECT COUNT(*) FROM visits GROUP BY trt").private_key_positions.empty());
}

// A key is one expression however it is spelled, in every clause above the measure.
TEST_F(BindTest, KnowsAKeyExpressionWhereverItStands) {
  const BoundQuery query =
      Ok("SELECT v.age / 10 AS decade, (v.age/10) * 10, COUNT(*) FROM visits v GROUP BY v.age / 10 "
         "HAVING v.age / 10 > 2 ORDER BY v.age / 10 DESC, decade, 1");
  ASSERT_EQ(query.keys.size(), 1u);
  EXPECT_EQ(query.keys[0].name, "age / 10");
  EXPECT_EQ(query.present.columns[0].expression->kind, ExpressionKind::kKey);
  EXPECT_EQ(ToText(*query.present.columns[1].expression), "(key0 * 10)");
  for (const SortKey& key : query.present.sort) EXPECT_EQ(ToText(*key.expression), "key0");
  EXPECT_EQ(Ok("SELECT age % 7, COUNT(*) FROM visits GROUP BY 1, visits.age % 7").keys.size(), 2u)
      << "inside an expression a qualifier is told apart";
  EXPECT_EQ(Refused("SELECT age / 5, COUNT(*) FROM visits GROUP BY age / 10"), Reason::kNotGrouped);
  EXPECT_EQ(Refused("SELECT age, COUNT(*) FROM visits GROUP BY age / 10"), Reason::kNotGrouped);
}

TEST_F(BindTest, RefusesKeysWithoutGroups) {
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY weight"), Reason::kMissingPublicValues);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY age / 2.0"),
            Reason::kMissingPublicValues);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits WHERE age > 50 AND age < 40 GROUP BY age"),
            Reason::kMissingBounds);
  EXPECT_EQ(Refused("SELECT 'x', COUNT(*) FROM visits GROUP BY 1"), Reason::kUnsupported);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY $1", {Value(int64_t{3})}),
            Reason::kUnsupported);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY other.site"), Reason::kUnknownTable);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY 3"), Reason::kUnknownColumn);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits GROUP BY 1"), Reason::kUnsupported)
      << "an aggregate";
}

TEST_F(BindTest, RefusesBareColumns) {
  EXPECT_EQ(Refused("SELECT age, COUNT(*) FROM visits"), Reason::kNotGrouped);
  EXPECT_EQ(Refused("SELECT trt, period, COUNT(*) FROM visits GROUP BY trt"), Reason::kNotGrouped);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits HAVING age > 1"), Reason::kNotGrouped);
}

TEST_F(BindTest, NamesOutputsAsPostgreSqlDoes) {
  const BoundQuery query = Ok(
      "SELECT trt, trt AS \"Arm\", COUNT(*), SUM(y) / 2, -AVG(y), SUM(y)::int, CAST(2 * AVG(y) AS "
      "BIGINT) FROM visits GROUP BY trt");
  std::vector<std::string> names;
  for (const OutputColumn& column : query.present.columns) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"trt", "Arm", "count", "?column?", "?column?", "sum",
                                             "?column?"}));
}

TEST_F(BindTest, SharesIdenticalAggregatesAcrossClauses) {
  const BoundQuery query =
      Ok("SELECT SUM(y), SUM(visits.y) FROM visits HAVING SUM(y) > 3 ORDER BY SUM( y )");
  EXPECT_EQ(query.present.answers.size(), 1u);
  EXPECT_EQ(query.statistics.size(), 1u);
}

TEST_F(BindTest, SortsNullsAsPostgreSqlDoes) {
  const BoundQuery query =
      Ok("SELECT note, COUNT(*) FROM visits GROUP BY note "
         "ORDER BY note, note DESC, note NULLS FIRST, 2 DESC NULLS LAST");
  ASSERT_EQ(query.present.sort.size(), 4u);
  EXPECT_FALSE(query.present.sort[0].nulls_first);
  EXPECT_TRUE(query.present.sort[1].nulls_first);
  EXPECT_TRUE(query.present.sort[2].nulls_first);
  EXPECT_FALSE(query.present.sort[3].nulls_first);
}

TEST_F(BindTest, TakesLimitsFromLiteralsAndParameters) {
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits LIMIT 0").present.limit, 0);
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits LIMIT ALL").present.limit, std::nullopt);
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits OFFSET $1", {Value(int64_t{4})}).present.offset, 4);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits LIMIT -1"), Reason::kLiteralRange);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits LIMIT 1.5"), Reason::kTypeMismatch);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits LIMIT $1", {Value(int64_t{-1})}),
            Reason::kLiteralRange);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM visits LIMIT COUNT(*)"), Reason::kUnsupported);
}

TEST_F(BindTest, NarrowsBeforeItBindsAggregates) {
  const BoundQuery query =
      Ok("SELECT SUM(weight), COUNT(weight), COUNT(*) FROM visits WHERE weight BETWEEN 40 AND 90");
  ASSERT_EQ(query.statistics.size(), 2u) << "COUNT(weight) is COUNT(*) once NULL is gone";
  EXPECT_EQ(query.statistics[0].bounds, (ValueBounds{40, 90}));
}

}  // namespace
}  // namespace tacit
