#include "tests/privacy/random_texts.h"

#include "absl/strings/str_cat.h"
#include "accountant/check.h"

namespace tacit {
namespace {

std::string RandomTextKey(TestRandom& random, bool is_private) {
  if (is_private) {
    return Pick(random,
                {"LOWER(town)", "UPPER(town)", "SUBSTR(town, 1, 2)", "LENGTH(town)", "BTRIM(town)",
                 "town || '/' || place", "RIGHT(town, 3)", "'<' || LOWER(town) || '>'",
                 "COALESCE(UPPER(town), place)", "LEFT(town, 2) || BTRIM(place)"});
  }
  return Pick(random, {"UPPER(place)", "LENGTH(place)", "place || '!'", "town LIKE '%o%'",
                       "town ILIKE 'o%'", "LENGTH(SUBSTR(town, 1, 3))", "LENGTH(LEFT(town, 2))",
                       "place || '-' || UPPER(place)"});
}

std::string RandomTextPredicate(TestRandom& random) {
  return Pick(random,
              {"town LIKE '%l_'", "town NOT LIKE 'o%'", "town ILIKE '%\xc3\x89%'",
               R"(town LIKE '%\_%')", R"(town LIKE '%!%%' ESCAPE '!')", "LENGTH(town) > 4",
               "LOWER(town) = 'oslo'", "STARTS_WITH(town, 'o')", "town LIKE '' OR place LIKE 'a'",
               "BTRIM(town) <> town", "LOWER(town) < UPPER(place)", "town || place LIKE '%a'",
               "CASE WHEN flag THEN town ELSE 'Oslo' END LIKE 'O%'", "town NOT ILIKE '_s%o'",
               "UPPER(LEFT(town, 3)) IN ('OSL', '')"});
}

std::string RandomTextAggregate(TestRandom& random) {
  return Pick(random, {"COUNT(DISTINCT LOWER(town))", "SUM(LENGTH(place))",
                       "AVG(LENGTH(LEFT(town, 5)))", "COUNT(DISTINCT town || place)",
                       "COUNT(BTRIM(town))", "COUNT(*) FILTER (WHERE town ILIKE 'o%')",
                       "COUNT(DISTINCT LENGTH(town))", "SUM(LENGTH(SUBSTR(town, 2, 4)) * y)"});
}

}  // namespace

Rows WithRandomTexts(TestRandom& random, Rows rows) {
  const size_t town = 6;
  for (std::vector<Value>& row : rows) {
    const bool is_text = std::holds_alternative<std::string>(row[town]);
    if (!is_text || random.Chance(0.1)) continue;
    const std::string text =
        Pick(random, {"Oslo", "oslo", "OSLO", "Ros", "\xc3\x89vora", "\xc3\xa9vora", "a_b", "100%",
                      "a\\b", "", "\xe6\x97\xa5\xe6\x9c\xac", "olso olso olso olso olso"});
    row[town] = absl::StrCat(Pick(random, {"", "", " ", "  "}), text,
                             Pick(random, {"", "", " ", "\xc3\xb8"}));
  }
  return rows;
}

Rows RandomTextRows(TestRandom& random, const DatasetSchema& schema) {
  TACIT_CHECK(schema.tables[0].columns[6].name == "town");
  return WithRandomTexts(random, RandomRows(random, schema));
}

RandomAsk RandomTextAsk(TestRandom& random) {
  RandomAsk ask = RandomFullAsk(random);
  ask.tail.clear();
  const uint64_t ways = random.Between(1, 7);  // a bit each: key, predicate, aggregate
  if ((ways & 1) != 0 && !ask.keys.empty()) {
    ask.keys[0] = RandomTextKey(random, ask.has_private_key);
    ask.targets[0] = ask.keys[0];
  }
  if ((ways & 2) != 0) {
    const std::string other = ask.where;
    ask.where = RandomTextPredicate(random);
    if (!other.empty()) {
      ask.where =
          absl::StrCat("(", other, random.Chance(0.5) ? ") OR (" : ") AND (", ask.where, ")");
    }
  }
  if ((ways & 4) != 0) ask.targets.push_back(RandomTextAggregate(random));
  if (random.Chance(0.3)) ask.tail = absl::StrCat(" ORDER BY ", ask.targets.size(), " DESC");
  return ask;
}

}  // namespace tacit
