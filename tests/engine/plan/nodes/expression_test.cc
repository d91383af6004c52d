#include "engine/plan/nodes/expression.h"

#include <limits>

#include "gtest/gtest.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

ExpressionPtr Leaf(Kind kind, int index) {
  return std::make_shared<Expression>(Expression{.kind = kind, .index = index});
}

ExpressionPtr Constant(const Value& value, ValueType type) {
  return std::make_shared<Expression>(Expression{.type = type, .literal = value});
}

ExpressionPtr Of(Kind kind, std::vector<ExpressionPtr> arguments) {
  return std::make_shared<Expression>(Expression{.kind = kind, .arguments = std::move(arguments)});
}

TEST(ExpressionTest, WritesBracketsEverywhere) {
  const ExpressionPtr a = Leaf(Kind::kColumn, 0), b = Leaf(Kind::kColumn, 1);
  EXPECT_EQ(ToText(*Of(Kind::kAdd, {Of(Kind::kMultiply, {a, b}), a})), "(($0 * $1) + $0)");
  EXPECT_EQ(ToText(*Of(Kind::kMultiply, {a, Of(Kind::kAdd, {b, a})})), "($0 * ($1 + $0))");
  EXPECT_EQ(ToText(*Of(Kind::kNot, {Of(Kind::kIsNull, {a})})), "(NOT ($0 IS NULL))");
  EXPECT_EQ(ToText(*Of(Kind::kNegate, {Of(Kind::kToFloat, {a})})), "(-real($0))");
  EXPECT_EQ(ToText(*Leaf(Kind::kKey, 2)), "key2");
  EXPECT_EQ(ToText(*Leaf(Kind::kAnswer, 3)), "answer3");
}

TEST(ExpressionTest, WritesFunctionsWithTheirConstants) {
  const ExpressionPtr a = Leaf(Kind::kColumn, 0);
  const auto whole = [](int64_t value) { return Constant(value, ValueType::kInt64); };
  const auto real = [](double value) { return Constant(value, ValueType::kFloat64); };
  EXPECT_EQ(ToText(*Of(Kind::kAbs, {a})), "abs($0)");
  EXPECT_EQ(ToText(*Of(Kind::kPower, {a, real(2)})), "power($0, 2.0)");
  EXPECT_EQ(ToText(*Of(Kind::kWidthBucket, {a, real(0), real(1), whole(4)})),
            "width_bucket($0, 0.0, 1.0, 4)");
  EXPECT_EQ(ToText(*Of(Kind::kToInteger, {a, whole(32767)})), "smallint($0)");
  EXPECT_EQ(ToText(*Of(Kind::kToInteger, {a, whole(2147483647)})), "integer($0)");
  EXPECT_EQ(ToText(*Of(Kind::kToInteger, {a, whole(std::numeric_limits<int64_t>::max())})),
            "bigint($0)");
}

TEST(ExpressionTest, TellsLiteralsOfDifferentTypesApart) {
  EXPECT_EQ(ToText(*Constant(int64_t{1}, ValueType::kInt64)), "1");
  EXPECT_EQ(ToText(*Constant(1.0, ValueType::kFloat64)), "1.0");
  EXPECT_EQ(ToText(*Constant(std::string("1"), ValueType::kText)), "'1'");
  EXPECT_NE(ToText(*Constant(Value(), ValueType::kText)),
            ToText(*Constant(Value(), ValueType::kInt64)));
}

TEST(ExpressionTest, WritesLists) {
  auto in = std::make_shared<Expression>(
      Expression{.kind = Kind::kInList, .arguments = {Leaf(Kind::kColumn, 0)}});
  in->list = {std::string("a"), std::string("b', 'c")};
  EXPECT_EQ(ToText(*in), "($0 IN ('a', 'b'', ''c'))");
}

TEST(ExpressionTest, NamesColumnsForPeople) {
  const std::vector<std::string> names = {"age", "y"};
  const ExpressionPtr sum =
      Of(Kind::kAdd, {Leaf(Kind::kColumn, 1), Constant(Value(), ValueType::kInt64)});
  EXPECT_EQ(ToText(*sum, names), "(y + NULL)");
}

}  // namespace
}  // namespace tacit
