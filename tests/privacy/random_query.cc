#include "tests/privacy/random_query.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tacit {
namespace {

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

// Of two columns, either of which may be NULL.
std::string RandomPair(TestRandom& random) {
  const std::string function =
      Pick(random, {"CORR", "COVAR_POP", "COVAR_SAMP", "REGR_SLOPE", "REGR_INTERCEPT", "REGR_R2",
                    "REGR_COUNT", "REGR_AVGX", "REGR_AVGY"});
  return absl::StrCat(function, "(", Pick(random, {"y", "w", "NULLIF(y, 50)", "y - kind"}), ", ",
                      Pick(random, {"kind", "w", "y", "y * 2"}), ")",
                      random.Chance(0.2) ? " FILTER (WHERE flag)" : "");
}

std::string RandomQuantile(TestRandom& random) {
  const std::string argument = Pick(random, {"y", "kind", "y - 50", "w", "kind * y"});
  const std::string filter = random.Chance(0.2) ? " FILTER (WHERE flag OR y > 20)" : "";
  if (random.Chance(0.6)) {
    return absl::StrCat(Pick(random, {"MEDIAN", "MIN", "MAX"}), "(", argument, ")", filter);
  }
  return absl::StrCat(Pick(random, {"PERCENTILE_CONT(", "PERCENTILE_DISC("}),
                      Pick(random, {"0.25", "0.9", "0.99", "0.5", "0.005", "1"}),
                      ") WITHIN GROUP (ORDER BY ", argument, random.Chance(0.3) ? " DESC)" : ")",
                      filter);
}

std::string RandomDistinct(TestRandom& random) {
  return absl::StrCat(
      "COUNT(DISTINCT ",
      Pick(random, {"place", "w", "code", "flag", "town", "y", "y + kind", "w > 0"}), ")");
}

// Aggregates of some rows, or of one of several values.
std::string RandomChosen(TestRandom& random) {
  const std::string argument =
      Pick(random, {"CASE WHEN flag THEN y ELSE w END", "COALESCE(w, y)", "NULLIF(y, 50)",
                    "CASE kind WHEN 1 THEN y WHEN 2 THEN 100 - y END"});
  switch (random.Below(5)) {
    case 0:
      return "COUNT(*) FILTER (WHERE y > 50 OR flag)";
    case 1:
      return "COUNT(DISTINCT subject) FILTER (WHERE y > 50 OR w IS NULL)";
    case 2:
      return absl::StrCat("SUM(", argument, ") FILTER (WHERE place <> 'b')");
    case 3:
      return "COUNT(DISTINCT CASE WHEN flag THEN place ELSE town END)";
    default:
      return absl::StrCat(Pick(random, {"SUM", "AVG", "COUNT"}), "(", argument, ")");
  }
}

std::string RandomFullAggregate(TestRandom& random) {
  switch (random.Below(6)) {
    case 0:
      return random.Chance(0.5) ? RandomPair(random) : RandomSpread(random);
    case 1:
      return RandomDistinct(random);
    case 2:
      return RandomChosen(random);
    default:
      return RandomAggregate(random);
  }
}

std::string RandomFullPredicate(TestRandom& random) {
  if (random.Chance(0.7)) return RandomPredicate(random, 3);
  return Pick(random, {"town < 'm'", "town IS NULL", "town IS NOT NULL", "code > 3",
                       "code % 3 = 0 OR town = 'oslo'", "code = y", "place <= town",
                       "town IS DISTINCT FROM place", "COALESCE(flag, w > 0)",
                       "CASE WHEN flag THEN y > 50 ELSE kind = 2 END"});
}

// One or two keys. A private one makes all groups private.
std::vector<std::string> RandomKeys(TestRandom& random, bool is_private) {
  const std::vector<std::string> listed = {"place",
                                           "kind",
                                           "flag",
                                           "y / 10",
                                           "y % 4",
                                           "code % 3",
                                           "w > 0",
                                           "kind * 2",
                                           "y / kind",
                                           "-kind",
                                           "CASE WHEN w > 0 THEN place WHEN flag THEN 'on' END",
                                           "CASE WHEN y < 20 THEN 'low' ELSE 'high' END"};
  std::vector<std::string> keys;
  if (is_private) {
    keys.push_back(Pick(random, {"town", "code", "code / 7", "code + y", "-code",
                                 "COALESCE(town, place)", "CASE WHEN flag THEN code END"}));
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

// Of partition columns, all or nothing of which may be in a text.
std::string RandomCellPredicate(TestRandom& random, int depth) {
  if (depth > 0 && random.Chance(0.6)) {
    const std::string left = RandomCellPredicate(random, depth - 1);
    if (random.Chance(0.2)) return absl::StrCat("NOT (", left, ")");
    const std::string right = RandomCellPredicate(random, depth - 1);
    return absl::StrCat("(", left, random.Chance(0.6) ? " AND " : " OR ", right, ")");
  }
  return Pick(random, {"sex = 'f'", "'m' = sex", "sex <> 'm'", "sex IN ('m')", "sex IN ('f', 'x')",
                       "sex = 'x'", "ward = 2", "ward < 3", "ward BETWEEN 2 AND 7",
                       "ward IN (3, 1)", "2 <= ward", "ward <> 9", "born_here", "NOT born_here",
                       "born_here = true", "born_here <> true"});
}

}  // namespace

RandomAsk RandomFullAsk(TestRandom& random) {
  RandomAsk ask;
  ask.has_private_key = random.Chance(0.4);
  ask.keys = RandomKeys(random, ask.has_private_key);
  ask.targets = ask.keys;
  const int64_t aggregates = random.Between(1, 4);
  for (int64_t i = 0; i < aggregates; ++i) ask.targets.push_back(RandomFullAggregate(random));
  // Each cell of each group costs a draw, so quantiles keep to few groups.
  if (!ask.has_private_key && ask.keys.size() <= 1 && random.Chance(0.2)) {
    ask.targets.push_back(RandomQuantile(random));
  }
  if (random.Chance(0.6)) ask.where = RandomFullPredicate(random);
  if (random.Chance(0.3)) {
    ask.from =
        Pick(random, {"(SELECT * FROM visits WHERE y > 5 OR flag) visits",
                      "(SELECT v.* FROM (SELECT *, y * 2 AS twice FROM visits) v "
                      "WHERE twice <> kind) visits",
                      "(WITH v AS (SELECT * FROM visits WHERE w < 60) SELECT * FROM v) visits"});
  }
  if (random.Chance(0.15)) ask.having = "COUNT(*) > 3";
  if (random.Chance(0.3)) ask.tail = absl::StrCat(" ORDER BY ", ask.targets.size(), " DESC");
  if (random.Chance(0.2)) absl::StrAppend(&ask.tail, " LIMIT ", random.Between(0, 5));
  ChooseTarget(random, ask.has_private_key, ask);
  return ask;
}

RandomAsk RandomAskOfCells(TestRandom& random) {
  RandomAsk ask = RandomFullAsk(random);
  if (ask.keys.size() == 1 && random.Chance(0.3)) {
    const std::string key = Pick(random, {"sex", "ward", "born_here", "ward * 2"});
    ask.keys.insert(ask.keys.begin(), key);
    ask.targets.insert(ask.targets.begin(), key);
  }
  if (random.Chance(0.1)) return ask;
  const std::string cells = RandomCellPredicate(random, 3);
  if (ask.where.empty()) {
    ask.where = cells;
  } else {
    ask.where = absl::StrCat("(", cells, random.Chance(0.9) ? ") AND (" : ") OR (", ask.where, ")");
  }
  return ask;
}

std::string RandomAsk::Sql() const {
  std::string sql =
      absl::StrCat("SELECT ", absl::StrJoin(targets, ", "), " FROM ", from, " WHERE alive");
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
