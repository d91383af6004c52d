#include "engine/execute/project.h"

#include "tests/engine/execute/measures.h"

namespace tacit {
namespace {

TEST(ProjectTest, FeaturesSayOnePresenceAndValue) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const std::vector<OwnedRow> expected = {
      {0, 2, {Int(1), Int(1), Real(-3)}},  {0, kNoGroup, {Int(1), Int(1), Real(0)}},
      {1, 1, {Int(1), Int(0), Null()}},    {1, 1, {Int(1), Int(1), Real(2)}},
      {1, 0, {Int(1), Int(1), Real(1.5)}}, {2, kNoGroup, {Int(1), Int(1), Real(1e300)}}};
  EXPECT_EQ(RunMeasure(VisitsMeasure(), *table), expected);
}

TEST(ProjectTest, GroupsCountWithTheLastKeyFastest) {
  MeasureNode measure = VisitsMeasure();
  measure.input = std::make_shared<const ScanNode>(ScanNode{.table = "visits", .columns = {1, 3}});
  measure.features.resize(1);
  measure.keys.push_back({.name = "flag",
                          .expression = Column(1, ValueType::kBool),
                          .values = {Bool(false), Bool(true)}});
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  std::vector<uint32_t> groups;
  for (const OwnedRow& row : RunMeasure(measure, *table)) groups.push_back(row.group);
  // A row belongs to a group only when both its values are listed.
  EXPECT_EQ(groups, std::vector<uint32_t>({4, kNoGroup, kNoGroup, 3, 1, kNoGroup}));
}

TEST(ProjectTest, WithoutKeysAllRowsAreOfGroupZero) {
  MeasureNode measure = VisitsMeasure();
  measure.keys.clear();
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  for (const OwnedRow& row : RunMeasure(measure, *table)) EXPECT_EQ(row.group, 0u);
}

TEST(ProjectTest, PlainColumnsAreNotCopiedWhereAllRowsAreWanted) {
  TableSchema schema = VisitsSchema();
  schema.columns[2].nullable = false;
  Rows rows;
  for (int i = 0; i < 10; ++i) rows.push_back({Int(i), Text("a"), Real(i), Bool(true)});
  const TablePtr table = BuildTable(schema, rows);
  const MeasureNode measure = VisitsMeasure();
  const auto groups = GroupsOf(measure, *table);
  const auto source = Execute(measure, *table, *groups, {.begin = 3, .end = 10});
  OwnedBatch batch;
  ASSERT_TRUE(source->Next(batch));
  EXPECT_EQ(batch.features[2].floats.data(), table->columns[2].floats.data() + 3);
  // Never NULL: the presence of a value is the constant 1.
  EXPECT_TRUE(batch.features[1].integers.empty());
  EXPECT_TRUE(batch.features[2].valid.empty());
}

TEST(ProjectTest, ComputedFeaturesAreEvaluatedOnTheRowsKept) {
  MeasureNode measure = VisitsMeasure();
  const ExpressionPtr amount = Column(1, ValueType::kFloat64);
  measure.input = FilterOf(measure.input, Binary(ExpressionKind::kLess, amount, Literal(Real(2))));
  measure.features = {{.kind = FeatureKind::kValue,
                       .expression = Binary(ExpressionKind::kMultiply, amount, Literal(Real(2)))}};
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const std::vector<OwnedRow> expected = {
      {0, 2, {Real(-6)}}, {0, kNoGroup, {Real(0)}}, {1, 0, {Real(3)}}};
  EXPECT_EQ(RunMeasure(measure, *table), expected);
}

// Text crosses as codes with the strings they stand for, booleans as 0 and 1; NULL stays NULL.
TEST(ProjectTest, ValuesMayBeTextOrBoolean) {
  MeasureNode measure = VisitsMeasure();
  measure.keys.clear();
  measure.input =
      std::make_shared<const ScanNode>(ScanNode{.table = "visits", .columns = {1, 2, 3}});
  measure.features = {{.kind = FeatureKind::kValue, .expression = Column(0, ValueType::kText)},
                      {.kind = FeatureKind::kValue, .expression = Column(2, ValueType::kBool)},
                      {.kind = FeatureKind::kNotNull, .expression = Column(0, ValueType::kText)}};
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const std::vector<OwnedRow> expected = {
      {0, 0, {Null(), Int(0), Int(0)}},    {0, 0, {Text("\xc3\xa9"), Null(), Int(1)}},
      {1, 0, {Text("a"), Null(), Int(1)}}, {1, 0, {Text("a"), Int(1), Int(1)}},
      {1, 0, {Text("b"), Int(1), Int(1)}}, {2, 0, {Text(""), Int(0), Int(1)}}};
  EXPECT_EQ(RunMeasure(measure, *table), expected);
  // The same of the rows that a filter leaves.
  measure.input = FilterOf(measure.input, Binary(ExpressionKind::kGreater,
                                                 Column(1, ValueType::kFloat64), Literal(Real(1))));
  const std::vector<OwnedRow> kept = {expected[3], expected[4], expected[5]};
  EXPECT_EQ(RunMeasure(measure, *table), kept);
}

TEST(ProjectTest, TextsWithoutAnyValueAreAllNull) {
  MeasureNode measure = VisitsMeasure();
  measure.keys.clear();
  measure.features = {{.kind = FeatureKind::kValue, .expression = Column(0, ValueType::kText)}};
  const Rows rows = {{Int(1), Null(), Real(1), Null()}, {Int(2), Null(), Real(2), Null()}};
  const std::vector<OwnedRow> expected = {{0, 0, {Null()}}, {1, 0, {Null()}}};
  EXPECT_EQ(RunMeasure(measure, *BuildTable(VisitsSchema(), rows)), expected);
}

// With a private key the group of each row is that of its whole tuple, whatever WHERE leaves.
TEST(ProjectTest, PrivateGroupsTagTheRowsThatAreKept) {
  MeasureNode measure = VisitsMeasure();
  measure.keys[0].values.clear();
  measure.features.resize(1);
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  // Groups: "", "a", "b", "\xc3\xa9", NULL.
  const auto groups_of = [&](const MeasureNode& asked) {
    std::vector<uint32_t> groups;
    for (const OwnedRow& row : RunMeasure(asked, *table)) groups.push_back(row.group);
    return groups;
  };
  EXPECT_EQ(groups_of(measure), std::vector<uint32_t>({4, 3, 1, 1, 2, 0}));
  measure.input = FilterOf(measure.input, Binary(ExpressionKind::kGreater,
                                                 Column(1, ValueType::kFloat64), Literal(Real(1))));
  EXPECT_EQ(groups_of(measure), std::vector<uint32_t>({1, 2, 0}));
}

}  // namespace
}  // namespace tacit
