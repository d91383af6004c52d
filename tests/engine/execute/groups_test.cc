#include "engine/execute/groups.h"

#include <algorithm>
#include <chrono>

#include "tests/engine/execute/measures.h"

namespace tacit {
namespace {

using Tuples = std::vector<std::vector<Value>>;

GroupKey KeyOf(ExpressionPtr expression, std::vector<Value> values = {}) {
  return {.name = "key", .expression = std::move(expression), .values = std::move(values)};
}

// Over the columns label (0), amount (1), flag (2) of the visits table.
MeasureNode MeasureBy(std::vector<GroupKey> keys) {
  MeasureNode measure = VisitsMeasure();
  measure.input =
      std::make_shared<const ScanNode>(ScanNode{.table = "visits", .columns = {1, 2, 3}});
  measure.keys = std::move(keys);
  return measure;
}

GroupKey LabelKey(std::vector<Value> values = {}) {
  return KeyOf(Column(0, ValueType::kText), std::move(values));
}
GroupKey FlagKey(std::vector<Value> values = {}) {
  return KeyOf(Column(2, ValueType::kBool), std::move(values));
}

Tuples TuplesOf(const Groups& groups) {
  Tuples tuples;
  for (uint32_t group = 0; group < groups.size(); ++group) tuples.push_back(groups.KeysOf(group));
  return tuples;
}

// The key tuples of the rows as the batches tag them.
Tuples TuplesOfRows(const MeasureNode& measure, const Table& table) {
  const std::unique_ptr<Groups> groups = GroupsOf(measure, table);
  Tuples tuples;
  for (const OwnedRow& row : RunMeasure(measure, table)) {
    tuples.push_back(row.group == kNoGroup ? std::vector<Value>() : groups->KeysOf(row.group));
  }
  return tuples;
}

TEST(GroupsTest, PublicGroupsAreTheProductInDeclaredOrder) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const MeasureNode measure =
      MeasureBy({LabelKey({Text("b"), Text("a"), Null()}), FlagKey({Bool(true), Bool(false)})});
  const std::unique_ptr<Groups> groups = GroupsOf(measure, *table);
  EXPECT_EQ(TuplesOf(*groups), (Tuples{{Text("b"), Bool(true)},
                                       {Text("b"), Bool(false)},
                                       {Text("a"), Bool(true)},
                                       {Text("a"), Bool(false)},
                                       {Null(), Bool(true)},
                                       {Null(), Bool(false)}}));
  EXPECT_TRUE(groups->group_of_row().empty());
}

TEST(GroupsTest, WithoutKeysThereIsOneGroup) {
  const TablePtr table = BuildTable(VisitsSchema(), {});
  const MeasureNode measure = MeasureBy({});
  EXPECT_EQ(TuplesOf(*GroupsOf(measure, *table)), Tuples{{}});
}

TEST(GroupsTest, PrivateTextKeysAscendWithNullLast) {
  Rows rows;
  for (const char* label : {"b", "a", "", "ab", "\xc3\xa9", "B", "a"}) {
    rows.push_back({Int(static_cast<int64_t>(rows.size())), Text(label), Real(1), Bool(true)});
  }
  rows.push_back({Int(3), Null(), Real(1), Bool(true)});
  const TablePtr table = BuildTable(VisitsSchema(), rows);
  const MeasureNode measure = MeasureBy({LabelKey()});
  EXPECT_EQ(TuplesOf(*GroupsOf(measure, *table)), (Tuples{{Text("")},
                                                          {Text("B")},
                                                          {Text("a")},
                                                          {Text("ab")},
                                                          {Text("b")},
                                                          {Text("\xc3\xa9")},
                                                          {Null()}}));
}

TEST(GroupsTest, PrivateBooleanKeysHoldWhatTheTableHas) {
  const Rows rows = {{Int(1), Text("a"), Real(1), Bool(true)}};
  const TablePtr table = BuildTable(VisitsSchema(), rows);
  const MeasureNode measure = MeasureBy({FlagKey()});
  EXPECT_EQ(TuplesOf(*GroupsOf(measure, *table)), Tuples{{Bool(true)}});
}

TEST(GroupsTest, AnEmptyTableHasNoPrivateGroups) {
  const TablePtr table = BuildTable(VisitsSchema(), {});
  const MeasureNode measure = MeasureBy({LabelKey(), FlagKey({Bool(false), Bool(true)})});
  const std::unique_ptr<Groups> groups = GroupsOf(measure, *table);
  EXPECT_EQ(groups->size(), 0u);
  EXPECT_TRUE(RunMeasure(measure, *table).empty());
}

// Distinct tuples of the table and not of what WHERE leaves: that a group is empty is for the core
// to see.
TEST(GroupsTest, PrivateGroupsAreThoseBeforeWhere) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const MeasureNode measure = MeasureBy({LabelKey()});
  MeasureNode filtered = measure;
  filtered.input = FilterOf(
      measure.input,
      Binary(ExpressionKind::kLess, Column(1, ValueType::kFloat64), Literal(Real(-1e300))));
  EXPECT_GT(GroupsOf(measure, *table)->size(), 1u);
  EXPECT_EQ(TuplesOf(*GroupsOf(filtered, *table)), TuplesOf(*GroupsOf(measure, *table)));
  EXPECT_TRUE(RunMeasure(filtered, *table).empty());
}

// Against the rows themselves: random tables of every key type, public and private keys mixed in
// both orders, unlisted public values dropped.
TEST(GroupsTest, MixedKeysAreTheDistinctTuplesOfTheRows) {
  const ScanNode scan = MixedScan();
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const TablePtr table = BuildTable(MixedSchema(), MixedRows(200, false, seed));
    std::vector<GroupKey> keys = {KeyOf(Column(0, ValueType::kInt64)),
                                  KeyOf(Column(4, ValueType::kText), {Text("b"), Text("a")}),
                                  KeyOf(Column(6, ValueType::kBool))};
    std::rotate(keys.begin(), keys.begin() + seed % 3, keys.end());
    MeasureNode measure;
    measure.input = std::make_shared<const ScanNode>(scan);
    measure.keys = keys;
    measure.features = {{.kind = FeatureKind::kOne, .expression = nullptr}};
    std::vector<std::vector<Value>> columns;
    for (const GroupKey& key : keys) {
      columns.push_back(EvaluateAll(*key.expression, *table, scan));
    }
    Tuples expected, distinct;
    for (int64_t row = 0; row < table->row_count; ++row) {
      std::vector<Value> tuple;
      bool is_listed = true;
      for (size_t i = 0; i < keys.size(); ++i) {
        const Value& value = columns[i][static_cast<size_t>(row)];
        const auto& values = keys[i].values;
        is_listed = is_listed && (keys[i].is_private() ||
                                  std::find(values.begin(), values.end(), value) != values.end());
        tuple.push_back(value);
      }
      expected.push_back(is_listed ? tuple : std::vector<Value>());
      const bool is_new = std::find(distinct.begin(), distinct.end(), tuple) == distinct.end();
      if (is_listed && is_new) distinct.push_back(tuple);
    }
    EXPECT_EQ(TuplesOfRows(measure, *table), expected);
    const auto before = [&](const std::vector<Value>& a, const std::vector<Value>& b) {
      for (size_t i = 0; i < keys.size(); ++i) {
        if (a[i] == b[i]) continue;
        if (!keys[i].is_private()) return a[i] == Text("b");  // as declared
        if (IsNull(a[i]) || IsNull(b[i])) return IsNull(b[i]);
        return a[i] < b[i];
      }
      return false;
    };
    std::sort(distinct.begin(), distinct.end(), before);
    EXPECT_EQ(TuplesOf(*GroupsOf(measure, *table)), distinct);
  }
}

// The order of groups, and with it the order of an answer, is a function of the rows alone.
TEST(GroupsTest, DoNotDependOnTheOrderOfTheSource) {
  Rows rows = VisitsRows();
  const MeasureNode measure = MeasureBy({LabelKey(), FlagKey()});
  const Tuples first = TuplesOf(*GroupsOf(measure, *BuildTable(VisitsSchema(), rows)));
  std::reverse(rows.begin(), rows.end());
  EXPECT_EQ(TuplesOf(*GroupsOf(measure, *BuildTable(VisitsSchema(), rows))), first);
}

TEST(GroupsTest, AMillionKeysTakeSeconds) {
  constexpr int64_t kRows = 1'000'000;
  TableSchema schema{.name = "wide", .limits = {1, 1}};
  schema.columns = {{.name = "code", .type = ValueType::kInt64}};
  Rows rows;
  rows.reserve(kRows);
  // An odd factor permutes the residues, so that codes are distinct and arrive in no order.
  for (int64_t i = 0; i < kRows; ++i) rows.push_back({Int(i * 786'433 % kRows - kRows / 2)});
  const TablePtr table = BuildTable(schema, rows);
  MeasureNode measure;
  measure.input = std::make_shared<const ScanNode>(ScanNode{.table = "wide", .columns = {0}});
  measure.keys = {KeyOf(Column(0, ValueType::kInt64))};
  const auto start = std::chrono::steady_clock::now();
  const std::unique_ptr<Groups> groups = GroupsOf(measure, *table);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  ASSERT_EQ(groups->size(), static_cast<size_t>(kRows));
  EXPECT_EQ(groups->KeysOf(0), std::vector<Value>{Int(-kRows / 2)});
  EXPECT_EQ(groups->KeysOf(kRows - 1), std::vector<Value>{Int(kRows / 2 - 1)});
}

}  // namespace
}  // namespace tacit
