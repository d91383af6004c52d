#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/analyze/scalar_functions.h"

namespace tacit {
namespace {

absl::StatusOr<TypedExpression> Call(const char* name, std::vector<TypedExpression> arguments) {
  SyntaxNode call;
  call.kind = SyntaxKind::kCall;
  call.name = name;
  return FindScalarFunction(name)(call, std::move(arguments));
}

TypedExpression Number(double value) { return MakeLiteral(Value(value)); }

TypedExpression AnInteger() {
  auto column = std::make_shared<Expression>();
  column->kind = ExpressionKind::kColumn;
  return {.expression = std::move(column), .range = {.interval = {-4, 9}}};
}

TEST(MathFunctionsTest, TypesAndBounds) {
  const auto size = Call("abs", {AnInteger()});
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(size->expression->type, ValueType::kInt64);
  EXPECT_EQ(size->range.interval, (Interval{0, 9}));
  const auto root = Call("sqrt", {AnInteger()});
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(ToText(*root->expression), "sqrt(real($0))");
  EXPECT_EQ(root->range.interval, (Interval{0, 3}));
  EXPECT_TRUE(root->range.nullable);
  const auto places = Call("round", {AnInteger(), MakeLiteral(Value(int64_t{1}))});
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(ToText(*places->expression), "(round((real($0) * 10.0)) / 10.0)");
  EXPECT_EQ(places->range.interval, (Interval{-4, 9}));
  EXPECT_EQ(Call("power", {AnInteger(), Number(2)})->range.interval, (Interval{0, 81}));
}

TEST(MathFunctionsTest, RefusesOtherFormsAndTypes) {
  const auto reason = [](const char* name, std::vector<TypedExpression> arguments) {
    return ReasonOf(Call(name, std::move(arguments)).status());
  };
  EXPECT_EQ(reason("abs", {}), Reason::kUnsupported);
  EXPECT_EQ(reason("exp", {Number(1), Number(1)}), Reason::kUnsupported);
  EXPECT_EQ(reason("ln", {MakeLiteral(Value(std::string("a")))}), Reason::kTypeMismatch);
  EXPECT_EQ(reason("power", {Number(2), AnInteger()}), Reason::kUnsupported);
  EXPECT_EQ(reason("round", {Number(2), Number(16)}), Reason::kUnsupported);
  EXPECT_EQ(reason("round", {Number(2), Number(0.5)}), Reason::kUnsupported);
}

}  // namespace
}  // namespace tacit
