#include "engine/analyze/text_functions.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

TypedExpression TextColumn(int index = 0) {
  return {.expression = Column(index, ValueType::kText, /*nullable=*/true),
          .range = {.nullable = true, .length = {2, 8}}};
}

TypedExpression Text(const char* text) { return MakeLiteral(Value(std::string(text))); }
TypedExpression Whole(int64_t count) { return MakeLiteral(Value(count)); }

absl::StatusOr<TypedExpression> BindCall(const std::string& name,
                                         std::vector<TypedExpression> arguments) {
  SyntaxNode call = Call(name);
  call.arguments.resize(arguments.size());
  return FindTextFunction(name)(call, std::move(arguments));
}

std::string TextOf(const std::string& name, std::vector<TypedExpression> arguments) {
  const auto bound = BindCall(name, std::move(arguments));
  return bound.ok() ? ToText(*bound->expression) : std::string(bound.status().message());
}

TEST(TextFunctionsTest, LikeBecomesOnePatternWithBackslashes) {
  EXPECT_EQ(TextOf("~~", {TextColumn(), Text("a%")}), "($0 LIKE 'a%')");
  EXPECT_EQ(TextOf("!~~*", {TextColumn(), Text("a")}), "(NOT ($0 ILIKE 'a'))");
  EXPECT_EQ(TextOf("~~", {TextColumn(), Text("a!%%"), Text("!")}), "($0 LIKE 'a\\%%')");
  EXPECT_EQ(TextOf("starts_with", {TextColumn(), Text("a_")}), "($0 LIKE 'a\\_%')");
}

TEST(TextFunctionsTest, WithoutAWildcardItIsAnEquality) {
  EXPECT_EQ(TextOf("~~", {TextColumn(), Text("a\\%")}), "($0 = 'a%')");
  EXPECT_EQ(TextOf("!~~", {TextColumn(), Text("")}), "(NOT ($0 = ''))");
}

TEST(TextFunctionsTest, OfLiteralsAloneIsALiteral) {
  EXPECT_EQ(TextOf("upper", {Text("a")}), "'A'");
  EXPECT_EQ(TextOf("~~", {Text("ab"), Text("a_")}), "true");
  EXPECT_EQ(TextOf("length", {Text("ab")}), "2");
  EXPECT_EQ(TextOf("||", {Text("ab"), Text("c")}), "'abc'");
  EXPECT_EQ(TextOf("lower", {MakeLiteral(Value())}), "NULL:text");
  EXPECT_EQ(TextOf("~~", {MakeLiteral(Value()), Text("%")}), "NULL:boolean");
  EXPECT_EQ(TextOf("||", {TextColumn(), MakeLiteral(Value())}), "NULL:text");
}

TEST(TextFunctionsTest, JoinsAreFlatAndTheirLiteralsOne) {
  const auto inner = BindCall("||", {TextColumn(0), Text("a")});
  ASSERT_TRUE(inner.ok());
  EXPECT_EQ(TextOf("||", {*inner, Text("b")}), "($0 || 'ab')");
  const auto both = BindCall("||", {*inner, TextColumn(1)});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(ToText(*both->expression), "($0 || 'a' || $1)");
  EXPECT_TRUE(both->range.nullable);
  EXPECT_EQ(ReasonOf(BindCall("||", {*both, TextColumn(2)}).status()), Reason::kLimit);
  const auto lower = BindCall("lower", {*both});
  ASSERT_TRUE(lower.ok());
  EXPECT_EQ(ReasonOf(BindCall("||", {*lower, TextColumn(2)}).status()), Reason::kLimit);
  EXPECT_TRUE(BindCall("||", {*lower, Text("c")}).ok());
}

TEST(TextFunctionsTest, WhatIsNotTheTextMustBeLiteral) {
  const TypedExpression number = {.expression = Column(0), .range = {}};
  const auto reason = [](const char* name, std::vector<TypedExpression> arguments) {
    return ReasonOf(BindCall(name, std::move(arguments)).status());
  };
  EXPECT_EQ(reason("~~", {TextColumn(), TextColumn(1)}), Reason::kUnsupported);
  EXPECT_EQ(reason("~~", {TextColumn(), MakeLiteral(Value())}), Reason::kUnsupported);
  EXPECT_EQ(reason("~~", {number, Text("a")}), Reason::kTypeMismatch);
  EXPECT_EQ(reason("~~", {TextColumn(), Text("a"), Text("ab")}), Reason::kLiteralRange);
  EXPECT_EQ(reason("~~", {TextColumn(), Text("a\\")}), Reason::kLiteralRange);
  const std::string most(kPatternCharactersMax, '_');
  EXPECT_TRUE(BindCall("~~", {TextColumn(), Text(most.c_str())}).ok());
  EXPECT_EQ(reason("~~", {TextColumn(), Text((most + "_").c_str())}), Reason::kLimit);
  EXPECT_EQ(reason("left", {TextColumn(), number}), Reason::kUnsupported);
  EXPECT_EQ(reason("substr", {TextColumn(), Whole(1), number}), Reason::kUnsupported);
  EXPECT_EQ(reason("substr", {TextColumn(), Whole(1), Whole(-1)}), Reason::kLiteralRange);
  EXPECT_EQ(reason("substr", {TextColumn()}), Reason::kUnsupported);
  EXPECT_EQ(reason("btrim", {TextColumn(), TextColumn(1)}), Reason::kUnsupported);
  EXPECT_EQ(reason("lower", {number}), Reason::kTypeMismatch);
  EXPECT_EQ(reason("lower", {}), Reason::kUnsupported);
  EXPECT_EQ(reason("||", {TextColumn(), number}), Reason::kTypeMismatch);
}

TEST(TextFunctionsTest, LengthIsBoundedByWhatIsCut) {
  const auto bounds = [](const absl::StatusOr<TypedExpression>& text) {
    return BindCall("length", {*text})->range.interval;
  };
  EXPECT_EQ(bounds(TextColumn()), (Interval{2, 8}));
  EXPECT_EQ(bounds(BindCall("left", {TextColumn(), Whole(3)})), (Interval{2, 3}));
  EXPECT_EQ(bounds(BindCall("right", {TextColumn(), Whole(-3)})), (Interval{0, 5}));
  EXPECT_EQ(bounds(BindCall("substr", {TextColumn(), Whole(2), Whole(4)})), (Interval{0, 4}));
  EXPECT_EQ(bounds(BindCall("||", {TextColumn(), Text("abc")})), (Interval{5, 11}));
}

TEST(TextFunctionsTest, NamesOfOtherFunctionsAreNotOurs) {
  EXPECT_EQ(FindTextFunction("floor"), nullptr);
  EXPECT_EQ(FindTextFunction("="), nullptr);
}

}  // namespace
}  // namespace tacit
