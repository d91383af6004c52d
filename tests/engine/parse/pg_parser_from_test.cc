#include "engine/parse/pg_parser_from.h"

#include <string>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

TEST(PgParserFromTest, ReadsASubqueryWithItsNames) {
  const auto statement = Parse("SELECT COUNT(*) FROM (SELECT a, b FROM t WHERE c) AS u(x, y)");
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->from.name, "");
  EXPECT_EQ(statement->from.alias, "u");
  EXPECT_EQ(statement->from.columns, (std::vector<std::string>{"x", "y"}));
  ASSERT_EQ(statement->from.subquery.size(), 1u);
  const SelectStatement& inner = statement->from.subquery[0];
  EXPECT_EQ(inner.from.name, "t");
  EXPECT_EQ(inner.targets.size(), 2u);
  EXPECT_TRUE(inner.where.has_value());
}

TEST(PgParserFromTest, ReadsWithInOrder) {
  const auto statement = Parse(
      "WITH a AS (SELECT x FROM t), b(y) AS NOT MATERIALIZED (SELECT x FROM a) "
      "SELECT COUNT(*) FROM b v");
  ASSERT_TRUE(statement.ok()) << statement.status();
  ASSERT_EQ(statement->with.size(), 2u);
  EXPECT_EQ(statement->with[0].alias, "a");
  EXPECT_EQ(statement->with[1].alias, "b");
  EXPECT_EQ(statement->with[1].position, 29);
  EXPECT_EQ(statement->with[1].columns, std::vector<std::string>{"y"});
  EXPECT_EQ(statement->with[1].subquery[0].from.name, "a");
  EXPECT_EQ(statement->from.name, "b");
  EXPECT_EQ(statement->from.alias, "v");
}

TEST(PgParserFromTest, PointsIntoTheSubqueryThatIsMeant) {
  const auto position_of = [](const std::string& sql) {
    const auto status = Parse(sql).status();
    EXPECT_FALSE(status.ok()) << sql;
    return DetailOf(status).position;
  };
  const std::string distinct =
      "SELECT COUNT(DISTINCT a) FROM (SELECT (b + 1) AS a FROM (SELECT DISTINCT b FROM t) u) v";
  EXPECT_EQ(position_of(distinct), static_cast<int>(distinct.rfind("DISTINCT")));
  const std::string outer = "SELECT DISTINCT a FROM (SELECT a FROM t) u";
  EXPECT_EQ(position_of(outer), static_cast<int>(outer.find("DISTINCT")));
  const std::string values = "SELECT COUNT(*) FROM (VALUES (1)) v";
  EXPECT_EQ(position_of(values), static_cast<int>(values.find("VALUES")));
  const std::string second =
      "WITH a AS (SELECT x FROM t), b AS (SELECT x FROM t, t) SELECT 1 FROM b";
  EXPECT_EQ(position_of(second), static_cast<int>(second.rfind("FROM t, t")));
}

TEST(PgParserFromTest, BoundsHowDeepTheyAreNested) {
  const auto nested = [](int levels) {
    std::string sql = "SELECT COUNT(*) FROM ";
    for (int i = 0; i < levels; ++i) sql += "(SELECT a FROM ";
    sql += "t";
    for (int i = 0; i < levels; ++i) sql += ") u";
    return Parse(sql).status();
  };
  EXPECT_TRUE(nested(kSubqueryDepthMax).ok());
  EXPECT_EQ(ReasonOf(nested(kSubqueryDepthMax + 1)), Reason::kLimit);
  EXPECT_EQ(DetailOf(nested(100)).limit, "subqueries");
}

}  // namespace
}  // namespace tacit
