#include <limits>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Value Compute(Value left, Kind kind, Value right) {
  return EvaluateOne(Binary(kind, Literal(left), Literal(right)));
}

TEST(ArithmeticTest, IntegerOverflowIsNull) {
  EXPECT_EQ(Compute(Int(kMax), Kind::kAdd, Int(1)), Null());
  EXPECT_EQ(Compute(Int(kMin), Kind::kSubtract, Int(1)), Null());
  EXPECT_EQ(Compute(Int(kMax), Kind::kMultiply, Int(2)), Null());
  EXPECT_EQ(Compute(Int(kMin), Kind::kDivide, Int(-1)), Null());
  EXPECT_EQ(EvaluateOne(Make(Kind::kNegate, ValueType::kInt64, {Literal(Int(kMin))})), Null());
  EXPECT_EQ(Compute(Int(kMax), Kind::kAdd, Int(0)), Int(kMax));
}

TEST(ArithmeticTest, DivisionAndModuloByZeroAreNull) {
  EXPECT_EQ(Compute(Int(5), Kind::kDivide, Int(0)), Null());
  EXPECT_EQ(Compute(Int(5), Kind::kModulo, Int(0)), Null());
  EXPECT_EQ(Compute(Real(5), Kind::kDivide, Real(0)), Null());
  EXPECT_EQ(Compute(Real(0), Kind::kDivide, Real(0)), Null());
}

TEST(ArithmeticTest, IntegerDivisionTruncatesAndModuloFollowsTheDividend) {
  EXPECT_EQ(Compute(Int(-7), Kind::kDivide, Int(2)), Int(-3));
  EXPECT_EQ(Compute(Int(-7), Kind::kModulo, Int(2)), Int(-1));
  EXPECT_EQ(Compute(Int(7), Kind::kModulo, Int(-2)), Int(1));
  EXPECT_EQ(Compute(Int(kMin), Kind::kModulo, Int(-1)), Int(0));
}

TEST(ArithmeticTest, FloatsThatAreNotFiniteAreNull) {
  EXPECT_EQ(Compute(Real(1e308), Kind::kAdd, Real(1e308)), Null());
  EXPECT_EQ(Compute(Real(-1e308), Kind::kMultiply, Real(10)), Null());
  EXPECT_EQ(Compute(Real(1e308), Kind::kDivide, Real(0.1)), Null());
}

TEST(ArithmeticTest, NullInNullOut) {
  const ExpressionPtr null = Literal(Null(), ValueType::kInt64);
  EXPECT_EQ(EvaluateOne(Binary(Kind::kAdd, null, Literal(Int(1)))), Null());
  EXPECT_EQ(EvaluateOne(Make(Kind::kNegate, ValueType::kInt64, {null})), Null());
  EXPECT_EQ(EvaluateOne(Make(Kind::kToFloat, ValueType::kFloat64, {null})), Null());
}

TEST(ArithmeticTest, WidensToTheNearestFloat) {
  const ExpressionPtr wide =
      Make(Kind::kToFloat, ValueType::kFloat64, {Literal(Int((int64_t{1} << 53) + 1))});
  EXPECT_EQ(EvaluateOne(wide), Real(0x1p53));
}

}  // namespace
}  // namespace tacit
