#include "engine/execute/answer_expression.h"

#include <cmath>
#include <functional>
#include <limits>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// answer0 is the integer 10 in [8, 12], answer1 the real 4 in [2, 5]; key0 is "a", key1 is NULL.
PresentedCell Evaluate(const ExpressionPtr& expression) {
  static const std::vector<Value> keys = {Text("a"), Null()};
  const AnswerRow row = {.keys = &keys,
                         .answers = {AnswerCell({10, 8, 12}, ValueType::kInt64),
                                     AnswerCell({4, 2, 5}, ValueType::kFloat64)}};
  return EvaluateAnswer(*expression, row);
}

ExpressionPtr IntegerAnswer() { return Leaf(Kind::kAnswer, 0, ValueType::kInt64); }
ExpressionPtr RealAnswer() { return Leaf(Kind::kAnswer, 1, ValueType::kFloat64); }

void ExpectCell(const PresentedCell& cell, const Value& value, double low, double high) {
  EXPECT_EQ(cell.value, value);
  EXPECT_TRUE(cell.has_interval);
  EXPECT_EQ(cell.low, low);
  EXPECT_EQ(cell.high, high);
}

TEST(AnswerCellTest, RoundsAndSaturatesIntegers) {
  EXPECT_EQ(AnswerCell({2.5, 0, 9}, ValueType::kInt64).value, Int(3));
  EXPECT_EQ(AnswerCell({-0.4, -1, 1}, ValueType::kInt64).value, Int(0));
  EXPECT_EQ(AnswerCell({1e30, 0, 1e31}, ValueType::kInt64).value,
            Int(std::numeric_limits<int64_t>::max()));
  EXPECT_EQ(AnswerCell({-1e30, -1e31, 0}, ValueType::kInt64).value,
            Int(std::numeric_limits<int64_t>::min()));
}

TEST(AnswerCellTest, HasNoNegativeZeroAndNothingThatIsNotFinite) {
  const PresentedCell zero = AnswerCell({-0.0, -1, -0.0}, ValueType::kFloat64);
  EXPECT_FALSE(std::signbit(std::get<double>(zero.value)));
  EXPECT_FALSE(std::signbit(zero.high));
  EXPECT_EQ(AnswerCell({kInfinity, 0, 1}, ValueType::kFloat64).value, Null());
  EXPECT_EQ(AnswerCell({std::nan(""), 0, 1}, ValueType::kInt64).value, Null());
}

TEST(AnswerExpressionTest, ArithmeticCarriesIntervals) {
  ExpectCell(Evaluate(IntegerAnswer()), Int(10), 8, 12);
  ExpectCell(Evaluate(Binary(Kind::kMultiply, IntegerAnswer(), Literal(Int(-2)))), Int(-20), -24,
             -16);
  ExpectCell(Evaluate(Binary(Kind::kAdd, RealAnswer(), RealAnswer())), Real(8), 4, 10);
  const ExpressionPtr widened = Make(Kind::kToFloat, ValueType::kFloat64, {IntegerAnswer()});
  ExpectCell(Evaluate(Binary(Kind::kDivide, widened, RealAnswer())), Real(2.5), 8.0 / 5, 6);
  ExpectCell(Evaluate(Make(Kind::kNegate, ValueType::kInt64, {IntegerAnswer()})), Int(-10), -12,
             -8);
}

TEST(AnswerExpressionTest, IntegerDivisionTruncatesItsIntervalToo) {
  ExpectCell(Evaluate(Binary(Kind::kDivide, IntegerAnswer(), Literal(Int(5)))), Int(2), 1, 2);
  ExpectCell(Evaluate(Binary(Kind::kModulo, IntegerAnswer(), Literal(Int(4)))), Int(2), 0, 4);
}

TEST(AnswerExpressionTest, DivisionByZeroIsNullWithoutInterval) {
  const PresentedCell cell = Evaluate(Binary(Kind::kDivide, IntegerAnswer(), Literal(Int(0))));
  EXPECT_EQ(cell.value, Null());
  EXPECT_FALSE(cell.has_interval);
  EXPECT_EQ(Evaluate(Binary(Kind::kDivide, RealAnswer(), Literal(Real(0)))).value, Null());
  EXPECT_EQ(Evaluate(Binary(Kind::kAdd, IntegerAnswer(),
                            Literal(Int(std::numeric_limits<int64_t>::max()))))
                .value,
            Null());
}

TEST(AnswerExpressionTest, ADivisorWhoseIntervalHoldsZeroHasAnOpenInterval) {
  const ExpressionPtr divisor = Binary(Kind::kSubtract, RealAnswer(), Literal(Real(3)));
  ExpectCell(Evaluate(Binary(Kind::kDivide, RealAnswer(), divisor)), Real(4), -kInfinity,
             kInfinity);
}

TEST(AnswerExpressionTest, KeysLiteralsAndTruthValuesHaveNoInterval) {
  EXPECT_FALSE(Evaluate(Leaf(Kind::kKey, 0, ValueType::kText)).has_interval);
  EXPECT_FALSE(Evaluate(Binary(Kind::kAdd, Literal(Int(1)), Literal(Int(2)))).has_interval);
  const PresentedCell cell = Evaluate(Binary(Kind::kGreater, IntegerAnswer(), Literal(Int(9))));
  EXPECT_EQ(cell.value, Bool(true));
  EXPECT_FALSE(cell.has_interval);
}

TEST(AnswerExpressionTest, ChoicesKeepTheIntervalOfWhatTheyChoose) {
  const ExpressionPtr null = Literal(Null(), ValueType::kInt64);
  ExpectCell(Evaluate(Make(Kind::kCoalesce, ValueType::kInt64, {null, IntegerAnswer()})), Int(10),
             8, 12);
  const ExpressionPtr above = Binary(Kind::kGreater, IntegerAnswer(), Literal(Int(9)));
  const ExpressionPtr choice =
      Make(Kind::kCase, ValueType::kInt64, {above, IntegerAnswer(), Literal(Int(0))});
  ExpectCell(Evaluate(choice), Int(10), 8, 12);
  ExpectCell(
      Evaluate(Make(Kind::kGreatest, ValueType::kInt64, {IntegerAnswer(), null, Literal(Int(9))})),
      Int(10), 9, 12);
  ExpectCell(Evaluate(Make(Kind::kLeast, ValueType::kInt64, {IntegerAnswer(), Literal(Int(9))})),
             Int(9), 8, 9);
  EXPECT_EQ(Evaluate(Make(Kind::kLeast, ValueType::kInt64, {null, null})).value, Null());
  EXPECT_FALSE(
      Evaluate(Make(Kind::kLeast, ValueType::kInt64, {null, Literal(Int(1))})).has_interval);
}

TEST(AnswerExpressionTest, LogicIsThreeValued) {
  const ExpressionPtr unknown =
      Binary(Kind::kEqual, Leaf(Kind::kKey, 1, ValueType::kText), Literal(Text("a")));
  const ExpressionPtr yes =
      Binary(Kind::kEqual, Leaf(Kind::kKey, 0, ValueType::kText), Literal(Text("a")));
  const ExpressionPtr no = Make(Kind::kNot, ValueType::kBool, {yes});
  EXPECT_EQ(Evaluate(Binary(Kind::kAnd, unknown, yes)).value, Null());
  EXPECT_EQ(Evaluate(Binary(Kind::kAnd, unknown, no)).value, Bool(false));
  EXPECT_EQ(Evaluate(Binary(Kind::kOr, unknown, yes)).value, Bool(true));
  EXPECT_EQ(Evaluate(Binary(Kind::kOr, unknown, no)).value, Null());
  EXPECT_EQ(Evaluate(Make(Kind::kNot, ValueType::kBool, {unknown})).value, Null());
  EXPECT_EQ(Evaluate(Make(Kind::kIsNull, ValueType::kBool, {unknown})).value, Bool(true));
  EXPECT_EQ(Evaluate(InList(Leaf(Kind::kKey, 0, ValueType::kText), {Text("b"), Text("a")})).value,
            Bool(true));
  EXPECT_EQ(Evaluate(InList(Leaf(Kind::kKey, 1, ValueType::kText), {Text("a")})).value, Null());
}

// The scalar and the vectorised evaluator are two programs with one meaning.
TEST(AnswerExpressionTest, AgreesWithTheVectorisedEvaluator) {
  const Rows rows = MixedRows(50, /*tame=*/false, 21);
  const TablePtr table = BuildTable(MixedSchema(), rows);
  ExpressionGenerator generator(/*tame=*/false, 22);
  for (int round = 0; round < 400; ++round) {
    const ExpressionPtr expression = generator.Next(generator.AnyType(), 4);
    const std::vector<Value> expected = EvaluateAll(*expression, *table, MixedScan());
    // The same tree with its columns as keys.
    const std::function<ExpressionPtr(const Expression&)> above = [&](const Expression& e) {
      auto copy = std::make_shared<Expression>(e);
      if (e.kind == Kind::kColumn) copy->kind = Kind::kKey;
      for (ExpressionPtr& argument : copy->arguments) argument = above(*argument);
      return ExpressionPtr(copy);
    };
    const ExpressionPtr lifted = above(*expression);
    for (size_t i = 0; i < rows.size(); ++i) {
      const AnswerRow row = {.keys = &rows[i], .answers = {}};
      ASSERT_EQ(EvaluateAnswer(*lifted, row).value, expected[i]) << round << " " << i;
    }
  }
}

}  // namespace
}  // namespace tacit
