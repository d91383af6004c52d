#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/analyze/scalar_functions.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

TypedExpression DayColumn() {
  auto column = std::make_shared<Expression>();
  column->kind = ExpressionKind::kColumn;
  column->type = ValueType::kDate;
  return {.expression = std::move(column), .range = {.interval = {19'723, 19'782}}};
}

TEST(DateFunctionsTest, TypesAndBoundsFollowTheField) {
  const auto part =
      BindDatePart(Call("extract"), {MakeLiteral(Value(std::string("Month"))), DayColumn()});
  ASSERT_TRUE(part.ok());
  EXPECT_EQ(part->expression->type, ValueType::kInt64);
  EXPECT_EQ(part->range.interval, (Interval{1, 2}));
  const auto trunc =
      BindDateTrunc(Call("date_trunc"), {MakeLiteral(Value(std::string("month"))), DayColumn()});
  ASSERT_TRUE(trunc.ok());
  EXPECT_EQ(trunc->expression->type, ValueType::kDate);
  EXPECT_EQ(trunc->range.interval, (Interval{19'723, 19'754}));
}

TEST(DateFunctionsTest, RefusesOtherFieldsAndOtherTypes) {
  const auto reason = [](const char* name, TypedExpression a, TypedExpression b) {
    const bool is_trunc = std::string(name) == "date_trunc";
    return ReasonOf((is_trunc ? BindDateTrunc : BindDatePart)(Call(name), {a, b}).status());
  };
  const auto text = [](const char* value) { return MakeLiteral(Value(std::string(value))); };
  EXPECT_EQ(reason("extract", text("hour"), DayColumn()), Reason::kUnsupported);
  EXPECT_EQ(reason("date_trunc", text("dow"), DayColumn()), Reason::kUnsupported);
  EXPECT_EQ(reason("extract", DayColumn(), DayColumn()), Reason::kUnsupported);
  EXPECT_EQ(reason("date_part", text("month"), text("2024-01-01")), Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(BindDatePart(Call("extract"), {text("month")}).status()),
            Reason::kUnsupported);
}

TEST(DateFunctionsTest, ATextThatMeetsADateIsRead) {
  TypedExpression text = MakeLiteral(Value(std::string("2024-02-29")));
  TypedExpression day = DayColumn();
  ASSERT_TRUE(ReadTextsAsDates(text, day, 0).ok());
  EXPECT_EQ(text.expression->literal, Value(Date{19'782}));
  TypedExpression bad = MakeLiteral(Value(std::string("2023-02-29")));
  EXPECT_EQ(ReasonOf(ReadTextsAsDates(day, bad, 0)), Reason::kLiteralRange);
}

}  // namespace
}  // namespace tacit
