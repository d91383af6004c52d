// One rule at a time; evaluate_test has random expressions against a reference.
#include <gtest/gtest.h>

#include <limits>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

Value Of(Kind kind, double x) {
  return EvaluateOne(Make(kind, ValueType::kFloat64, {Literal(Real(x))}));
}

Value Power(double x, double exponent) {
  return EvaluateOne(
      Make(Kind::kPower, ValueType::kFloat64, {Literal(Real(x)), Literal(Real(exponent))}));
}

TEST(EvaluateMathTest, HasAValueOrNullForEveryInput) {
  EXPECT_EQ(Of(Kind::kRound, 2.5), Real(2));
  EXPECT_EQ(Of(Kind::kRound, -1.5), Real(-2));
  EXPECT_EQ(Of(Kind::kCeil, -0.5), Real(0));
  EXPECT_EQ(Of(Kind::kSqrt, -1), Null());
  EXPECT_EQ(Of(Kind::kLn, 0), Null());
  EXPECT_EQ(Of(Kind::kExp, 1000), Null());
  EXPECT_EQ(Of(Kind::kExp, -1000), Real(0));
  EXPECT_EQ(Power(0, -1), Null());
  EXPECT_EQ(Power(-8, 1.0 / 3), Null());
  EXPECT_EQ(Power(-2, 3), Real(-8));
  const ExpressionPtr least = Literal(Int(std::numeric_limits<int64_t>::min()));
  EXPECT_EQ(EvaluateOne(Make(Kind::kAbs, ValueType::kInt64, {least})), Null());
}

}  // namespace
}  // namespace tacit
