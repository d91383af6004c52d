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

ExpressionPtr Leaf(Value value, ValueType type) {
  auto leaf = std::make_shared<Expression>();
  leaf->type = type;
  leaf->literal = std::move(value);
  return leaf;
}

// Of a function of one number; `constant` is the exponent of POWER.
PresentedCell Of(Kind kind, const PresentedCell& argument, double constant = 0) {
  Expression expression;
  expression.kind = kind;
  expression.arguments = {Leaf({}, ValueType::kFloat64), Leaf(constant, ValueType::kFloat64)};
  return EvaluateMath(expression, argument);
}

PresentedCell ToInteger(const PresentedCell& argument, int64_t most) {
  Expression expression;
  expression.kind = Kind::kToInteger;
  expression.arguments = {Leaf({}, ValueType::kFloat64), Leaf(most, ValueType::kInt64)};
  return EvaluateMath(expression, argument);
}

PresentedCell Quarter(const PresentedCell& argument) {
  Expression expression;
  expression.kind = Kind::kWidthBucket;
  expression.arguments = {Leaf({}, ValueType::kFloat64), Leaf(0.0, ValueType::kFloat64),
                          Leaf(1.0, ValueType::kFloat64), Leaf(int64_t{4}, ValueType::kInt64)};
  return EvaluateMath(expression, argument);
}

void Expect(const PresentedCell& cell, const Value& value, double low, double high) {
  EXPECT_EQ(cell.value, value);
  EXPECT_TRUE(cell.has_interval);
  EXPECT_EQ(cell.low, low);
  EXPECT_EQ(cell.high, high);
}

TEST(AnswerMathTest, IntervalsFollowTheFunction) {
  Expect(Of(Kind::kAbs, Cell(int64_t{-3}, -5, 1)), int64_t{3}, 0, 5);
  Expect(Of(Kind::kAbs, Cell(-3.5, -5, -2)), 3.5, 2, 5);
  Expect(Of(Kind::kCeil, Cell(1.2, 0.5, 2.5)), 2.0, 1, 3);
  Expect(Of(Kind::kRound, Cell(2.5, 1.5, 3.5)), 2.0, 2, 4);
  Expect(Of(Kind::kSqrt, Cell(4.0, -1, 9)), 2.0, 0, 3);
  Expect(Of(Kind::kLn, Cell(1.0, -1, kInfinity)), 0.0, -kInfinity, kInfinity);
  Expect(Of(Kind::kExp, Cell(0.0, -kInfinity, 1e9)), 1.0, 0, kInfinity);
}

TEST(AnswerMathTest, WholeOnesTooWhereTheIntervalIsOpen) {
  Expect(Of(Kind::kTrunc, Cell(-1.5, -kInfinity, 2.5)), -1.0, -kInfinity, 2);
  Expect(Of(Kind::kSign, Cell(2.0, -kInfinity, kInfinity)), 1.0, -1, 1);
  Expect(Of(Kind::kLog10, Cell(100.0, 10, kInfinity)), 2.0, 1, kInfinity);
}

TEST(AnswerMathTest, CastsToIntegers) {
  Expect(ToInteger(Cell(2.5, 1.2, 3.5), 100), int64_t{2}, 1, 4);
  Expect(ToInteger(Cell(int64_t{7}, 6.5, 7.5), 100), int64_t{7}, 6.5, 7.5);
  Expect(ToInteger(Cell(99.0, -kInfinity, 1e9), 100), int64_t{99}, -kInfinity, 1e9);
  EXPECT_TRUE(IsNull(ToInteger(Cell(100.6, 99, 102), 100).value));
  EXPECT_TRUE(IsNull(ToInteger(Cell(0x1p63, 0, 1e300), std::numeric_limits<int64_t>::max()).value));
  EXPECT_TRUE(IsNull(ToInteger(Cell(int64_t{-102}, -103, 0), 100).value));
  EXPECT_EQ(Of(Kind::kBoolToInteger, {.value = true}).value, Value(int64_t{1}));
}

TEST(AnswerMathTest, Buckets) {
  Expect(Quarter(Cell(0.3, 0.1, 5)), int64_t{2}, 1, 5);
  Expect(Quarter(Cell(0.3, -kInfinity, kInfinity)), int64_t{2}, 0, 5);
  EXPECT_EQ(Quarter({.value = int64_t{1}}).value, Value(int64_t{5}));
}

TEST(AnswerMathTest, PowersKnowTheirSign) {
  Expect(Of(Kind::kPower, Cell(-2.0, -3, 1), 2), 4.0, 0, 9);
  Expect(Of(Kind::kPower, Cell(-2.0, -3, 1), 3), -8.0, -27, 1);
  Expect(Of(Kind::kPower, Cell(2.0, 1, 4), -1), 0.5, 0.25, 1);
  Expect(Of(Kind::kPower, Cell(2.0, -1, 4), -1), 0.5, -kInfinity, kInfinity);
  Expect(Of(Kind::kPower, Cell(4.0, -1, 9), 0.5), 2.0, -kInfinity, kInfinity);
}

TEST(AnswerMathTest, WhatHasNoValueIsNull) {
  EXPECT_TRUE(IsNull(Of(Kind::kSqrt, Cell(-1.0, -2, 2)).value));
  EXPECT_TRUE(IsNull(Of(Kind::kLn, Cell(0.0, -2, 2)).value));
  EXPECT_TRUE(IsNull(Of(Kind::kPower, Cell(-1.0, -2, 2), 0.5).value));
  EXPECT_TRUE(IsNull(Of(Kind::kAbs, {}).value));
  EXPECT_FALSE(Of(Kind::kExp, {.value = 1.0}).has_interval);
}

}  // namespace
}  // namespace tacit
