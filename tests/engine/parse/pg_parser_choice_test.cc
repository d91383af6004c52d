#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "tests/engine/parse/read_expression.h"

namespace tacit {
namespace {

TEST(PgParserChoiceTest, CaseListsConditionsAndValuesInTurn) {
  const SyntaxNode choice = Read("CASE WHEN a THEN 1 WHEN b THEN 2 END");
  EXPECT_EQ(choice.kind, SyntaxKind::kCase);
  ASSERT_EQ(choice.arguments.size(), 5u);
  EXPECT_EQ(choice.arguments[2].name, "b");
  EXPECT_EQ(choice.arguments[3].literal, SyntaxLiteral(int64_t{2}));
  EXPECT_EQ(choice.arguments[4].literal, SyntaxLiteral());
  EXPECT_EQ(choice.arguments[4].kind, SyntaxKind::kLiteral);
}

TEST(PgParserChoiceTest, CaseOfAValueComparesItEachTime) {
  const SyntaxNode of_value = Read("CASE a WHEN 1 THEN 'x' ELSE 'y' END");
  const SyntaxNode searched = Read("CASE WHEN a = 1 THEN 'x' ELSE 'y' END");
  EXPECT_TRUE(SameSyntax(of_value, searched));
}

TEST(PgParserChoiceTest, OthersAreCalls) {
  EXPECT_EQ(Read("COALESCE(a, b, 1)").arguments.size(), 3u);
  EXPECT_EQ(Read("COALESCE(a, b, 1)").name, "coalesce");
  EXPECT_EQ(Read("GREATEST(a, 1)").name, "greatest");
  EXPECT_EQ(Read("LEAST(a, 1)").name, "least");
  EXPECT_EQ(Read("NULLIF(a, 1)").name, "nullif");
}

TEST(PgParserChoiceTest, DistinctFromMayBeNegated) {
  EXPECT_EQ(Read("a IS DISTINCT FROM 1").kind, SyntaxKind::kDistinctFrom);
  EXPECT_FALSE(Read("a IS DISTINCT FROM 1").negated);
  EXPECT_TRUE(Read("a IS NOT DISTINCT FROM 1").negated);
}

TEST(PgParserChoiceTest, DepthAndPartsAreCountedWithin) {
  std::string nested = "a";
  for (int i = 0; i < kExpressionDepthMax; ++i) nested = "CASE WHEN b THEN " + nested + " END";
  EXPECT_EQ(ReasonOf(Parse("SELECT " + nested + " FROM t").status()), Reason::kLimit);
  std::string many = "CASE a + a + a + a";
  for (int i = 0; i < 400; ++i) many += " WHEN 1 THEN 2";
  EXPECT_EQ(ReasonOf(Parse("SELECT " + many + " END FROM t").status()), Reason::kLimit);
}

}  // namespace
}  // namespace tacit
