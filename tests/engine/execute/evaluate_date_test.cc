// EXTRACT, DATE_TRUNC and days added over rows, against the calendar functions one value at a time.
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "engine/execute/evaluate.h"
#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

TableSchema DaysSchema() {
  TableSchema schema;
  schema.name = "days";
  schema.columns = {{.name = "d", .type = ValueType::kDate, .nullable = true},
                    {.name = "n", .type = ValueType::kInt64, .nullable = true}};
  return schema;
}

Rows DaysRows() {
  Rows rows;
  for (const int64_t day : {kDateMin, kDateMin + 1, int64_t{-1}, int64_t{0}, int64_t{59},
                            int64_t{11'016}, int64_t{19'782}, kDateMax - 1, kDateMax}) {
    for (const int64_t n :
         {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{5'000'000},
          std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
      rows.push_back({Value(Date{day}), Int(n)});
    }
  }
  rows.push_back({Null(), Int(3)});
  rows.push_back({Value(Date{7}), Null()});
  return rows;
}

ExpressionPtr ColumnOf(int index, ValueType type) {
  auto column = std::make_shared<Expression>();
  column->kind = ExpressionKind::kColumn;
  column->type = type;
  column->nullable = true;
  column->index = index;
  return column;
}

ExpressionPtr Of(ExpressionKind kind, ValueType type, std::vector<ExpressionPtr> arguments,
                 DateField field = DateField::kDay) {
  auto expression = std::make_shared<Expression>();
  expression->kind = kind;
  expression->type = type;
  expression->nullable = true;
  expression->field = field;
  expression->arguments = std::move(arguments);
  return expression;
}

class EvaluateDateTest : public testing::Test {
 protected:
  std::vector<Value> All(const ExpressionPtr& expression) const {
    return EvaluateAll(*expression, *table_, {.table = "days", .columns = {0, 1}});
  }

  const Rows rows_ = DaysRows();
  const TablePtr table_ = BuildTable(DaysSchema(), rows_);
  const Rows stored_ = RowsOf(*table_);
  const ExpressionPtr d_ = ColumnOf(0, ValueType::kDate);
  const ExpressionPtr n_ = ColumnOf(1, ValueType::kInt64);
};

TEST_F(EvaluateDateTest, PartsAndUnitsAreThoseOfEachDay) {
  for (const char* name :
       {"year", "isoyear", "quarter", "month", "week", "day", "dow", "isodow", "doy"}) {
    const DateField field = *FindField(name);
    const auto parts = All(Of(ExpressionKind::kDatePart, ValueType::kInt64, {d_}, field));
    ASSERT_EQ(parts.size(), stored_.size());
    for (size_t row = 0; row < parts.size(); ++row) {
      const auto* date = std::get_if<Date>(&stored_[row][0]);
      EXPECT_EQ(parts[row], date == nullptr ? Null() : Int(PartOf(field, date->days))) << name;
    }
    if (!IsUnit(field)) continue;
    const auto cut = All(Of(ExpressionKind::kDateTrunc, ValueType::kDate, {d_}, field));
    for (size_t row = 0; row < cut.size(); ++row) {
      const auto* date = std::get_if<Date>(&stored_[row][0]);
      EXPECT_EQ(cut[row], date == nullptr ? Null() : Value(Date{Truncate(field, date->days)}));
    }
  }
}

TEST_F(EvaluateDateTest, DaysOutsideTheCalendarAreNull) {
  const auto sums = All(Of(ExpressionKind::kAdd, ValueType::kDate, {d_, n_}));
  const auto turned = All(Of(ExpressionKind::kAdd, ValueType::kDate, {n_, d_}));
  const auto differences = All(Of(ExpressionKind::kSubtract, ValueType::kDate, {d_, n_}));
  ASSERT_EQ(sums.size(), stored_.size());
  const auto expected = [](const Value& d, const Value& n, int sign) -> Value {
    const auto* date = std::get_if<Date>(&d);
    const auto* days = std::get_if<int64_t>(&n);
    if (date == nullptr || days == nullptr) return Null();
    const __int128 day = static_cast<__int128>(date->days) + sign * static_cast<__int128>(*days);
    if (day < kDateMin || day > kDateMax) return Null();
    return Value(Date{static_cast<int64_t>(day)});
  };
  for (size_t row = 0; row < sums.size(); ++row) {
    EXPECT_EQ(sums[row], expected(stored_[row][0], stored_[row][1], 1)) << row;
    EXPECT_EQ(turned[row], sums[row]) << row;
    EXPECT_EQ(differences[row], expected(stored_[row][0], stored_[row][1], -1)) << row;
  }
}

TEST_F(EvaluateDateTest, DatesSubtractToDaysAndCompareByTheCalendar) {
  auto leap_day = std::make_shared<Expression>();
  leap_day->kind = ExpressionKind::kLiteral;
  leap_day->type = ValueType::kDate;
  leap_day->literal = Value(Date{11'016});
  const auto days = All(Of(ExpressionKind::kSubtract, ValueType::kInt64, {d_, leap_day}));
  const auto less = All(Of(ExpressionKind::kLess, ValueType::kBool, {d_, leap_day}));
  for (size_t row = 0; row < days.size(); ++row) {
    const auto* date = std::get_if<Date>(&stored_[row][0]);
    EXPECT_EQ(days[row], date == nullptr ? Null() : Int(date->days - 11'016));
    EXPECT_EQ(less[row], date == nullptr ? Null() : Bool(date->days < 11'016));
  }
}

}  // namespace
}  // namespace tacit
