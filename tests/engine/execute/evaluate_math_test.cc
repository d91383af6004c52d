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

Value Cast(ExpressionPtr value, int64_t most) {
  return EvaluateOne(
      Make(Kind::kToInteger, ValueType::kInt64, {std::move(value), Literal(Int(most))}));
}

TEST(EvaluateMathTest, CastsRoundHalvesToEvenAndKeepWhatFits) {
  constexpr int64_t kMost = 2147483647;
  EXPECT_EQ(Cast(Literal(Real(2.5)), kMost), Int(2));
  EXPECT_EQ(Cast(Literal(Real(-3.5)), kMost), Int(-4));
  EXPECT_EQ(Cast(Literal(Real(2147483647.4)), kMost), Int(kMost));
  EXPECT_EQ(Cast(Literal(Real(2147483647.5)), kMost), Null());
  EXPECT_EQ(Cast(Literal(Real(-2147483648.5)), kMost), Int(-kMost - 1));
  EXPECT_EQ(Cast(Literal(Int(kMost + 1)), kMost), Null());
  const int64_t all = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Cast(Literal(Real(-0x1p63)), all), Int(-all - 1));
  EXPECT_EQ(Cast(Literal(Real(0x1p63)), all), Null());
  EXPECT_EQ(Cast(Literal(Real(1e300)), all), Null());
}

TEST(EvaluateMathTest, HasAValueOrNullForEveryInput) {
  EXPECT_EQ(Of(Kind::kRound, 2.5), Real(2));
  EXPECT_EQ(Of(Kind::kRound, -1.5), Real(-2));
  EXPECT_EQ(Of(Kind::kCeil, -0.5), Real(0));
  EXPECT_EQ(Of(Kind::kSqrt, -1), Null());
  EXPECT_EQ(Of(Kind::kLn, 0), Null());
  EXPECT_EQ(Of(Kind::kExp, 1000), Null());
  EXPECT_EQ(Of(Kind::kExp, -1000), Real(0));
  EXPECT_EQ(Of(Kind::kLog10, 1000), Real(3));
  EXPECT_EQ(Of(Kind::kTrunc, -0.5), Real(0));
  EXPECT_EQ(Of(Kind::kSign, -0.5), Real(-1));
  EXPECT_EQ(Power(0, -1), Null());
  EXPECT_EQ(Power(-8, 1.0 / 3), Null());
  EXPECT_EQ(Power(-2, 3), Real(-8));
  const ExpressionPtr least = Literal(Int(std::numeric_limits<int64_t>::min()));
  EXPECT_EQ(EvaluateOne(Make(Kind::kAbs, ValueType::kInt64, {least})), Null());
}

}  // namespace
}  // namespace tacit
