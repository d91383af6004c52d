#include "engine/parse/ast.h"

#include <string>

#include "engine/parse/parse.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

// The first target of a SELECT.
SyntaxNode Read(const std::string& expression) {
  const auto statement = Parse("SELECT " + expression + " FROM t");
  EXPECT_TRUE(statement.ok()) << expression << statement.status();
  return statement.ok() ? statement->targets[0].expression : SyntaxNode();
}

bool Same(const std::string& a, const std::string& b) { return SameSyntax(Read(a), Read(b)); }

TEST(AstTest, IsTheSameWhereverAndHoweverItIsWritten) {
  EXPECT_TRUE(Same("age/10", "  ( Age / 10 )"));
  EXPECT_TRUE(Same("a + b * 2 - c", "a + (b*2) - c"));
  EXPECT_TRUE(Same("count(*)", "COUNT( * )"));
  EXPECT_TRUE(Same("a IN (1, 2)", "a in (1,2)"));
  EXPECT_TRUE(Same("a BETWEEN 1 AND 2", "a between 1 and 2"));
  EXPECT_TRUE(Same("t.a = 'x'", "t.a='x'"));
}

// Every field of a node tells two expressions apart, and so does one deep inside.
TEST(AstTest, IsAnotherWhenAnyPartDiffers) {
  EXPECT_FALSE(Same("age / 10", "age / 11"));
  EXPECT_FALSE(Same("age / 10", "age / 10.0"));
  EXPECT_FALSE(Same("age / 10", "age % 10"));
  EXPECT_FALSE(Same("age / 10", "10 / age"));
  EXPECT_FALSE(Same("age / 10", "age / 10 / 10"));
  EXPECT_FALSE(Same("a", "b"));
  EXPECT_FALSE(Same("t.a", "a"));
  EXPECT_FALSE(Same("t.a", "u.a"));
  EXPECT_FALSE(Same("\"A\"", "a"));
  EXPECT_FALSE(Same("$1", "$2"));
  EXPECT_FALSE(Same("NULL", "0"));
  EXPECT_FALSE(Same("TRUE", "1"));
  EXPECT_FALSE(Same("'1'", "1"));
  EXPECT_FALSE(Same("count(a)", "count(DISTINCT a)"));
  EXPECT_FALSE(Same("count(*)", "count(a)"));
  EXPECT_FALSE(Same("a IN (1)", "a NOT IN (1)"));
  EXPECT_FALSE(Same("a IS NULL", "a IS NOT NULL"));
  EXPECT_FALSE(Same("a IN (1, 2)", "a IN (2, 1)"));
  EXPECT_FALSE(Same("a AND b", "a OR b"));
  EXPECT_FALSE(Same("a + b + c", "a + (b + c)"));
}

}  // namespace
}  // namespace tacit
