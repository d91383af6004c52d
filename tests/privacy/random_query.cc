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

// A decimal from low to high, as an asker writes it.
std::string RandomDecimal(TestRandom& random, double low, double high) {
  return absl::StrCat(low + (high - low) * static_cast<double>(random.Below(1000)) / 1000);
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

// What the full grammar has beyond the small one.
std::string RandomSpread(TestRandom& random) {
  const std::string function =
      Pick(random, {"VARIANCE", "VAR_POP", "VAR_SAMP", "STDDEV", "STDDEV_POP", "STDDEV_SAMP"});
  return absl::StrCat(function, "(", Pick(random, {"y", "w", "kind", "y - kind", "w * 3"}), ")");
}

std::string RandomDistinct(TestRandom& random) {
  return absl::StrCat(
      "COUNT(DISTINCT ",
      Pick(random, {"place", "w", "code", "flag", "town", "y", "y + kind", "w > 0"}), ")");
}

std::string RandomFullAggregate(TestRandom& random) {
  switch (random.Below(4)) {
    case 0:
      return RandomSpread(random);
    case 1:
      return RandomDistinct(random);
    default:
      return RandomAggregate(random);
  }
}

std::string RandomFullPredicate(TestRandom& random) {
  if (random.Chance(0.7)) return RandomPredicate(random, 3);
  return Pick(random, {"town < 'm'", "town IS NULL", "town IS NOT NULL", "code > 3",
                       "code % 3 = 0 OR town = 'oslo'", "code = y", "place <= town"});
}

// One or two keys. A private one makes all groups private.
std::vector<std::string> RandomKeys(TestRandom& random, bool is_private) {
  const std::vector<std::string> listed = {"place",    "kind",  "flag",     "y / 10",   "y % 4",
                                           "code % 3", "w > 0", "kind * 2", "y / kind", "-kind"};
  std::vector<std::string> keys;
  if (is_private) {
    keys.push_back(Pick(random, {"town", "code", "code / 7", "code + y", "-code"}));
    if (random.Chance(0.2)) keys.push_back(keys[0] == "town" ? "code" : "town");
  }
  if (keys.size() < 2 && random.Chance(is_private ? 0.4 : 0.8)) {
    keys.insert(keys.begin() + static_cast<int64_t>(random.Below(keys.size() + 1)),
                Pick(random, listed));
  }
  if (!is_private && !keys.empty() && random.Chance(0.4)) {
    const std::string second = Pick(random, listed);
    if (second != keys[0]) keys.push_back(second);
  }
  return keys;
}

// Fills the target. Private groups cannot be had without delta.
void ChooseTarget(TestRandom& random, bool is_private, RandomAsk& ask) {
  ask.delta = Pick(random, {"1e-9", "1e-3", "0.2", ""});
  if (is_private && ask.delta.empty()) ask.delta = "1e-3";
  if (!ask.delta.empty() && random.Chance(0.25)) {
    ask.rho = RandomDecimal(random, 0.01, 2);
  } else {
    ask.epsilon = RandomDecimal(random, 0.1, 5);
  }
}

Value RandomCell(TestRandom& random, const ColumnSchema& column) {
  if (column.name == "alive") return Value(true);
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

RandomAsk RandomFullAsk(TestRandom& random) {
  RandomAsk ask;
  ask.has_private_key = random.Chance(0.4);
  ask.keys = RandomKeys(random, ask.has_private_key);
  ask.targets = ask.keys;
  const int64_t aggregates = random.Between(1, 4);
  for (int64_t i = 0; i < aggregates; ++i) ask.targets.push_back(RandomFullAggregate(random));
  // Each cell of each group costs a draw, so quantiles keep to few groups.
  if (!ask.has_private_key && ask.keys.size() <= 1 && random.Chance(0.2)) {
    ask.targets.push_back(
        absl::StrCat("MEDIAN(", Pick(random, {"y", "kind", "y - 50", "w", "kind * y"}), ")"));
  }
  if (random.Chance(0.6)) ask.where = RandomFullPredicate(random);
  if (random.Chance(0.15)) ask.having = "COUNT(*) > 3";
  if (random.Chance(0.3)) ask.tail = absl::StrCat(" ORDER BY ", ask.targets.size(), " DESC");
  if (random.Chance(0.2)) absl::StrAppend(&ask.tail, " LIMIT ", random.Between(0, 5));
  ChooseTarget(random, ask.has_private_key, ask);
  return ask;
}

std::string RandomAsk::Sql() const {
  std::string sql =
      absl::StrCat("SELECT ", absl::StrJoin(targets, ", "), " FROM visits WHERE alive");
  if (!where.empty()) absl::StrAppend(&sql, " AND (", where, ")");
  if (!keys.empty()) absl::StrAppend(&sql, " GROUP BY ", absl::StrJoin(keys, ", "));
  if (!having.empty()) absl::StrAppend(&sql, " HAVING ", having);
  return sql + tail;
}

QueryRequest RandomAsk::Request() const {
  return {.dataset = DatasetId("visits"),
          .analyst = AnalystId("alice"),
          .request = RequestId("r"),
          .sql = Sql(),
          .epsilon = epsilon,
          .delta = delta,
          .rho = rho};
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
