#include "engine/analyze/choice.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

TypedExpression Of(Value value) { return MakeLiteral(value); }

TypedExpression AColumn(ValueType type, Interval interval, bool nullable) {
  auto column = std::make_shared<Expression>();
  column->kind = ExpressionKind::kColumn;
  column->type = type;
  column->nullable = nullable;
  return {.expression = std::move(column), .range = {.interval = interval, .nullable = nullable}};
}

TEST(ChoiceTest, GivesAllValuesOneType) {
  const auto mixed = BindCoalesce(
      Call("coalesce"), {AColumn(ValueType::kInt64, {0, 9}, true), Of(Value()), Of(Value(2.5))});
  ASSERT_TRUE(mixed.ok());
  EXPECT_EQ(ToText(*mixed->expression), "coalesce(real($0), NULL:real, 2.5)");
  EXPECT_EQ(mixed->range.interval, (Interval{0, 9}));
  EXPECT_FALSE(mixed->range.nullable);
  const auto dates = BindGreatest(
      Call("greatest"), {AColumn(ValueType::kDate, {0, 9}, false), Of(Value("1970-01-05"))});
  ASSERT_TRUE(dates.ok());
  EXPECT_EQ(dates->range.interval, (Interval{4, 9}));
  EXPECT_EQ(ReasonOf(BindLeast(Call("least"), {Of(Value(int64_t{1})), Of(Value("a"))}).status()),
            Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(BindLeast(Call("least"), {Of(Value(true)), Of(Value(false))}).status()),
            Reason::kTypeMismatch);
}

TEST(ChoiceTest, NullIfKeepsTheFirstUnlessEqual) {
  const auto value = BindNullIf(Call("nullif"),
                                {AColumn(ValueType::kInt64, {0, 9}, false), Of(Value(int64_t{0}))});
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(ToText(*value->expression), "CASE WHEN ($0 = 0) THEN NULL:integer ELSE $0 END");
  EXPECT_TRUE(value->range.nullable);
  EXPECT_EQ(ReasonOf(BindNullIf(Call("nullif"), {Of(Value(true))}).status()), Reason::kUnsupported);
}

absl::Status BindStatus(const std::string& sql) {
  const DatasetSchema schema = GoldenSchema("visits");
  return Bind(sql, schema, {}).status();
}

// What stands twice must not double without end.
TEST(ChoiceTest, NestingIsBounded) {
  std::string sql = "y";
  for (int i = 0; i < 20; ++i) sql = "NULLIF(" + sql + ", 1)";
  EXPECT_EQ(ReasonOf(BindStatus("SELECT SUM(" + sql + ") FROM visits")), Reason::kLimit);
  std::string test = "y = 1";
  for (int i = 0; i < 20; ++i) test = "(" + test + ") IS DISTINCT FROM (weight > 1)";
  EXPECT_EQ(ReasonOf(BindStatus("SELECT COUNT(*) FROM visits WHERE " + test)), Reason::kLimit);
}

TEST(ChoiceTest, ConditionsMustBeConditions) {
  EXPECT_EQ(ReasonOf(BindStatus("SELECT SUM(CASE WHEN y THEN 1 ELSE 0 END) FROM visits")),
            Reason::kTypeMismatch);
}

}  // namespace
}  // namespace tacit
