#include "engine/analyze/bounds.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr Kind kIntegerKinds[] = {Kind::kAdd, Kind::kSubtract, Kind::kMultiply, Kind::kDivide,
                                  Kind::kModulo};

double Number(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value);
}

ValueRange Between(double lower, double upper, bool nullable = false) {
  return {.interval = {lower, upper}, .nullable = nullable};
}

// Every pair of intervals with ends in [-4, 4], every pair of values inside, every operator.
TEST(BoundsTest, HoldsEveryIntegerResult) {
  for (const Kind kind : kIntegerKinds) {
    const ExpressionPtr operation = Operation(kind, ValueType::kInt64, {Column(0), Column(1)});
    for (int a = 0; a < 81; ++a) {
      for (int b = 0; b < 81; ++b) {
        const int64_t a_low = a / 9 - 4, a_high = a % 9 - 4, b_low = b / 9 - 4, b_high = b % 9 - 4;
        if (a_low > a_high || b_low > b_high) continue;
        const ValueRange range = Infer(
            *operation, std::vector<ValueRange>{Between(a_low, a_high), Between(b_low, b_high)});
        for (int64_t x = a_low; x <= a_high; ++x) {
          for (int64_t y = b_low; y <= b_high; ++y) {
            const Value result = Evaluate(*operation, {x, y});
            ASSERT_TRUE(IsNull(result) ? range.nullable : range.interval.Contains(Number(result)))
                << ToText(*operation) << " of " << x << " and " << y;
          }
        }
      }
    }
  }
}

// Bounds that are too wide cost accuracy; for these operators they are exact.
TEST(BoundsTest, IsTightForSumsDifferencesAndProducts) {
  for (const Kind kind : {Kind::kAdd, Kind::kSubtract, Kind::kMultiply}) {
    const ExpressionPtr operation = Operation(kind, ValueType::kInt64, {Column(0), Column(1)});
    const ValueRange range =
        Infer(*operation, std::vector<ValueRange>{Between(-3, 2), Between(-1, 4)});
    Interval seen = kNoValue;
    for (int64_t x = -3; x <= 2; ++x) {
      for (int64_t y = -1; y <= 4; ++y) seen = Hull(seen, IntervalOf(Evaluate(*operation, {x, y})));
    }
    EXPECT_EQ(range.interval, seen) << ToText(*operation);
    EXPECT_FALSE(range.nullable);
  }
}

TEST(BoundsTest, HoldsResultsAtTheEndsOfIntegers) {
  const std::vector<int64_t> ends = {kLeast,    kLeast + 1, -1, 0, 1, (int64_t{1} << 53) + 1,
                                     kMost - 1, kMost};
  for (const Kind kind : kIntegerKinds) {
    const ExpressionPtr operation = Operation(kind, ValueType::kInt64, {Column(0), Column(1)});
    for (const int64_t x : ends) {
      for (const int64_t y : ends) {
        const std::vector<ValueRange> columns = {{.interval = IntervalOf(x)},
                                                 {.interval = IntervalOf(y)}};
        const ValueRange range = Infer(*operation, columns);
        const Value result = Evaluate(*operation, {x, y});
        ASSERT_TRUE(IsNull(result) ? range.nullable : range.interval.Contains(Number(result)))
            << ToText(*operation) << " of " << x << " and " << y;
      }
    }
  }
}

TEST(BoundsTest, HoldsEveryRealResult) {
  const std::vector<double> points = {-1e308, -2.5, -0.1, 0, 1e-320, 0.1, 0.3, 7, 1e308};
  for (const Kind kind : {Kind::kAdd, Kind::kSubtract, Kind::kMultiply, Kind::kDivide}) {
    const ExpressionPtr operation =
        Operation(kind, ValueType::kFloat64,
                  {Column(0, ValueType::kFloat64), Column(1, ValueType::kFloat64)});
    for (size_t a = 0; a < points.size(); ++a) {
      for (size_t b = a; b < points.size(); ++b) {
        for (size_t c = 0; c < points.size(); ++c) {
          for (size_t d = c; d < points.size(); ++d) {
            const std::vector<ValueRange> columns = {Between(points[a], points[b]),
                                                     Between(points[c], points[d])};
            const ValueRange range = Infer(*operation, columns);
            for (size_t x = a; x <= b; ++x) {
              for (size_t y = c; y <= d; ++y) {
                const Value result = Evaluate(*operation, {points[x], points[y]});
                ASSERT_TRUE(IsNull(result) ? range.nullable
                                           : range.interval.Contains(Number(result)))
                    << ToText(*operation) << " of " << points[x] << " and " << points[y];
              }
            }
          }
        }
      }
    }
  }
}

// Random trees over two columns, NULL among the values of one.
TEST(BoundsTest, HoldsEveryResultOfRandomExpressions) {
  std::mt19937 random(20240501);
  for (int i = 0; i < 4000; ++i) {
    const ExpressionPtr expression = RandomNumber(random, 3);
    const ValueRange range =
        Infer(*expression, std::vector<ValueRange>{Between(-2, 3), Between(-1, 2, true)});
    for (int64_t x = -2; x <= 3; ++x) {
      for (int64_t y = -1; y <= 3; ++y) {
        const Value second = y == 3 ? Value() : Value(y);
        const Value result = Evaluate(*expression, {x, second});
        ASSERT_TRUE(IsNull(result) ? range.nullable : range.interval.Contains(Number(result)))
            << ToText(*expression) << " of " << x << " and " << ToText(second);
      }
    }
  }
}

TEST(BoundsTest, KeepsHalfBoundedIntervals) {
  const ValueRange above = Between(2, kInfinity);
  const auto infer = [&](Kind kind, const ValueRange& other) {
    return InferOperation(kind, ValueType::kFloat64, {above, other}).interval;
  };
  EXPECT_EQ(infer(Kind::kAdd, Between(1, 3)), (Interval{3, kInfinity}));
  EXPECT_EQ(infer(Kind::kMultiply, Between(0, 0)), (Interval{0, 0}));
  EXPECT_EQ(infer(Kind::kDivide, Between(2, 4)).lower, 0.5);
  EXPECT_FALSE(infer(Kind::kSubtract, above).IsFinite());
}

TEST(BoundsTest, HasNoBoundsForDivisionNextToZero) {
  const ValueRange range =
      InferOperation(Kind::kDivide, ValueType::kFloat64, {Between(1, 2), Between(0, 1)});
  EXPECT_FALSE(range.interval.IsFinite());
  EXPECT_TRUE(range.nullable);
}

TEST(BoundsTest, SaysWhenIntegersMayOverflow) {
  const auto range = [](double upper) {
    return InferOperation(Kind::kMultiply, ValueType::kInt64, {Between(0, 1e9), Between(0, upper)});
  };
  EXPECT_FALSE(range(9e9).nullable);
  EXPECT_TRUE(range(1e10).nullable);
  EXPECT_LE(range(1e10).interval.upper, 9223372036854775808.0);
}

TEST(BoundsTest, TakesWholeNumbersWithinDeclaredBounds) {
  ColumnSchema column{.name = "x", .type = ValueType::kInt64, .bounds = ValueBounds{0.5, 3.5}};
  EXPECT_EQ(DeclaredRange(column).interval, (Interval{1, 3}));
  column.type = ValueType::kFloat64;
  EXPECT_EQ(DeclaredRange(column).interval, (Interval{0.5, 3.5}));
  column.bounds.reset();
  EXPECT_FALSE(DeclaredRange(column).interval.IsFinite());
}

TEST(BoundsTest, WidensLiteralsThatADoubleCannotHold) {
  for (const int64_t value : {kLeast, kMost, (int64_t{1} << 53) + 1, int64_t{7}}) {
    const Interval interval = IntervalOf(value);
    EXPECT_LE(static_cast<__int128>(interval.lower), value);
    EXPECT_GE(static_cast<__int128>(interval.upper), value);
  }
  EXPECT_EQ(IntervalOf(int64_t{7}), (Interval{7, 7}));
  EXPECT_TRUE(IntervalOf(Value()).IsEmpty());
}

}  // namespace
}  // namespace tacit
