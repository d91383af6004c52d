#include "tests/golden/schemas.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "accountant/check.h"

namespace tacit {
namespace {

std::vector<Value> Whole(int64_t first, int64_t last) {
  std::vector<Value> values;
  for (int64_t value = first; value <= last; ++value) values.emplace_back(value);
  return values;
}

ColumnSchema Column(std::string name, ValueType type) {
  return {.name = std::move(name), .type = type};
}

ColumnSchema Bounded(std::string name, ValueType type, ValueBounds bounds) {
  ColumnSchema column = Column(std::move(name), type);
  column.bounds = bounds;
  return column;
}

ColumnSchema Key(ColumnSchema column, std::vector<Value> values) {
  column.public_values = std::move(values);
  return column;
}

ColumnSchema Nullable(ColumnSchema column) {
  column.nullable = true;
  return column;
}

DatasetSchema Fair() {
  TableSchema fair{.name = "fair", .limits = {1, 1}};
  fair.columns = {
      Key(Bounded("rate_marriage", ValueType::kInt64, {1, 5}), Whole(1, 5)),
      Bounded("age", ValueType::kFloat64, {17, 42}),
      Bounded("yrs_married", ValueType::kFloat64, {0, 23}),
      Column("children", ValueType::kFloat64),
      Key(Column("religious", ValueType::kInt64), Whole(1, 4)),
      Column("educ", ValueType::kFloat64),
      Key(Column("occupation", ValueType::kInt64), Whole(1, 6)),
      Bounded("affairs", ValueType::kFloat64, {0, 60}),
  };
  TableSchema region{.name = "region", .is_public = true};
  region.columns = {Column("name", ValueType::kText)};
  return {.id = DatasetId("fair"), .policy_version = PolicyVersion(1), .tables = {fair, region}};
}

DatasetSchema Visits() {
  TableSchema visits{.name = "visits", .unit_column = 0, .limits = {3, 2}};
  visits.columns = {
      Column("subject", ValueType::kInt64),
      Key(Column("trt", ValueType::kText),
          {Value(std::string("placebo")), Value(std::string("progabide"))}),
      Key(Column("period", ValueType::kInt64), Whole(1, 4)),
      Bounded("y", ValueType::kInt64, {0, 100}),
      Bounded("age", ValueType::kInt64, {18, 60}),
      Nullable(Column("weight", ValueType::kFloat64)),
      Nullable(Key(Column("note", ValueType::kText),
                   {Value(std::string("a")), Value(std::string("b"))})),
      Column("smoker", ValueType::kBool),
      Column("site", ValueType::kText),
  };
  return {.id = DatasetId("visits"), .policy_version = PolicyVersion(3), .tables = {visits}};
}

DatasetSchema Wards() {
  DatasetSchema schema = Visits();
  std::vector<ColumnSchema>& columns = schema.tables[0].columns;
  columns.push_back(Column("code", ValueType::kInt64));
  columns.push_back(Nullable(Column("ward", ValueType::kText)));
  columns.push_back(Nullable(Column("consent", ValueType::kBool)));
  schema.id = DatasetId("wards");
  return schema;
}

// Days of the calendar: with bounds, with bounds and NULL, and without.
DatasetSchema Stays() {
  const auto day = [](std::string_view text) { return ParseDate(text)->days; };
  const auto days = [&day](std::string_view first, std::string_view last) {
    return ValueBounds{static_cast<double>(day(first)), static_cast<double>(day(last))};
  };
  TableSchema stays{.name = "stays", .unit_column = 0, .limits = {3, 2}};
  stays.columns = {
      Column("subject", ValueType::kInt64),
      Bounded("d", ValueType::kDate, days("2023-11-15", "2024-03-10")),
      Nullable(Bounded("left_on", ValueType::kDate, days("2024-01-01", "2024-02-29"))),
      Column("born", ValueType::kDate),
      Bounded("y", ValueType::kInt64, {0, 100}),
      Column("site", ValueType::kText),
  };
  return {.id = DatasetId("stays"), .policy_version = PolicyVersion(1), .tables = {stays}};
}

}  // namespace

DatasetSchema GoldenSchema(std::string_view name) {
  if (name == "fair") return Fair();
  if (name == "wards") return Wards();
  if (name == "stays") return Stays();
  TACIT_CHECK(name == "visits");
  return Visits();
}

Value ParameterOf(const std::string& text) {
  const std::pair<std::string, std::string> pair = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  int64_t integer = 0;
  double real = 0;
  if (pair.first == "integer" && absl::SimpleAtoi(pair.second, &integer)) return integer;
  if (pair.first == "real" && absl::SimpleAtod(pair.second, &real)) return real;
  if (pair.first == "text") return pair.second;
  if (pair.first == "date") {
    const std::optional<Date> date = ParseDate(pair.second);
    EXPECT_TRUE(date.has_value()) << text;
    return date.value_or(Date());
  }
  if (pair.first == "boolean") return pair.second == "true";
  EXPECT_EQ(pair.first, "null");
  return {};
}

}  // namespace tacit
