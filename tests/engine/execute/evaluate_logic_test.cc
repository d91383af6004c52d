#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

const Value kTruthValues[] = {Bool(false), Bool(true), Null()};

ExpressionPtr Truth(const Value& value) { return Literal(value, ValueType::kBool); }

TEST(LogicTest, AndAndOrHaveTheirThreeValuedTables) {
  const Value conjunction[3][3] = {{Bool(false), Bool(false), Bool(false)},
                                   {Bool(false), Bool(true), Null()},
                                   {Bool(false), Null(), Null()}};
  const Value disjunction[3][3] = {{Bool(false), Bool(true), Null()},
                                   {Bool(true), Bool(true), Bool(true)},
                                   {Null(), Bool(true), Null()}};
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      const ExpressionPtr left = Truth(kTruthValues[a]);
      const ExpressionPtr right = Truth(kTruthValues[b]);
      EXPECT_EQ(EvaluateOne(Binary(Kind::kAnd, left, right)), conjunction[a][b]) << a << b;
      EXPECT_EQ(EvaluateOne(Binary(Kind::kOr, left, right)), disjunction[a][b]) << a << b;
    }
  }
}

TEST(LogicTest, ConnectivesTakeManyArguments) {
  const ExpressionPtr yes = Truth(Bool(true));
  const ExpressionPtr no = Truth(Bool(false));
  const ExpressionPtr unknown = Truth(Null());
  EXPECT_EQ(EvaluateOne(Make(Kind::kAnd, ValueType::kBool, {yes, unknown, yes})), Null());
  EXPECT_EQ(EvaluateOne(Make(Kind::kAnd, ValueType::kBool, {yes, unknown, no})), Bool(false));
  EXPECT_EQ(EvaluateOne(Make(Kind::kOr, ValueType::kBool, {no, unknown, yes})), Bool(true));
  EXPECT_EQ(EvaluateOne(Make(Kind::kOr, ValueType::kBool, {no, no, no})), Bool(false));
}

TEST(LogicTest, NotKeepsNull) {
  const auto negated = [](const Value& value) {
    return EvaluateOne(Make(Kind::kNot, ValueType::kBool, {Truth(value)}));
  };
  EXPECT_EQ(negated(Bool(true)), Bool(false));
  EXPECT_EQ(negated(Bool(false)), Bool(true));
  EXPECT_EQ(negated(Null()), Null());
}

TEST(LogicTest, IsNullIsNeverNull) {
  EXPECT_EQ(EvaluateOne(Make(Kind::kIsNull, ValueType::kBool, {Column(4, ValueType::kText)})),
            Bool(true));
  EXPECT_EQ(EvaluateOne(Make(Kind::kIsNull, ValueType::kBool, {Column(5, ValueType::kText)})),
            Bool(false));
}

}  // namespace
}  // namespace tacit
