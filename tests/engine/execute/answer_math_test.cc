#include "engine/execute/answer_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

PresentedCell Cell(Value value, double low, double high) {
  return {.value = std::move(value), .has_interval = true, .low = low, .high = high};
}

void Expect(const PresentedCell& cell, const Value& value, double low, double high) {
  EXPECT_EQ(cell.value, value);
  EXPECT_TRUE(cell.has_interval);
  EXPECT_EQ(cell.low, low);
  EXPECT_EQ(cell.high, high);
}

TEST(AnswerMathTest, IntervalsFollowTheFunction) {
  Expect(EvaluateMath(Kind::kAbs, Cell(int64_t{-3}, -5, 1), 0), int64_t{3}, 0, 5);
  Expect(EvaluateMath(Kind::kAbs, Cell(-3.5, -5, -2), 0), 3.5, 2, 5);
  Expect(EvaluateMath(Kind::kCeil, Cell(1.2, 0.5, 2.5), 0), 2.0, 1, 3);
  Expect(EvaluateMath(Kind::kRound, Cell(2.5, 1.5, 3.5), 0), 2.0, 2, 4);
  Expect(EvaluateMath(Kind::kSqrt, Cell(4.0, -1, 9), 0), 2.0, 0, 3);
  Expect(EvaluateMath(Kind::kLn, Cell(1.0, -1, kInfinity), 0), 0.0, -kInfinity, kInfinity);
  Expect(EvaluateMath(Kind::kExp, Cell(0.0, -kInfinity, 1e9), 0), 1.0, 0, kInfinity);
}

TEST(AnswerMathTest, PowersKnowTheirSign) {
  Expect(EvaluateMath(Kind::kPower, Cell(-2.0, -3, 1), 2), 4.0, 0, 9);
  Expect(EvaluateMath(Kind::kPower, Cell(-2.0, -3, 1), 3), -8.0, -27, 1);
  Expect(EvaluateMath(Kind::kPower, Cell(2.0, 1, 4), -1), 0.5, 0.25, 1);
  Expect(EvaluateMath(Kind::kPower, Cell(2.0, -1, 4), -1), 0.5, -kInfinity, kInfinity);
  Expect(EvaluateMath(Kind::kPower, Cell(4.0, -1, 9), 0.5), 2.0, -kInfinity, kInfinity);
}

TEST(AnswerMathTest, WhatHasNoValueIsNull) {
  EXPECT_TRUE(IsNull(EvaluateMath(Kind::kSqrt, Cell(-1.0, -2, 2), 0).value));
  EXPECT_TRUE(IsNull(EvaluateMath(Kind::kLn, Cell(0.0, -2, 2), 0).value));
  EXPECT_TRUE(IsNull(EvaluateMath(Kind::kPower, Cell(-1.0, -2, 2), 0.5).value));
  EXPECT_TRUE(IsNull(EvaluateMath(Kind::kAbs, {}, 0).value));
  EXPECT_FALSE(EvaluateMath(Kind::kExp, {.value = 1.0}, 0).has_interval);
}

}  // namespace
}  // namespace tacit
