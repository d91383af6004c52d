#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/analyze/one_type.h"
#include "engine/analyze/scalar_functions.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

absl::StatusOr<TypedExpression> Cast(TypedExpression value, const char* type) {
  SyntaxNode cast;
  cast.kind = SyntaxKind::kCast;
  cast.name = type;
  return BindCast(cast, {std::move(value)});
}

TypedExpression Of(ValueType type, Interval interval = {}) {
  return {.expression = Column(0, type), .range = {.interval = interval}};
}

TEST(CastTest, NumbersAndBooleansBecomeEachOther) {
  const auto integer = Cast(Of(ValueType::kFloat64, {-0.5, 9.5}), "integer");
  ASSERT_TRUE(integer.ok());
  EXPECT_EQ(integer->expression->type, ValueType::kInt64);
  EXPECT_EQ(ToText(*integer->expression), "integer($0)");
  EXPECT_EQ(integer->range.interval, (Interval{0, 10}));
  EXPECT_FALSE(integer->range.nullable);
  EXPECT_EQ(ToText(*Cast(Of(ValueType::kInt64), "smallint")->expression), "smallint($0)");
  EXPECT_TRUE(Cast(Of(ValueType::kInt64, {0, 1e5}), "smallint")->range.nullable);
  EXPECT_EQ(ToText(*Cast(Of(ValueType::kInt64), "double precision")->expression), "real($0)");
  EXPECT_EQ(ToText(*Cast(Of(ValueType::kInt64), "boolean")->expression), "($0 <> 0)");
  const auto truth = Cast(Of(ValueType::kBool), "integer");
  EXPECT_EQ(truth->expression->kind, ExpressionKind::kBoolToInteger);
  EXPECT_EQ(truth->range.interval, (Interval{0, 1}));
}

TEST(CastTest, ToItsOwnTypeAValueStaysWhatItIs) {
  EXPECT_EQ(ToText(*Cast(Of(ValueType::kInt64), "bigint")->expression), "$0");
  EXPECT_EQ(ToText(*Cast(Of(ValueType::kText), "text")->expression), "$0");
  EXPECT_EQ(ToText(*Cast(Of(ValueType::kDate), "date")->expression), "$0");
  EXPECT_EQ(ToText(*Cast(MakeLiteral(Value(int64_t{5})), "integer")->expression), "5");
  EXPECT_EQ(ToText(*Cast(MakeLiteral(Value(int64_t{40000})), "smallint")->expression),
            "smallint(40000)");
}

TEST(CastTest, NullTakesTheTypeAndTextBecomesADate) {
  const auto null = Cast(MakeLiteral(Value()), "boolean");
  EXPECT_TRUE(IsNullLiteral(*null));
  EXPECT_EQ(null->expression->type, ValueType::kBool);
  const auto date = Cast(MakeLiteral(Value(std::string("2024-02-29"))), "date");
  ASSERT_TRUE(date.ok());
  EXPECT_EQ(date->expression->type, ValueType::kDate);
  EXPECT_EQ(ReasonOf(Cast(MakeLiteral(Value(std::string("x"))), "date").status()),
            Reason::kLiteralRange);
}

TEST(CastTest, RefusesWhatHasNoMeaningForEveryValueAndSaysWhatToDo) {
  const std::pair<ValueType, const char*> refused[] = {{ValueType::kText, "integer"},
                                                       {ValueType::kText, "double precision"},
                                                       {ValueType::kText, "date"},
                                                       {ValueType::kText, "boolean"},
                                                       {ValueType::kInt64, "text"},
                                                       {ValueType::kInt64, "date"},
                                                       {ValueType::kFloat64, "boolean"},
                                                       {ValueType::kDate, "integer"},
                                                       {ValueType::kBool, "double precision"}};
  for (const auto& [from, to] : refused) {
    const absl::Status status = Cast(Of(from), to).status();
    EXPECT_EQ(ReasonOf(status), Reason::kTypeMismatch) << to;
    EXPECT_FALSE(DetailOf(status).fix.empty()) << to;
  }
}

}  // namespace
}  // namespace tacit
