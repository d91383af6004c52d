#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

TEST(CompareTest, TextAgainstLiteralIsByBytes) {
  const ExpressionPtr column = Column(5, ValueType::kText);
  const auto row = [](const char* text) {
    return std::vector<Value>{Null(), Int(1),     Null(), Real(1),
                              Null(), Text(text), Null(), Bool(true)};
  };
  const ExpressionPtr less = Binary(Kind::kLess, column, Literal(Text("b")));
  EXPECT_EQ(EvaluateOne(less, row("a")), Bool(true));
  EXPECT_EQ(EvaluateOne(less, row("B")), Bool(true));
  EXPECT_EQ(EvaluateOne(less, row("b")), Bool(false));
  EXPECT_EQ(EvaluateOne(less, row("\xc3\xa9")), Bool(false));
  const ExpressionPtr equal = Binary(Kind::kEqual, column, Literal(Text("A")));
  EXPECT_EQ(EvaluateOne(equal, row("a")), Bool(false));
}

TEST(CompareTest, ALiteralOnTheLeftIsMirrored) {
  const ExpressionPtr column = Column(1, ValueType::kInt64);
  EXPECT_EQ(EvaluateOne(Binary(Kind::kLess, Literal(Int(0)), column)), Bool(true));
  EXPECT_EQ(EvaluateOne(Binary(Kind::kGreaterEqual, Literal(Int(0)), column)), Bool(false));
  EXPECT_EQ(EvaluateOne(Binary(Kind::kNotEqual, Literal(Int(0)), column)), Bool(true));
}

TEST(CompareTest, NullComparesToNull) {
  const ExpressionPtr null_integer = Column(0, ValueType::kInt64);
  const ExpressionPtr null_text = Column(4, ValueType::kText);
  EXPECT_EQ(EvaluateOne(Binary(Kind::kEqual, null_integer, null_integer)), Null());
  EXPECT_EQ(EvaluateOne(Binary(Kind::kNotEqual, null_integer, Literal(Int(0)))), Null());
  EXPECT_EQ(EvaluateOne(Binary(Kind::kEqual, null_text, Literal(Text("")))), Null());
  EXPECT_EQ(EvaluateOne(Binary(Kind::kEqual, null_text, Column(5, ValueType::kText))), Null());
  EXPECT_EQ(EvaluateOne(InList(null_text, {Text("a")})), Null());
  EXPECT_EQ(EvaluateOne(Binary(Kind::kLess, Column(1, ValueType::kInt64),
                               Literal(Null(), ValueType::kInt64))),
            Null());
}

TEST(CompareTest, FalseIsLessThanTrue) {
  EXPECT_EQ(EvaluateOne(Binary(Kind::kLess, Literal(Bool(false)), Column(7, ValueType::kBool))),
            Bool(true));
}

TEST(CompareTest, InListFindsMembersOfEveryType) {
  EXPECT_EQ(EvaluateOne(InList(Column(1, ValueType::kInt64), {Int(9), Int(1), Int(-4)})),
            Bool(true));
  EXPECT_EQ(EvaluateOne(InList(Column(1, ValueType::kInt64), {Int(9)})), Bool(false));
  EXPECT_EQ(EvaluateOne(InList(Column(3, ValueType::kFloat64), {Real(1), Real(0)})), Bool(true));
  EXPECT_EQ(EvaluateOne(InList(Column(5, ValueType::kText), {Text("z"), Text("a")})), Bool(true));
  EXPECT_EQ(EvaluateOne(InList(Column(5, ValueType::kText), {Text("z")})), Bool(false));
  EXPECT_EQ(EvaluateOne(InList(Column(7, ValueType::kBool), {Bool(false)})), Bool(false));
}

}  // namespace
}  // namespace tacit
