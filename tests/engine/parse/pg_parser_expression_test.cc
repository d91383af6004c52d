#include "engine/parse/pg_parser_expression.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

// The expression of `SELECT <text> FROM t`.
absl::StatusOr<SyntaxNode> Read(const std::string& text) {
  const auto statement = Parse("SELECT " + text + " FROM t");
  if (!statement.ok()) return statement.status();
  return statement->targets[0].expression;
}

std::string Repeated(int count, const std::string& text) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

std::string LimitOf(const std::string& text) {
  const auto status = Read(text).status();
  EXPECT_EQ(ReasonOf(status), Reason::kLimit) << status;
  return DetailOf(status).limit;
}

TEST(PgParserExpressionTest, BindsOperatorsAsPostgreSqlDoes) {
  const auto node = Read("a + b * 2");
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ(node->kind, SyntaxKind::kOperator);
  EXPECT_EQ(node->name, "+");
  EXPECT_EQ(node->position, 9);
  EXPECT_EQ(node->arguments[0].name, "a");
  EXPECT_EQ(node->arguments[1].name, "*");
}

TEST(PgParserExpressionTest, ReadsBothSpellingsOfNotEqual) {
  EXPECT_EQ(Read("a != 1")->name, "<>");
  EXPECT_EQ(Read("a <> 1")->name, "<>");
}

TEST(PgParserExpressionTest, ReadsConditions) {
  EXPECT_TRUE(Read("a NOT BETWEEN 1 AND 2")->negated);
  EXPECT_EQ(Read("a BETWEEN 1 AND 2")->arguments.size(), 3u);
  EXPECT_TRUE(Read("a NOT IN (1, 2)")->negated);
  EXPECT_EQ(Read("a IN (1, 2, 3)")->arguments.size(), 4u);
  EXPECT_FALSE(Read("a IS NULL")->negated);
  EXPECT_TRUE(Read("a IS NOT NULL")->negated);
  EXPECT_EQ(Read("a IS NOT TRUE")->kind, SyntaxKind::kIsTrue);
  EXPECT_TRUE(Read("a IS NOT TRUE")->negated);
  EXPECT_EQ(Read("a IS FALSE")->kind, SyntaxKind::kIsFalse);
  EXPECT_EQ(Read("a IS UNKNOWN")->kind, SyntaxKind::kIsUnknown);
  EXPECT_EQ(Read("NOT a")->kind, SyntaxKind::kNot);
}

TEST(PgParserExpressionTest, FlattensChainsOfConditions) {
  const auto node = Read("a AND b AND c AND (d OR e OR f)");
  ASSERT_TRUE(node.ok());
  EXPECT_EQ(node->kind, SyntaxKind::kAnd);
  ASSERT_EQ(node->arguments.size(), 4u);
  EXPECT_EQ(node->arguments[3].kind, SyntaxKind::kOr);
  EXPECT_EQ(node->arguments[3].arguments.size(), 3u);
}

TEST(PgParserExpressionTest, ReadsCalls) {
  EXPECT_TRUE(Read("COUNT(*)")->star);
  EXPECT_EQ(Read("COUNT(*)")->name, "count");
  EXPECT_TRUE(Read("COUNT(DISTINCT a)")->distinct);
  EXPECT_FALSE(Read("COUNT(ALL a)")->distinct);
  EXPECT_EQ(Read("f(a, b)")->arguments.size(), 2u);
}

TEST(PgParserExpressionTest, BoundsNesting) {
  const auto nested = [](int levels) {
    return Repeated(levels, "-(") + "a" + Repeated(levels, ")");
  };
  EXPECT_TRUE(Read(nested(kExpressionDepthMax - 1)).ok());
  EXPECT_EQ(LimitOf(nested(kExpressionDepthMax)), "expression_depth");
  EXPECT_EQ(
      LimitOf("1" + Repeated(kExpressionDepthMax, " + (1") + Repeated(kExpressionDepthMax, ")")),
      "expression_depth");
}

TEST(PgParserExpressionTest, BoundsLongChainsByTheirPartsOnly) {
  EXPECT_TRUE(Read("a" + Repeated(990, " + a")).ok());
  EXPECT_EQ(LimitOf("a" + Repeated(1010, " + a")), "expression_nodes");
  EXPECT_TRUE(Read("a" + Repeated(1500, " OR a")).ok());
  EXPECT_EQ(LimitOf("a" + Repeated(2000, " OR a")), "expression_nodes");
}

TEST(PgParserExpressionTest, BoundsInLists) {
  EXPECT_TRUE(Read("a IN (1" + Repeated(kInListMax - 1, ",1") + ")").ok());
  EXPECT_EQ(LimitOf("a IN (1" + Repeated(kInListMax, ",1") + ")"), "in_list");
}

TEST(PgParserExpressionTest, RefusesEveryFormOfCallItDoesNotRead) {
  for (const char* text :
       {"SUM(a) OVER ()", "SUM(a ORDER BY b)", "f(VARIADIC a)", "f(x => 1)", "pg_catalog.count(a)",
        "f(1) WITHIN GROUP (ORDER BY a, b)", "POSITION(a IN b)", "a OPERATOR(pg_catalog.+) b",
        "a AT TIME ZONE 'x'", "OVERLAY(a PLACING b FROM 1)"}) {
    EXPECT_EQ(ReasonOf(Read(text).status()), Reason::kUnsupported) << text;
  }
}

}  // namespace
}  // namespace tacit
