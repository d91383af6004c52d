#include "engine/plan/nodes/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

ExpressionPtr Literal(Value value) {
  auto literal = std::make_shared<Expression>();
  literal->type = std::holds_alternative<int64_t>(value) ? ValueType::kInt64 : ValueType::kText;
  literal->literal = std::move(value);
  return literal;
}

ExpressionPtr Column() {
  auto column = std::make_shared<Expression>();
  column->kind = Kind::kColumn;
  column->type = ValueType::kText;
  return column;
}

Value Of(Kind kind, std::string_view text, const std::vector<Value>& literals = {}) {
  Expression function{.kind = kind, .type = ValueType::kText};
  function.arguments.push_back(Column());
  for (const Value& literal : literals) function.arguments.push_back(Literal(literal));
  return TextFunction(function).Of(text);
}

std::string TextOf(Kind kind, std::string_view text, const std::vector<Value>& literals = {}) {
  return std::get<std::string>(Of(kind, text, literals));
}

Value N(int64_t count) { return count; }
Value T(const char* text) { return std::string(text); }

TEST(TextTest, LengthIsInCharacters) {
  EXPECT_EQ(Of(Kind::kLength, ""), N(0));
  EXPECT_EQ(Of(Kind::kLength, "héé😀"), N(4));
  EXPECT_EQ(Of(Kind::kLength, "a\xff\xe2\x82"), N(4));
}

TEST(TextTest, CaseIsThatOfEveryLetter) {
  EXPECT_EQ(TextOf(Kind::kLower, "ÅRHUS 9 ß"), "århus 9 ß");
  EXPECT_EQ(TextOf(Kind::kUpper, "århus 9 ß"), "ÅRHUS 9 ß");
  EXPECT_EQ(TextOf(Kind::kUpper, "a\xff"), "A\xff");
}

// As PostgreSQL 15 answers: SELECT substring('abcdé' FROM 2 FOR 3), and so on.
TEST(TextTest, SubstringCountsPositionsBeyondTheEndsToo) {
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(2), N(3)}), "bcd");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(5)}), "é");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(6)}), "");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(0), N(3)}), "ab");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(-2), N(2)}), "");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(-2)}), "abcdé");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abcdé", {N(3), N(0)}), "");
  const Value most = N(std::numeric_limits<int64_t>::max());
  const Value least = N(std::numeric_limits<int64_t>::min());
  EXPECT_EQ(TextOf(Kind::kSubstring, "abc", {N(2), most}), "bc");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abc", {most, most}), "");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abc", {least, most}), "");
  EXPECT_EQ(TextOf(Kind::kSubstring, "abc", {least}), "abc");
}

TEST(TextTest, LeftAndRightTakeOrLeaveOut) {
  EXPECT_EQ(TextOf(Kind::kLeft, "éab", {N(2)}), "éa");
  EXPECT_EQ(TextOf(Kind::kLeft, "éab", {N(9)}), "éab");
  EXPECT_EQ(TextOf(Kind::kLeft, "éab", {N(0)}), "");
  EXPECT_EQ(TextOf(Kind::kLeft, "éab", {N(-1)}), "éa");
  EXPECT_EQ(TextOf(Kind::kLeft, "éab", {N(-9)}), "");
  EXPECT_EQ(TextOf(Kind::kRight, "éab", {N(2)}), "ab");
  EXPECT_EQ(TextOf(Kind::kRight, "éab", {N(9)}), "éab");
  EXPECT_EQ(TextOf(Kind::kRight, "éab", {N(0)}), "");
  EXPECT_EQ(TextOf(Kind::kRight, "éab", {N(-1)}), "ab");
  EXPECT_EQ(TextOf(Kind::kRight, "éab", {N(-9)}), "");
}

TEST(TextTest, TrimTakesASetOfCharacters) {
  EXPECT_EQ(TextOf(Kind::kTrim, "  a b ", {T(" ")}), "a b");
  EXPECT_EQ(TextOf(Kind::kTrimLeft, "xyxa", {T("yx")}), "a");
  EXPECT_EQ(TextOf(Kind::kTrimRight, "aéxé", {T("éx")}), "a");
  EXPECT_EQ(TextOf(Kind::kTrim, "xxx", {T("x")}), "");
  EXPECT_EQ(TextOf(Kind::kTrim, " a ", {T("")}), " a ");
}

TEST(TextTest, JoiningPutsLiteralsAroundTheText) {
  Expression function{.kind = Kind::kConcat, .type = ValueType::kText};
  function.arguments = {Literal(T("<")), Column(), Literal(T(">"))};
  EXPECT_EQ(TextFunction(function).Of("a"), T("<a>"));
  EXPECT_EQ(VaryingArgument(function)->kind, Kind::kColumn);
}

// A joined text is cut between characters, never within one.
TEST(TextTest, AJoinedTextEndsAtItsMost) {
  const std::string half(kJoinedBytesMax / 2, 'a');
  EXPECT_EQ(JoinTexts({half, half}), half + half);
  EXPECT_EQ(JoinTexts({half, half, "b"}), half + half);
  EXPECT_EQ(JoinTexts({half, half.substr(1), "é", "b"}), half + half.substr(1));
  std::string umlauts = "a";
  while (umlauts.size() < 2 * kJoinedBytesMax) umlauts += "ü";
  const std::string cut = JoinTexts({umlauts});
  EXPECT_EQ(cut.size(), kJoinedBytesMax - 1);
  EXPECT_EQ(FirstInvalidUtf8(cut), std::string::npos);
}

}  // namespace
}  // namespace tacit
