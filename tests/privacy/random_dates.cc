#include "tests/privacy/random_dates.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tacit {
namespace {

std::string RandomDateKey(TestRandom& random, bool is_private) {
  if (is_private) {
    return Pick(random, {"born", "DATE_TRUNC('year', born)", "DATE_TRUNC('quarter', born)",
                         "born - day", "born + 40", "EXTRACT(year FROM born)"});
  }
  return Pick(random, {"day", "DATE_TRUNC('month', day)", "DATE_TRUNC('week', day)",
                       "EXTRACT(month FROM day)", "EXTRACT(dow FROM born)",
                       "EXTRACT(quarter FROM born)", "day - DATE '2024-01-01'", "day - 3"});
}

std::string RandomDatePredicate(TestRandom& random) {
  return Pick(random, {"day < '2024-02-01'", "born = day", "born + 30 > day", "day IS NULL",
                       "EXTRACT(month FROM born) IN (1, 2)", "day - born > 5",
                       "day BETWEEN DATE '2024-01-10' AND '2024-01-31'",
                       "DATE_TRUNC('month', born) = '2024-01-01'", "NOT born > day"});
}

std::string RandomDateAggregate(TestRandom& random) {
  return Pick(random, {"COUNT(day)", "COUNT(DISTINCT born)",
                       "COUNT(DISTINCT DATE_TRUNC('month', day))", "SUM(EXTRACT(day FROM born))",
                       "AVG(day - DATE '2024-01-01')", "SUM(EXTRACT(doy FROM day))"});
}

bool IsQuantile(const std::string& target) {
  const std::vector<std::string> names = {"MEDIAN(", "MIN(", "MAX(", "PERCENTILE"};
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return absl::StartsWith(target, name); });
}

// Another key is a target too. Quantiles go: each cell of each group costs a draw.
void AskForKey(TestRandom& random, RandomAsk& ask) {
  const auto aggregates = ask.targets.begin() + static_cast<int64_t>(ask.keys.size());
  std::vector<std::string> kept(aggregates, ask.targets.end());
  std::erase_if(kept, IsQuantile);
  if (kept.empty()) kept.push_back("COUNT(*)");
  const std::string key = RandomDateKey(random, ask.has_private_key);
  const bool beside = ask.has_private_key && ask.keys.size() == 1 && random.Chance(0.3);
  if (!beside) ask.keys.clear();
  ask.keys.push_back(beside ? RandomDateKey(random, /*is_private=*/false) : key);
  ask.targets = ask.keys;
  ask.targets.insert(ask.targets.end(), kept.begin(), kept.end());
}

}  // namespace

DatasetSchema DatedSchema(ContributionLimits limits) {
  DatasetSchema schema = TownsSchema(limits);
  std::vector<ColumnSchema>& columns = schema.tables[0].columns;
  // 2023-12-19 to 2024-03-18: a week, a month and a year end within. `alive` stays last.
  const ColumnSchema day = {.name = "day",
                            .type = ValueType::kDate,
                            .nullable = true,
                            .bounds = ValueBounds{19'710, 19'800}};
  const ColumnSchema born = {.name = "born", .type = ValueType::kDate};
  columns.insert(columns.end() - 1, {day, born});
  return schema;
}

RandomAsk RandomDatedAsk(TestRandom& random) {
  RandomAsk ask = RandomFullAsk(random);
  ask.tail.clear();
  const uint64_t ways = random.Between(1, 7);  // a bit each: key, predicate, aggregate
  if ((ways & 1) != 0) AskForKey(random, ask);
  if ((ways & 2) != 0) {
    const std::string other = ask.where;
    ask.where = RandomDatePredicate(random);
    if (!other.empty()) {
      ask.where = absl::StrCat("(", other, random.Chance(0.5) ? ") OR " : ") AND ", ask.where);
    }
  }
  if ((ways & 4) != 0) ask.targets.push_back(RandomDateAggregate(random));
  if (random.Chance(0.3)) ask.tail = absl::StrCat(" ORDER BY ", ask.targets.size(), " DESC");
  return ask;
}

}  // namespace tacit
