#include "tests/privacy/random_query.h"

#include <algorithm>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "accountant/check.h"
#include "engine/storage/table_builder.h"

namespace tacit {
namespace {

std::string Pick(TestRandom& random, const std::vector<std::string>& choices) {
  return choices[random.Below(choices.size())];
}

std::string RandomNumber(TestRandom& random) {
  return Pick(random, {"0", "1", "-1", "2", "50", "100", "-5", "4.5", "1000"});
}

std::string RandomPredicate(TestRandom& random, int depth) {
  if (depth > 0 && random.Chance(0.5)) {
    const std::string left = RandomPredicate(random, depth - 1);
    if (random.Chance(0.2)) return absl::StrCat("NOT (", left, ")");
    const std::string right = RandomPredicate(random, depth - 1);
    return absl::StrCat("(", left, random.Chance(0.5) ? " AND " : " OR ", right, ")");
  }
  switch (random.Below(8)) {
    case 0:
      return absl::StrCat("place ", Pick(random, {"=", "<>", "<", ">="}), " 'b'");
    case 1:
      return absl::StrCat("place IN ('a', 'zz')");
    case 2:
      return Pick(random, {"place IS NULL", "w IS NOT NULL", "flag", "NOT flag"});
    case 3:
      return absl::StrCat("y BETWEEN ", random.Between(-10, 50), " AND ", random.Between(20, 200));
    case 4:
      return absl::StrCat("y % 3 = ", random.Below(3));
    case 5:
      return absl::StrCat("w * 2 - y > ", RandomNumber(random));
    case 6:
      return absl::StrCat("kind IN (1, ", random.Between(2, 9), ")");
    default:
      return absl::StrCat("y / (w - ", RandomNumber(random), ") < ", RandomNumber(random));
  }
}

std::string RandomAggregate(TestRandom& random) {
  const std::string argument =
      Pick(random, {"y", "w", "kind", "y + kind", "w * y", "-w", "y - 50", "y * y", "w * w - y"});
  switch (random.Below(5)) {
    case 0:
      return "COUNT(*)";
    case 1:
      return absl::StrCat("COUNT(", Pick(random, {"w", "place", "y", "flag"}), ")");
    case 2:
      return "COUNT(DISTINCT subject)";
    case 3:
      return absl::StrCat("SUM(", argument, ")");
    default:
      return absl::StrCat("AVG(", argument, ")");
  }
}

Value RandomCell(TestRandom& random, const ColumnSchema& column) {
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
      return Value(Pick(random, {"a", "b", "c", "", "zz", "A"}));
    case ValueType::kInt64:
      if (random.Chance(0.1)) return Value(kIntegers[random.Below(8)]);
      return Value(random.Between(0, column.name == "kind" ? 4 : 110));
    case ValueType::kFloat64:
      if (random.Chance(0.1)) return Value(kFloats[random.Below(7)]);
      return Value(random.Unit() * 12 - 6);
  }
  return Value();
}

}  // namespace

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

Rows RandomRows(TestRandom& random) {
  const DatasetSchema schema = VisitsSchema({1, 1});
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

std::string RandomQuery(TestRandom& random) {
  std::vector<std::string> keys;
  if (random.Chance(0.5)) keys.push_back("place");
  if (random.Chance(0.5)) keys.push_back("kind");
  std::vector<std::string> targets = keys;
  const int64_t aggregates = random.Between(1, 4);
  for (int64_t i = 0; i < aggregates; ++i) targets.push_back(RandomAggregate(random));
  std::string sql = absl::StrCat("SELECT ", absl::StrJoin(targets, ", "), " FROM visits");
  if (random.Chance(0.7)) absl::StrAppend(&sql, " WHERE ", RandomPredicate(random, 3));
  if (!keys.empty()) absl::StrAppend(&sql, " GROUP BY ", absl::StrJoin(keys, ", "));
  if (random.Chance(0.2)) absl::StrAppend(&sql, " HAVING COUNT(*) > 3");
  if (random.Chance(0.3)) absl::StrAppend(&sql, " ORDER BY ", targets.size(), " DESC");
  if (random.Chance(0.2)) absl::StrAppend(&sql, " LIMIT ", random.Between(0, 5));
  return sql;
}

}  // namespace tacit
