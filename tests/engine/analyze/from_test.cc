#include "engine/analyze/from.h"

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

class FromTest : public testing::Test {
 protected:
  absl::StatusOr<BoundQuery> Try(const std::string& sql,
                                 const std::vector<Value>& parameters = {}) {
    return Bind(sql, schema_, parameters);
  }
  // All that is computed for rows: what is read, kept, grouped by and summed.
  std::string Meaning(const std::string& sql, const std::vector<Value>& parameters = {}) {
    const auto query = Try(sql, parameters);
    if (!query.ok()) return query.status().ToString();
    std::string meaning = absl::StrCat("of ", query->table->name, " where ",
                                       query->where == nullptr ? "" : ToText(*query->where));
    for (const int column : query->scan_columns) absl::StrAppend(&meaning, " $", column);
    for (const GroupKey& key : query->keys) {
      absl::StrAppend(&meaning, "; by ", ToText(*key.expression), " of ", key.values.size());
    }
    for (const Feature& feature : query->features) {
      absl::StrAppend(&meaning, "; feature ",
                      feature.expression == nullptr ? "" : ToText(*feature.expression));
    }
    for (const Statistic& statistic : query->statistics) {
      absl::StrAppend(&meaning, "; ", statistic.name, " in ", statistic.bounds.lower, " to ",
                      statistic.bounds.upper);
    }
    return meaning;
  }
  Reason Refused(const std::string& sql) {
    const auto query = Try(sql);
    EXPECT_FALSE(query.ok()) << sql;
    return ReasonOf(query.status());
  }

  const DatasetSchema schema_ = GoldenSchema("visits");
};

TEST_F(FromTest, ASubqueryMeansWhatItWouldWrittenOut) {
  const std::pair<const char*, const char*> pairs[] = {
      {"SELECT trt, SUM(y) FROM (SELECT trt, y FROM visits) v GROUP BY trt",
       "SELECT trt, SUM(y) FROM visits GROUP BY trt"},
      {"SELECT SUM(d), AVG(d) FROM (SELECT y * 2 + age AS d FROM visits) v",
       "SELECT SUM(y * 2 + age), AVG(y * 2 + age) FROM visits"},
      {"SELECT COUNT(*) FROM (SELECT y FROM visits WHERE smoker) v WHERE y > 3",
       "SELECT COUNT(*) FROM visits WHERE smoker AND y > 3"},
      {"SELECT COUNT(DISTINCT who) FROM (SELECT subject AS who FROM visits) v",
       "SELECT COUNT(DISTINCT subject) FROM visits"},
      {"WITH v AS (SELECT * FROM visits) SELECT period, MEDIAN(y) FROM v GROUP BY 1",
       "SELECT period, MEDIAN(y) FROM visits GROUP BY 1"},
      {"WITH a AS (SELECT y AS x FROM visits), b AS (SELECT x FROM a WHERE x < 9) SELECT SUM(x) "
       "FROM b",
       "SELECT SUM(y) FROM visits WHERE y < 9"},
      {"SELECT a, SUM(b) FROM (SELECT trt, y FROM visits) v(a, b) GROUP BY a",
       "SELECT trt, SUM(y) FROM visits GROUP BY trt"},
      {"SELECT SUM(w) FROM (SELECT weight AS w FROM visits) v WHERE w BETWEEN 0 AND 9",
       "SELECT SUM(weight) FROM visits WHERE weight BETWEEN 0 AND 9"},
      {"SELECT site, COUNT(*) FROM (SELECT COALESCE(site, 'none') AS site FROM visits) v GROUP BY "
       "site",
       "SELECT COALESCE(site, 'none'), COUNT(*) FROM visits GROUP BY 1"}};
  for (const auto& [nested, flat] : pairs) EXPECT_EQ(Meaning(nested), Meaning(flat)) << nested;
}

TEST_F(FromTest, ANameMeansWhatTheNearestSubqueryCallsSo) {
  // Columns change their names at each level.
  EXPECT_EQ(Meaning("SELECT SUM(age) FROM (SELECT y AS age, age AS y FROM visits) v"),
            Meaning("SELECT SUM(y) FROM visits"));
  EXPECT_EQ(Meaning("WITH visits AS (SELECT age AS y FROM visits) SELECT SUM(y) FROM visits"),
            Meaning("SELECT SUM(age) FROM visits"));
  // The WITH of a sub-query hides that of the outer one and ends with it.
  EXPECT_EQ(
      Meaning("WITH a AS (SELECT y AS n FROM visits) "
              "SELECT SUM(n) FROM (WITH a AS (SELECT age AS n FROM visits) SELECT n FROM a) b"),
      Meaning("SELECT SUM(age) FROM visits"));
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM (WITH a AS (SELECT y FROM visits) SELECT y FROM a) b "
                    "WHERE a.y > 1"),
            Reason::kUnknownTable);
  EXPECT_EQ(
      Refused("WITH a AS (SELECT y FROM b), b AS (SELECT y FROM visits) SELECT COUNT(*) FROM a"),
      Reason::kUnknownTable);
}

TEST_F(FromTest, TheUnitStaysTheUnitUnderAnyName) {
  const char* const from = "(SELECT subject AS s, y FROM visits) v";
  for (const char* sql :
       {"SELECT SUM(s) FROM ", "SELECT COUNT(s) FROM ", "SELECT MEDIAN(s) FROM "}) {
    EXPECT_EQ(Refused(absl::StrCat(sql, from)), Reason::kUnitColumn) << sql;
  }
  EXPECT_EQ(Refused(absl::StrCat("SELECT COUNT(*) FROM ", from, " WHERE s = 7")),
            Reason::kUnitColumn);
  EXPECT_EQ(Refused(absl::StrCat("SELECT s, COUNT(*) FROM ", from, " GROUP BY s")),
            Reason::kUnitColumn);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM (SELECT * FROM (SELECT * FROM visits) a "
                    "WHERE subject > 3) b"),
            Reason::kUnitColumn);
  EXPECT_EQ(Refused("SELECT COUNT(*) FROM (SELECT COALESCE(subject, 0) AS s FROM visits) v"),
            Reason::kUnitColumn);
}

TEST_F(FromTest, ParametersCountWhereverTheyStand) {
  const std::vector<Value> two = {Value(int64_t{3}), Value(int64_t{9})};
  EXPECT_EQ(Meaning("SELECT SUM(n) FROM (SELECT y + $1 AS n FROM visits) v WHERE n < $2", two),
            Meaning("SELECT SUM(y + 3) FROM visits WHERE y + 3 < 9"));
  EXPECT_EQ(ReasonOf(Try("SELECT SUM(n) FROM (SELECT y + $1 AS n FROM visits) v", two).status()),
            Reason::kParameter);
}

// Each level uses the one below twice, so that the expression doubles.
TEST_F(FromTest, WhatNamesStandForIsBounded) {
  std::string sql = "SELECT y + y AS n FROM visits";
  for (int level = 0; level < 4; ++level) {
    sql = absl::StrCat("SELECT n + n + n + n + n + n AS n FROM (", sql, ") v");
  }
  const auto query = Try(absl::StrCat("SELECT COUNT(n) FROM (", sql, ") v"));
  EXPECT_EQ(ReasonOf(query.status()), Reason::kLimit);
  EXPECT_EQ(DetailOf(query.status()).limit, "nodes");
}

TEST_F(FromTest, NamesOutputsAsPostgresqlDoes) {
  EXPECT_EQ(OutputName({.expression = {.kind = SyntaxKind::kColumn, .name = "a"}}), "a");
  EXPECT_EQ(OutputName({.expression = {.kind = SyntaxKind::kColumn, .name = "a"}, .alias = "b"}),
            "b");
  EXPECT_EQ(OutputName({.expression = {.kind = SyntaxKind::kLiteral}}), "?column?");
}

}  // namespace
}  // namespace tacit
