#include "engine/execute/answer_text.h"

#include <gtest/gtest.h>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

// key0 is "Oslo", key1 is NULL.
Value Evaluate(const ExpressionPtr& expression) {
  static const std::vector<Value> keys = {Text("Oslo"), Null()};
  const PresentedCell cell = EvaluateAnswer(*expression, {.keys = &keys, .answers = {}});
  EXPECT_FALSE(cell.has_interval);
  return cell.value;
}

ExpressionPtr Key(int index) { return Leaf(Kind::kKey, index, ValueType::kText); }

TEST(AnswerTextTest, KeysAreTextsLikeThoseOfRows) {
  const ExpressionPtr pattern = Literal(Text("o%"));
  EXPECT_EQ(Evaluate(Make(Kind::kLike, ValueType::kBool, {Key(0), pattern})), Bool(false));
  EXPECT_EQ(Evaluate(Make(Kind::kILike, ValueType::kBool, {Key(0), pattern})), Bool(true));
  EXPECT_EQ(Evaluate(Make(Kind::kLength, ValueType::kInt64, {Key(0)})), Int(4));
  EXPECT_EQ(Evaluate(Make(Kind::kUpper, ValueType::kText, {Key(0)})), Text("OSLO"));
  EXPECT_EQ(Evaluate(Make(Kind::kConcat, ValueType::kText,
                          {Literal(Text("in ")), Key(0), Literal(Text("/")), Key(0)})),
            Text("in Oslo/Oslo"));
}

TEST(AnswerTextTest, NullStaysNull) {
  EXPECT_EQ(Evaluate(Make(Kind::kLower, ValueType::kText, {Key(1)})), Null());
  EXPECT_EQ(Evaluate(Make(Kind::kLike, ValueType::kBool, {Key(1), Literal(Text("%"))})), Null());
  EXPECT_EQ(Evaluate(Make(Kind::kConcat, ValueType::kText, {Key(0), Key(1)})), Null());
}

}  // namespace
}  // namespace tacit
