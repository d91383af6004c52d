#include "tests/privacy/random_math.h"

#include "absl/strings/str_cat.h"

namespace tacit {
namespace {

std::string RandomMathKey(TestRandom& random, bool is_private) {
  if (is_private) {
    return Pick(random, {"ABS(code)", "WIDTH_BUCKET(code, 0, 100, 2000)", "MOD(code, 5)",
                         "CAST(code AS SMALLINT)", "CAST(code / 3.0 AS BIGINT)"});
  }
  return Pick(random,
              {"CEIL(w)", "ROUND(w)", "TRUNC(w)", "SIGN(w)", "ROUND(w, 1)", "ROUND(y, -1)",
               "TRUNC(y / 100.0, 1)", "WIDTH_BUCKET(w, -4, 4, 6)", "WIDTH_BUCKET(y, 90, 10, 4)",
               "WIDTH_BUCKET(code, 0, 10, 3)", "CAST(w AS INTEGER)", "CAST(y / 25.0 AS BIGINT)",
               "CAST(flag AS INTEGER)", "CAST(kind - 2 AS BOOLEAN)", "ABS(y - 50)", "MOD(y, 4)"});
}

std::string RandomMathPredicate(TestRandom& random) {
  return Pick(random, {"ABS(w) > 2", "SQRT(y) < 5", "LN(w) > 0.5", "SIGN(w) = -1", "flag::int = 1",
                       "CAST(y - 10 AS BOOLEAN)", "WIDTH_BUCKET(w, -3, 3, 3) IN (1, 2)",
                       "POWER(w, 2) BETWEEN 1 AND 9", "ROUND(w) = 0", "LOG(y) >= 1",
                       "CAST(w AS INTEGER) = kind", "MOD(y, 3) = 1", "EXP(w) < y",
                       "CASE WHEN w > 0 THEN SQRT(w) ELSE LN(-w) END > 1"});
}

std::string RandomMathAggregate(TestRandom& random) {
  const std::string argument = Pick(
      random, {"ABS(w)", "SQRT(y)", "SQRT(w)", "LN(y + 1)", "LOG(kind)", "EXP(w)", "POWER(w, 2)",
               "POWER(y + 1, -0.5)", "POWER(w, 3)", "CEIL(w / 3)", "TRUNC(w, 1)",
               "ROUND(y / 7.0, 2)", "SIGN(w - 1)", "flag::int", "y::real / 4", "MOD(y, kind)",
               "CAST(w * 2 AS INTEGER)", "WIDTH_BUCKET(w, 4, -4, 8)", "CAST(y * 700 AS int2)"});
  return absl::StrCat(Pick(random, {"SUM", "AVG", "COUNT", "COUNT"}), "(", argument, ")");
}

}  // namespace

RandomAsk RandomMathAsk(TestRandom& random) {
  RandomAsk ask = RandomFullAsk(random);
  ask.tail.clear();
  const uint64_t ways = random.Between(1, 7);  // a bit each: key, predicate, aggregate
  if ((ways & 1) != 0 && !ask.keys.empty()) {
    ask.keys[0] = RandomMathKey(random, ask.has_private_key);
    ask.targets[0] = ask.keys[0];
  }
  if ((ways & 2) != 0) {
    const std::string other = ask.where;
    ask.where = RandomMathPredicate(random);
    if (!other.empty()) {
      ask.where =
          absl::StrCat("(", other, random.Chance(0.5) ? ") OR (" : ") AND (", ask.where, ")");
    }
  }
  if ((ways & 4) != 0) ask.targets.push_back(RandomMathAggregate(random));
  if (random.Chance(0.3)) ask.tail = absl::StrCat(" ORDER BY ", ask.targets.size(), " DESC");
  return ask;
}

}  // namespace tacit
