#include "engine/analyze/arithmetic.h"

#include "accountant/refusal.h"
#include "engine/plan/nodes/date.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

absl::StatusOr<TypedExpression> Of(const char* symbol, const std::vector<Value>& values) {
  std::vector<TypedExpression> arguments;
  for (const Value& value : values) arguments.push_back(MakeLiteral(value));
  return Calculate({.kind = SyntaxKind::kOperator, .name = symbol}, std::move(arguments));
}

ValueType TypeOf(const char* symbol, const std::vector<Value>& values) {
  const auto result = Of(symbol, values);
  EXPECT_TRUE(result.ok()) << symbol << result.status();
  return result.ok() ? result->expression->type : ValueType::kText;
}

constexpr int64_t kTwo = 2;
constexpr Date kDay{19000};

TEST(ArithmeticTest, KnowsItsOperators) {
  for (const char* symbol : {"+", "-", "*", "/", "%"}) EXPECT_TRUE(IsArithmetic(symbol)) << symbol;
  for (const char* symbol : {"=", "||", "~~", ""}) EXPECT_FALSE(IsArithmetic(symbol)) << symbol;
}

TEST(ArithmeticTest, IntegersStayIntegersUntilTheyMeetAReal) {
  EXPECT_EQ(TypeOf("/", {Value(kTwo), Value(kTwo)}), ValueType::kInt64);
  EXPECT_EQ(TypeOf("*", {Value(kTwo), Value(2.5)}), ValueType::kFloat64);
  EXPECT_EQ(TypeOf("-", {Value(2.5)}), ValueType::kFloat64);
  EXPECT_EQ(ReasonOf(Of("%", {Value(kTwo), Value(2.5)}).status()), Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(Of("+", {Value(kTwo), Value(true)}).status()), Reason::kTypeMismatch);
}

TEST(ArithmeticTest, DaysAreAddedToDatesAndDatesDifferByDays) {
  EXPECT_EQ(TypeOf("+", {Value(kDay), Value(kTwo)}), ValueType::kDate);
  EXPECT_EQ(TypeOf("+", {Value(kTwo), Value(kDay)}), ValueType::kDate);
  EXPECT_EQ(TypeOf("-", {Value(kDay), Value(kTwo)}), ValueType::kDate);
  EXPECT_EQ(TypeOf("-", {Value(kDay), Value(kDay)}), ValueType::kInt64);
  EXPECT_EQ(ReasonOf(Of("+", {Value(kDay), Value(kDay)}).status()), Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(Of("-", {Value(kTwo), Value(kDay)}).status()), Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(Of("*", {Value(kDay), Value(kTwo)}).status()), Reason::kTypeMismatch);
}

}  // namespace
}  // namespace tacit
