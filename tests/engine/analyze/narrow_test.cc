#include "engine/analyze/narrow.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

double Number(const Value& value) { return static_cast<double>(std::get<int64_t>(value)); }

// Values -4..4, and NULL where `nullable`.
std::vector<Value> Domain(bool nullable) {
  std::vector<Value> values;
  for (int64_t value = -4; value <= 4; ++value) values.emplace_back(value);
  if (nullable) values.emplace_back();
  return values;
}

// Every row that satisfies a random condition lies within what the condition was said to imply.
TEST(NarrowTest, HoldsEveryRowThatSatisfiesTheCondition) {
  std::mt19937 random(20240502);
  const std::vector<ValueRange> declared = {{.interval = {-4, 4}, .nullable = true},
                                            {.interval = {-4, 4}, .nullable = false}};
  int narrowed = 0;
  for (int i = 0; i < 6000; ++i) {
    const ExpressionPtr condition = RandomCondition(random, 3);
    const std::vector<ValueRange> ranges = Narrow(*condition, declared);
    if (ranges[0].interval != declared[0].interval || !ranges[0].nullable) ++narrowed;
    for (const Value& x : Domain(true)) {
      for (const Value& y : Domain(false)) {
        if (Evaluate(*condition, {x, y}) != Value(true)) continue;
        ASSERT_TRUE(IsNull(x) ? ranges[0].nullable : ranges[0].interval.Contains(Number(x)))
            << ToText(*condition) << " holds for " << ToText(x) << " and " << ToText(y);
        ASSERT_TRUE(ranges[1].interval.Contains(Number(y)))
            << ToText(*condition) << " holds for " << ToText(x) << " and " << ToText(y);
      }
    }
  }
  EXPECT_GT(narrowed, 1000) << "the test must see conditions that narrow";
}

struct Case {
  const char* where;
  Interval interval;
  bool nullable;
};

// What analysts write to give a column bounds, and how far it narrows.
TEST(NarrowTest, IsExactForTheUsualForms) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Case> cases = {
      {"weight BETWEEN 30 AND 150", {30, 150}, false},
      {"weight > 30 AND weight <= 150", {30, 150}, false},
      {"30 < weight", {30, infinity}, false},
      {"weight = 7", {7, 7}, false},
      {"weight IN (3, 9, 5.5)", {3, 9}, false},
      {"NOT (weight < 3 OR weight > 9)", {3, 9}, false},
      {"weight < 2 * 5", {-infinity, 10}, false},
      {"weight BETWEEN 1 AND 2 OR weight = 8", {1, 8}, false},
      {"weight BETWEEN 1 AND 2 OR weight IS NULL", {1, 2}, true},
      {"weight BETWEEN 1 AND 2 OR y = 1", {-infinity, infinity}, true},
      {"weight IS NOT NULL", {-infinity, infinity}, false},
      {"weight + 1 > 0", {-infinity, infinity}, false},
      {"weight <> 4", {-infinity, infinity}, false},
      {"weight NOT IN (4)", {-infinity, infinity}, false},
      {"y = 1", {-infinity, infinity}, true},
  };
  const DatasetSchema schema = GoldenSchema("visits");
  for (const Case& expected : cases) {
    const auto query =
        Bind(std::string("SELECT COUNT(*) FROM visits WHERE ") + expected.where, schema);
    ASSERT_TRUE(query.ok()) << expected.where << query.status();
    const auto at = std::find(query->scan_columns.begin(), query->scan_columns.end(), 5);
    std::vector<ValueRange> columns;
    for (const int index : query->scan_columns)
      columns.push_back(DeclaredRange(query->table->columns[index]));
    const int weight = static_cast<int>(at - query->scan_columns.begin());
    if (at == query->scan_columns.end()) columns.push_back({.interval = {}, .nullable = true});
    const ValueRange range = Narrow(*query->where, columns)[weight];
    EXPECT_EQ(range.interval, expected.interval) << expected.where;
    EXPECT_EQ(range.nullable, expected.nullable) << expected.where;
  }
}

TEST(NarrowTest, TakesStrictComparisonsOfIntegersToTheNextOne) {
  const auto narrow = [](ExpressionKind kind, const Value& literal) {
    const ExpressionPtr condition =
        Operation(kind, ValueType::kBool, {Column(0), Literal(literal)});
    return Narrow(*condition, std::vector<ValueRange>{{}})[0].interval;
  };
  EXPECT_EQ(narrow(ExpressionKind::kGreater, int64_t{5}).lower, 6);
  EXPECT_EQ(narrow(ExpressionKind::kLess, int64_t{5}).upper, 4);
  EXPECT_EQ(narrow(ExpressionKind::kGreaterEqual, int64_t{5}).lower, 5);
  // Beyond 2^53 a double stands for several integers; the bound must not step over one of them.
  const int64_t large = (int64_t{1} << 53) + 1;
  EXPECT_LE(static_cast<__int128>(narrow(ExpressionKind::kGreater, large).lower), large + 1);
}

TEST(NarrowTest, FindsConditionsThatNoValueSatisfies) {
  const ExpressionPtr condition =
      Operation(ExpressionKind::kGreater, ValueType::kBool, {Column(0), Literal(int64_t{200})});
  EXPECT_TRUE(
      Narrow(*condition, std::vector<ValueRange>{{.interval = {0, 100}}})[0].interval.IsEmpty());
}

}  // namespace
}  // namespace tacit
