#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "tests/engine/parse/read_expression.h"

namespace tacit {
namespace {

TEST(PgParserTextTest, LikeIsAnOperatorOfTwoOrThree) {
  const SyntaxNode like = Read("a LIKE 'x%'");
  EXPECT_EQ(like.kind, SyntaxKind::kOperator);
  EXPECT_EQ(like.name, "~~");
  EXPECT_EQ(like.position, 9);
  ASSERT_EQ(like.arguments.size(), 2u);
  EXPECT_EQ(like.arguments[1].position, 14);
  EXPECT_EQ(Read("a NOT LIKE $1").name, "!~~");
  EXPECT_EQ(Read("a ILIKE 'x'").name, "~~*");
  EXPECT_EQ(Read("a NOT ILIKE 'x'").name, "!~~*");
  const SyntaxNode escape = Read("a LIKE 'x' ESCAPE '!'");
  ASSERT_EQ(escape.arguments.size(), 3u);
  EXPECT_EQ(escape.arguments[2].literal, SyntaxLiteral(std::string("!")));
}

TEST(PgParserTextTest, WordsBetweenArgumentsAreCommas) {
  EXPECT_TRUE(SameSyntax(Read("SUBSTRING(a FROM 2 FOR 3)"), Read("SUBSTRING(a, 2, 3)")));
  EXPECT_TRUE(SameSyntax(Read("SUBSTRING(a FOR 3)"), Read("SUBSTRING(a, 1, 3)")));
  EXPECT_TRUE(SameSyntax(Read("SUBSTRING(a FOR $1)"), Read("SUBSTRING(a, 1, $1)")));
  EXPECT_TRUE(SameSyntax(Read("TRIM(BOTH 'x' FROM a)"), Read("BTRIM(a, 'x')")));
  EXPECT_TRUE(SameSyntax(Read("TRIM(a)"), Read("BTRIM(a)")));
  EXPECT_TRUE(SameSyntax(Read("TRIM(LEADING FROM a)"), Read("LTRIM(a)")));
  EXPECT_TRUE(SameSyntax(Read("TRIM(TRAILING 'x' FROM a)"), Read("RTRIM(a, 'x')")));
}

TEST(PgParserTextTest, OtherWordsAreRefused) {
  for (const char* call : {"POSITION('a' IN a)", "OVERLAY(a PLACING 'b' FROM 1)", "NORMALIZE(a)",
                           "a SIMILAR TO 'x'", "a ~ 'x'"}) {
    const auto statement = Parse(std::string("SELECT ") + call + " FROM t");
    EXPECT_EQ(ReasonOf(statement.status()), Reason::kUnsupported) << call;
  }
}

TEST(PgParserTextTest, AChainOfJoinsIsOneLevelDeep) {
  std::string chain = "a";
  for (int i = 0; i < 10 * kExpressionDepthMax; ++i) chain += " || 'b'";
  EXPECT_TRUE(Parse("SELECT " + chain + " FROM t").ok());
}

}  // namespace
}  // namespace tacit
