// The databases of random_query.h.
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "engine/storage/table_builder.h"
#include "tests/privacy/random_query.h"

namespace tacit {
namespace {

Value RandomCell(TestRandom& random, const ColumnSchema& column) {
  if (column.name == "alive") return Value(true);
  if (column.name == "ward") return Value(random.Between(1, 3));
  if (column.name == "sex") return Value(Pick(random, {"f", "m"}));
  if (column.nullable && random.Chance(0.3)) return Value();
  constexpr int64_t kIntegers[] = {0,
                                   1,
                                   100,
                                   101,
                                   -1,
                                   1'000'000,
                                   std::numeric_limits<int64_t>::max(),
                                   std::numeric_limits<int64_t>::min()};
  constexpr double kFloats[] = {0, 5, -5, 5.0000001, 1e308, -1e308, 5e-324};
  switch (column.type) {
    case ValueType::kBool:
      return Value(random.Chance(0.5));
    case ValueType::kText:
      if (column.name == "town") {
        // Some that hardly anyone shares, anywhere in the order of texts.
        if (random.Chance(0.15)) {
          return Value(absl::StrCat(Pick(random, {"a", "n", "z"}), random.Below(100)));
        }
        return Value(Pick(random, {"oslo", "rome", "\xc3\xa9vora", "", "a", "oslo", "bonn"}));
      }
      return Value(Pick(random, {"a", "b", "c", "", "zz", "A"}));
    case ValueType::kInt64:
      if (column.name == "code" && random.Chance(0.7)) return Value(random.Between(-3, 12));
      if (random.Chance(0.1)) return Value(kIntegers[random.Below(8)]);
      return Value(random.Between(0, column.name == "kind" ? 4 : 110));
    case ValueType::kFloat64:
      if (random.Chance(0.1)) return Value(kFloats[random.Below(7)]);
      return Value(random.Unit() * 12 - 6);
    case ValueType::kDate:
      // Inside the bounds, just outside them, and at the ends of what a date can be.
      if (random.Chance(0.1)) return Value(Date{random.Chance(0.5) ? kDateMin : kDateMax});
      return Value(Date{random.Between(19'700, 19'810)});
  }
  return Value();
}

}  // namespace

std::string Pick(TestRandom& random, const std::vector<std::string>& choices) {
  return choices[random.Below(choices.size())];
}

DatasetSchema VisitsSchema(ContributionLimits limits) {
  DatasetSchema schema;
  schema.id = DatasetId("visits");
  schema.policy_version = PolicyVersion(1);
  TableSchema table;
  table.name = "visits";
  table.columns = {
      {.name = "subject", .type = ValueType::kInt64},
      {.name = "place",
       .type = ValueType::kText,
       .nullable = true,
       .public_values = {std::string("a"), std::string("b"), std::string("c")}},
      {.name = "kind",
       .type = ValueType::kInt64,
       .bounds = ValueBounds{1, 3},
       .public_values = {int64_t{1}, int64_t{2}, int64_t{3}}},
      {.name = "y", .type = ValueType::kInt64, .bounds = ValueBounds{0, 100}},
      {.name = "w", .type = ValueType::kFloat64, .nullable = true, .bounds = ValueBounds{-5, 5}},
      {.name = "flag", .type = ValueType::kBool, .nullable = true}};
  table.unit_column = 0;
  table.limits = limits;
  schema.tables.push_back(table);
  return schema;
}

DatasetSchema TownsSchema(ContributionLimits limits) {
  DatasetSchema schema = VisitsSchema(limits);
  std::vector<ColumnSchema>& columns = schema.tables[0].columns;
  columns.push_back({.name = "town", .type = ValueType::kText, .nullable = true});
  columns.push_back({.name = "code", .type = ValueType::kInt64});
  columns.push_back({.name = "alive", .type = ValueType::kBool});
  return schema;
}

DatasetSchema PartitionedSchema(ContributionLimits limits) {
  DatasetSchema schema = TownsSchema(limits);
  TableSchema& table = schema.tables[0];
  const ColumnSchema alive = table.columns.back();
  table.columns.pop_back();
  for (const ColumnSchema& column :
       {ColumnSchema{.name = "sex",
       .type = ValueType::kText,
       .public_values = {std::string("m"), std::string("f")}},
        ColumnSchema{.name = "ward",
        .type = ValueType::kInt64,
        .public_values = {int64_t{2}, int64_t{3}, int64_t{1}}},
        ColumnSchema{
            .name = "born_here", .type = ValueType::kBool, .public_values = {false, true}}}) {
    table.partition_columns.push_back(static_cast<int>(table.columns.size()));
    table.columns.push_back(column);
  }
  table.columns.push_back(alive);
  return schema;
}

Rows RandomRows(TestRandom& random) { return RandomRows(random, VisitsSchema({1, 1})); }

Rows RandomRows(TestRandom& random, const DatasetSchema& schema) {
  Rows rows;
  const int64_t subjects = random.Chance(0.05) ? random.Between(0, 1) : random.Between(2, 40);
  for (int64_t subject = 0; subject < subjects; ++subject) {
    const int64_t visits = random.Chance(0.05) ? random.Between(100, 3000) : random.Between(1, 12);
    // Some people look the same on every visit: the worst case for row limits.
    std::vector<Value> same;
    const bool repeats = random.Chance(0.2);
    for (int64_t visit = 0; visit < visits; ++visit) {
      std::vector<Value> row = {Value(subject * 7919 + 3)};
      for (size_t c = 1; c < schema.tables[0].columns.size(); ++c) {
        row.push_back(RandomCell(random, schema.tables[0].columns[c]));
      }
      if (repeats && visit > 0) row = same;
      for (const int column : schema.tables[0].partition_columns) {
        if (visit > 0) row[static_cast<size_t>(column)] = same[static_cast<size_t>(column)];
      }
      same = row;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

TablePtr BuildTable(const DatasetSchema& schema, const Rows& rows) {
  TableBuilder builder(schema.tables[0]);
  for (const std::vector<Value>& row : rows) {
    const absl::Status added = builder.AddRow(row);
    TACIT_CHECK(added.ok());
  }
  absl::StatusOr<TablePtr> table = builder.Build();
  TACIT_CHECK(table.ok());
  return *std::move(table);
}

std::vector<int64_t> SubjectsOf(const Rows& rows) {
  std::set<int64_t> subjects;
  for (const std::vector<Value>& row : rows) subjects.insert(std::get<int64_t>(row[0]));
  return {subjects.begin(), subjects.end()};
}

Rows WithoutSubject(const Rows& rows, int64_t subject) {
  Rows rest;
  for (const std::vector<Value>& row : rows) {
    if (std::get<int64_t>(row[0]) != subject) rest.push_back(row);
  }
  return rest;
}

Rows WithSubjectEmptied(const Rows& rows, int64_t subject) {
  Rows emptied = rows;
  for (std::vector<Value>& row : emptied) {
    if (std::get<int64_t>(row[0]) == subject) row.back() = Value(false);
  }
  return emptied;
}

}  // namespace tacit
