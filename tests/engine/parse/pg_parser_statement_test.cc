#include "engine/parse/pg_parser_statement.h"

#include <string>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

TEST(PgParserStatementTest, ReadsEveryClause) {
  const auto statement = Parse(
      "SELECT a AS x, COUNT(*) FROM t AS u WHERE b > 1 GROUP BY a, 2 HAVING COUNT(*) > 3 "
      "ORDER BY 1 DESC, x NULLS FIRST, a ASC LIMIT 4 OFFSET $1");
  ASSERT_TRUE(statement.ok()) << statement.status();
  ASSERT_EQ(statement->targets.size(), 2u);
  EXPECT_EQ(statement->targets[0].alias, "x");
  EXPECT_EQ(statement->targets[1].alias, "");
  EXPECT_EQ(statement->from.name, "t");
  EXPECT_EQ(statement->from.alias, "u");
  EXPECT_EQ(statement->from.position, 29);
  EXPECT_TRUE(statement->where.has_value());
  EXPECT_EQ(statement->group_by.size(), 2u);
  EXPECT_TRUE(statement->having.has_value());
  ASSERT_EQ(statement->order_by.size(), 3u);
  EXPECT_TRUE(statement->order_by[0].descending);
  EXPECT_EQ(statement->order_by[0].nulls_first, std::nullopt);
  EXPECT_EQ(statement->order_by[1].nulls_first, true);
  EXPECT_FALSE(statement->order_by[2].descending);
  EXPECT_EQ(statement->limit->literal, SyntaxLiteral(int64_t{4}));
  EXPECT_EQ(statement->offset->parameter, 1);
}

TEST(PgParserStatementTest, ReadsLimitAllAsNull) {
  EXPECT_EQ(Parse("SELECT COUNT(*) FROM t LIMIT ALL")->limit->literal, SyntaxLiteral());
}

TEST(PgParserStatementTest, PointsAtClausesThatHaveNoPlaceOfTheirOwn) {
  const std::string sql = "SELECT COUNT(*) FROM t FOR UPDATE";
  EXPECT_EQ(DetailOf(Parse(sql).status()).position, static_cast<int>(sql.find("FOR")));
}

TEST(PgParserStatementTest, RefusesEveryClauseItDoesNotRead) {
  for (const char* sql : {"SELECT DISTINCT a FROM t",
                          "SELECT DISTINCT ON (a) a FROM t",
                          "SELECT COUNT(*) INTO x FROM t",
                          "SELECT COUNT(*) FROM t FOR SHARE",
                          "SELECT COUNT(*) FROM t, u",
                          "SELECT COUNT(*) FROM t NATURAL JOIN u",
                          "SELECT COUNT(*) FROM t CROSS JOIN u",
                          "SELECT COUNT(*) FROM (SELECT 1) x",
                          "SELECT COUNT(*) FROM f(1)",
                          "SELECT COUNT(*) FROM ROWS FROM (f(1))",
                          "SELECT COUNT(*) FROM ONLY t",
                          "SELECT COUNT(*) FROM s.t",
                          "SELECT COUNT(*) FROM t AS u (a, b)",
                          "SELECT COUNT(*) FROM t TABLESAMPLE SYSTEM (1)",
                          "SELECT COUNT(*) FROM LATERAL f(1)",
                          "WITH x AS (SELECT 1) SELECT COUNT(*) FROM t",
                          "SELECT 1 UNION SELECT 2",
                          "SELECT 1 INTERSECT SELECT 2",
                          "SELECT 1 EXCEPT SELECT 2",
                          "VALUES (1)",
                          "TABLE t UNION TABLE t",
                          "SELECT COUNT(*) FROM t WINDOW w AS ()",
                          "SELECT COUNT(*) FROM t GROUP BY CUBE (a)",
                          "SELECT COUNT(*) FROM t GROUP BY ()",
                          "SELECT COUNT(*) FROM t GROUP BY DISTINCT a",
                          "SELECT COUNT(*) FROM t ORDER BY 1 USING <",
                          "SELECT COUNT(*)",
                          "SELECT COUNT(*) FROM t ORDER BY 1 FETCH FIRST 1 ROWS WITH TIES"}) {
    EXPECT_EQ(ReasonOf(Parse(sql).status()), Reason::kUnsupported) << sql;
  }
}

TEST(PgParserStatementTest, ReadsTableAsSelectStar) {
  const auto statement = Parse("TABLE t");
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->targets[0].expression.kind, SyntaxKind::kStar);
}

}  // namespace
}  // namespace tacit
