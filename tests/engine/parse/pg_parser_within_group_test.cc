#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "tests/engine/parse/read_expression.h"

namespace tacit {
namespace {

TEST(PgParserWithinGroupTest, TheOrderFollowsTheFraction) {
  const SyntaxNode call = Read("PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY a + 1)");
  EXPECT_EQ(call.name, "percentile_cont");
  EXPECT_TRUE(call.within_group);
  EXPECT_FALSE(call.descending);
  ASSERT_EQ(call.arguments.size(), 2u);
  EXPECT_EQ(call.arguments[0].literal, SyntaxLiteral(0.9));
  EXPECT_EQ(call.arguments[1].kind, SyntaxKind::kOperator);
  EXPECT_TRUE(Read("f(1) WITHIN GROUP (ORDER BY a DESC)").descending);
  EXPECT_FALSE(Read("f(1) WITHIN GROUP (ORDER BY a ASC)").descending);
}

TEST(PgParserWithinGroupTest, TheFilterStandsLast) {
  const SyntaxNode call = Read("f(1) WITHIN GROUP (ORDER BY a) FILTER (WHERE b)");
  EXPECT_TRUE(call.within_group && call.filtered);
  ASSERT_EQ(call.arguments.size(), 3u);
  EXPECT_EQ(call.arguments[1].name, "a");
  EXPECT_EQ(call.arguments[2].name, "b");
}

TEST(PgParserWithinGroupTest, AreNotThePlainCall) {
  const SyntaxNode call = Read("f(1) WITHIN GROUP (ORDER BY a)");
  EXPECT_FALSE(SameSyntax(call, Read("f(1, a)")));
  EXPECT_FALSE(SameSyntax(call, Read("f(1) WITHIN GROUP (ORDER BY a DESC)")));
  EXPECT_TRUE(SameSyntax(call, Read("F( 1 ) within group (order by a asc)")));
}

TEST(PgParserWithinGroupTest, RefusesWhatHasNoOneOrder) {
  for (const char* refused :
       {"f(1) WITHIN GROUP (ORDER BY a, b)", "f(ARRAY[0.1, 0.2]) WITHIN GROUP (ORDER BY a)",
        "f(1) WITHIN GROUP (ORDER BY a USING <)", "f(1) WITHIN GROUP (ORDER BY a NULLS LAST)",
        "f(a ORDER BY b)", "f(1) WITHIN GROUP (ORDER BY (SELECT 1))",
        "f(1) WITHIN GROUP (ORDER BY a) OVER ()"}) {
    const auto statement = Parse(std::string("SELECT ") + refused + " FROM t");
    EXPECT_EQ(ReasonOf(statement.status()), Reason::kUnsupported) << refused;
  }
}

}  // namespace
}  // namespace tacit
