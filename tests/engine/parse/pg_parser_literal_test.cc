#include "engine/parse/pg_parser_literal.h"

#include <cmath>
#include <limits>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

absl::StatusOr<SyntaxNode> Read(const std::string& text) {
  const auto statement = Parse("SELECT " + text + " FROM t");
  if (!statement.ok()) return statement.status();
  return statement->targets[0].expression;
}

SyntaxLiteral LiteralOf(const std::string& text) {
  const auto node = Read(text);
  EXPECT_TRUE(node.ok()) << text << node.status();
  return node.ok() ? node->literal : SyntaxLiteral();
}

TEST(PgParserLiteralTest, ReadsIntegersToTheirEnds) {
  EXPECT_EQ(LiteralOf("0"), SyntaxLiteral(int64_t{0}));
  EXPECT_EQ(LiteralOf("-1"), SyntaxLiteral(int64_t{-1}));
  EXPECT_EQ(LiteralOf("2147483648"), SyntaxLiteral(int64_t{2147483648}));
  EXPECT_EQ(LiteralOf("9223372036854775807"), SyntaxLiteral(std::numeric_limits<int64_t>::max()));
  EXPECT_EQ(LiteralOf("-9223372036854775808"), SyntaxLiteral(std::numeric_limits<int64_t>::min()));
  EXPECT_EQ(ReasonOf(Read("9223372036854775808").status()), Reason::kLiteralRange);
  EXPECT_EQ(ReasonOf(Read("-9223372036854775809").status()), Reason::kLiteralRange);
}

TEST(PgParserLiteralTest, ReadsFiniteRealsOnly) {
  EXPECT_EQ(LiteralOf("1.5"), SyntaxLiteral(1.5));
  EXPECT_EQ(LiteralOf(".5"), SyntaxLiteral(0.5));
  EXPECT_EQ(LiteralOf("1e3"), SyntaxLiteral(1000.0));
  EXPECT_EQ(LiteralOf("-2.5e-1"), SyntaxLiteral(-0.25));
  EXPECT_EQ(ReasonOf(Read("1e999").status()), Reason::kLiteralRange);
  EXPECT_EQ(ReasonOf(Read("-1e400").status()), Reason::kLiteralRange);
}

TEST(PgParserLiteralTest, MakesMinusZeroZero) {
  EXPECT_FALSE(std::signbit(std::get<double>(LiteralOf("-0.0"))));
}

TEST(PgParserLiteralTest, ReadsOtherTypes) {
  EXPECT_EQ(LiteralOf("true"), SyntaxLiteral(true));
  EXPECT_EQ(LiteralOf("FALSE"), SyntaxLiteral(false));
  EXPECT_EQ(LiteralOf("NULL"), SyntaxLiteral());
  EXPECT_EQ(LiteralOf("'it''s é'"), SyntaxLiteral(std::string("it's é")));
  EXPECT_EQ(LiteralOf("''"), SyntaxLiteral(std::string()));
  EXPECT_EQ(LiteralOf("$$a$$"), SyntaxLiteral(std::string("a")));
  EXPECT_EQ(LiteralOf("E'\\''"), SyntaxLiteral(std::string("'")));
  EXPECT_EQ(LiteralOf("U&'\\0061'"), SyntaxLiteral(std::string("a")));
}

TEST(PgParserLiteralTest, RefusesTextThatEscapesMakeInvalid) {
  EXPECT_FALSE(Read("E'\\xff'").ok());
  EXPECT_FALSE(Read("E'\\xed\\xa0\\x80'").ok());
  EXPECT_FALSE(Read("E'a\\000b'").ok());
  EXPECT_FALSE(Read("U&'\\D800'").ok());
}

TEST(PgParserLiteralTest, ReadsNames) {
  EXPECT_EQ(Read("Age")->name, "age");
  EXPECT_EQ(Read("\"Age\"")->name, "Age");
  EXPECT_EQ(Read("\"a\"\"b\"")->name, "a\"b");
  EXPECT_EQ(Read("t.age")->qualifier, "t");
  EXPECT_EQ(Read("t.*")->kind, SyntaxKind::kStar);
  EXPECT_EQ(ReasonOf(Read("a.b.c").status()), Reason::kUnsupported);
}

TEST(PgParserLiteralTest, ReadsParametersWithinRange) {
  EXPECT_EQ(Read("$3")->parameter, 3);
  EXPECT_EQ(ReasonOf(Read("$0").status()), Reason::kParameter);
  EXPECT_EQ(ReasonOf(Read("$4294967297").status()), Reason::kParameter) << "must not wrap to $1";
}

}  // namespace
}  // namespace tacit
