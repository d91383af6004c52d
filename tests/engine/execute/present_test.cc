#include "engine/execute/present.h"

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

Estimate First(absl::Span<const Estimate> statistics, const AnswerParameters&) {
  return statistics[0];
}

Estimate Ratio(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  return {.value = statistics[0].value / statistics[1].value + parameters.centre,
          .low = parameters.bounds.lower,
          .high = parameters.bounds.upper};
}

ExpressionPtr Key() { return Leaf(Kind::kKey, 0, ValueType::kText); }
ExpressionPtr Count() { return Leaf(Kind::kAnswer, 0, ValueType::kInt64); }

// SELECT key, count; groups c, a, NULL, b in declared order with counts 5, 3, 5, 1.
PresentNode CountPerKey() {
  PresentNode present;
  present.answers.push_back(
      {.name = "count(*)", .function = &First, .statistics = {0}, .type = ValueType::kInt64});
  present.columns = {{.name = "key", .expression = Key()}, {.name = "n", .expression = Count()}};
  return present;
}

std::vector<ReleasedGroup> Groups() {
  const auto group = [](Value key, double count) {
    return ReleasedGroup{.keys = {key}, .statistics = {{count, count - 1, count + 1}}};
  };
  return {group(Text("c"), 5), group(Text("a"), 3), group(Null(), 5), group(Text("b"), 1)};
}

// The first cell of every row.
std::vector<Value> Keys(const PresentNode& present) {
  std::vector<Value> keys;
  for (const PresentedRow& row : Present(present, Groups())) keys.push_back(row[0].value);
  return keys;
}

using Values = std::vector<Value>;

TEST(PresentTest, DefaultOrderIsThatOfTheDeclaredKeys) {
  EXPECT_EQ(Keys(CountPerKey()), Values({Text("c"), Text("a"), Null(), Text("b")}));
}

TEST(PresentTest, SortsAndBreaksTiesByDeclaredOrder) {
  PresentNode present = CountPerKey();
  present.sort = {{.expression = Count()}};
  EXPECT_EQ(Keys(present), Values({Text("b"), Text("a"), Text("c"), Null()}));
  present.sort = {{.expression = Count(), .descending = true}};
  EXPECT_EQ(Keys(present), Values({Text("c"), Null(), Text("a"), Text("b")}));
}

TEST(PresentTest, PlacesNullsAsToldInEitherDirection) {
  PresentNode present = CountPerKey();
  present.sort = {{.expression = Key(), .descending = false, .nulls_first = false}};
  EXPECT_EQ(Keys(present), Values({Text("a"), Text("b"), Text("c"), Null()}));
  present.sort[0].nulls_first = true;
  EXPECT_EQ(Keys(present), Values({Null(), Text("a"), Text("b"), Text("c")}));
  present.sort[0].descending = true;
  EXPECT_EQ(Keys(present), Values({Null(), Text("c"), Text("b"), Text("a")}));
  present.sort[0].nulls_first = false;
  EXPECT_EQ(Keys(present), Values({Text("c"), Text("b"), Text("a"), Null()}));
}

TEST(PresentTest, SortsBySeveralKeys) {
  PresentNode present = CountPerKey();
  present.sort = {{.expression = Count(), .descending = true},
                  {.expression = Key(), .descending = false, .nulls_first = true}};
  EXPECT_EQ(Keys(present), Values({Null(), Text("c"), Text("a"), Text("b")}));
}

TEST(PresentTest, HavingKeepsTrueOnly) {
  PresentNode present = CountPerKey();
  present.having = Binary(Kind::kGreater, Count(), Literal(Int(2)));
  EXPECT_EQ(Keys(present), Values({Text("c"), Text("a"), Null()}));
  // NULL <> 'c' is NULL, which is not true.
  present.having = Binary(Kind::kNotEqual, Key(), Literal(Text("c")));
  EXPECT_EQ(Keys(present), Values({Text("a"), Text("b")}));
}

TEST(PresentTest, LimitAndOffsetActLast) {
  PresentNode present = CountPerKey();
  present.sort = {{.expression = Count()}};
  present.offset = 1;
  present.limit = 2;
  EXPECT_EQ(Keys(present), Values({Text("a"), Text("c")}));
  present.limit = 0;
  EXPECT_TRUE(Keys(present).empty());
  present.limit = 100;
  present.offset = 100;
  EXPECT_TRUE(Keys(present).empty());
}

TEST(PresentTest, AnswersUseTheirStatisticsAndParameters) {
  PresentNode present;
  present.answers.push_back({.name = "avg",
                             .function = &Ratio,
                             .statistics = {1, 0},
                             .parameters = {.bounds = {.lower = -9, .upper = 9}, .centre = 1},
                             .type = ValueType::kFloat64});
  present.columns = {{.name = "avg", .expression = Leaf(Kind::kAnswer, 0, ValueType::kFloat64)}};
  const std::vector<PresentedRow> rows =
      Present(present, {{.keys = {}, .statistics = {{4, 3, 5}, {6, 5, 7}}}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0].value, Real(2.5));
  EXPECT_TRUE(rows[0][0].has_interval);
  EXPECT_EQ(rows[0][0].low, -9);
  EXPECT_EQ(rows[0][0].high, 9);
}

TEST(PresentTest, KeysAndIntegersKeepTheirTypes) {
  const std::vector<PresentedRow> rows = Present(CountPerKey(), Groups());
  EXPECT_FALSE(rows[0][0].has_interval);
  EXPECT_EQ(rows[0][1].value, Int(5));
  EXPECT_EQ(rows[0][1].low, 4);
  EXPECT_EQ(rows[0][1].high, 6);
}

TEST(PresentTest, NoGroupsGiveNoRows) { EXPECT_TRUE(Present(CountPerKey(), {}).empty()); }

}  // namespace
}  // namespace tacit
