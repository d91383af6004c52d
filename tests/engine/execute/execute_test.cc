#include "engine/execute/execute.h"

#include <algorithm>

#include "tests/engine/execute/measures.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

// Units of 0 to 6 rows and one of 10,000, amounts 0, 1, 2, ... within each.
TablePtr WhaleTable() {
  Rows rows;
  for (int unit = 0; unit < 500; ++unit) {
    const int size = unit == 250 ? 10'000 : unit % 7;
    for (int i = 0; i < size; ++i) {
      rows.push_back(
          {Int(unit), i % 3 == 0 ? Null() : Text(i % 3 == 1 ? "a" : "b"), Real(i), Bool(true)});
    }
  }
  return BuildTable(VisitsSchema(), rows);
}

MeasureNode FilteredMeasure(ExpressionPtr predicate) {
  MeasureNode measure = VisitsMeasure();
  measure.input = FilterOf(measure.input, std::move(predicate));
  return measure;
}

ExpressionPtr AmountBelow(double limit) {
  return Binary(Kind::kLess, Column(1, ValueType::kFloat64), Literal(Real(limit)));
}

TEST(ExecuteTest, UnitsNeverDecreaseAndAWhaleSpansBatches) {
  const TablePtr table = WhaleTable();
  const std::vector<OwnedRow> rows = RunMeasure(VisitsMeasure(), *table);
  ASSERT_EQ(static_cast<int64_t>(rows.size()), table->row_count);
  int64_t largest = 0;
  int64_t run = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) {
      ASSERT_LE(rows[i - 1].unit, rows[i].unit);
    }
    run = i > 0 && rows[i - 1].unit == rows[i].unit ? run + 1 : 1;
    largest = std::max(largest, run);
  }
  EXPECT_EQ(largest, 10'000);
}

TEST(ExecuteTest, FilteredRowsAreTheRowsThatPass) {
  const TablePtr table = WhaleTable();
  std::vector<OwnedRow> expected;
  for (const OwnedRow& row : RunMeasure(VisitsMeasure(), *table)) {
    if (row.features[2] < Real(100)) expected.push_back(row);
  }
  EXPECT_GT(expected.size(), 1000u);
  EXPECT_EQ(RunMeasure(FilteredMeasure(AmountBelow(100)), *table), expected);
}

TEST(ExecuteTest, StackedFiltersHoldTogether) {
  const TablePtr table = WhaleTable();
  MeasureNode stacked = FilteredMeasure(AmountBelow(100));
  stacked.input = FilterOf(
      stacked.input, Binary(Kind::kGreaterEqual, Column(1, ValueType::kFloat64), Literal(Real(2))));
  const MeasureNode together = FilteredMeasure(
      Binary(Kind::kAnd, AmountBelow(100),
             Binary(Kind::kGreaterEqual, Column(1, ValueType::kFloat64), Literal(Real(2)))));
  EXPECT_EQ(RunMeasure(stacked, *table), RunMeasure(together, *table));
  EXPECT_EQ(ScanOf(stacked.input).table, "visits");
}

TEST(ExecuteTest, EndsAtOnceWhenNothingIsLeft) {
  EXPECT_TRUE(RunMeasure(FilteredMeasure(AmountBelow(-1)), *WhaleTable()).empty());
  EXPECT_TRUE(RunMeasure(VisitsMeasure(), *BuildTable(VisitsSchema(), {})).empty());
  const TablePtr one = BuildTable(VisitsSchema(), {VisitsRows()[0]});
  EXPECT_EQ(RunMeasure(VisitsMeasure(), *one).size(), 1u);
}

TEST(ExecuteTest, StaysAtTheEnd) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const MeasureNode measure = VisitsMeasure();
  const auto groups = GroupsOf(measure, *table);
  const auto source = Execute(measure, *table, *groups, {.begin = 0, .end = table->unit_count});
  OwnedBatch batch;
  EXPECT_TRUE(source->Next(batch));
  EXPECT_FALSE(source->Next(batch));
  EXPECT_FALSE(source->Next(batch));
}

TEST(ExecuteTest, ResultDoesNotDependOnTheOrderOfTheSource) {
  Rows rows = VisitsRows();
  const std::vector<OwnedRow> first =
      RunMeasure(VisitsMeasure(), *BuildTable(VisitsSchema(), rows));
  std::reverse(rows.begin(), rows.end());
  EXPECT_EQ(RunMeasure(VisitsMeasure(), *BuildTable(VisitsSchema(), rows)), first);
}

TEST(SplitUnitsTest, RangesJoinToTheWhole) {
  const TablePtr table = WhaleTable();
  const std::vector<OwnedRow> whole = RunMeasure(VisitsMeasure(), *table);
  for (const int parts : {1, 2, 3, 7, 64, 1000}) {
    const std::vector<UnitRange> ranges = SplitUnits(*table, parts);
    ASSERT_LE(static_cast<int>(ranges.size()), parts);
    std::vector<OwnedRow> joined;
    int64_t next = 0;
    for (const UnitRange& range : ranges) {
      ASSERT_EQ(range.begin, next);
      ASSERT_LT(range.begin, range.end);
      next = range.end;
      for (OwnedRow& row : RunMeasure(VisitsMeasure(), *table, range)) joined.push_back(row);
    }
    EXPECT_EQ(next, table->unit_count);
    EXPECT_EQ(joined, whole) << parts;
  }
}

TEST(SplitUnitsTest, BalancesRows) {
  Rows rows;
  for (int unit = 0; unit < 1000; ++unit) {
    for (int i = 0; i < 1 + unit / 100; ++i) rows.push_back({Int(unit), Null(), Null(), Null()});
  }
  const TablePtr table = BuildTable(VisitsSchema(), rows);
  for (const UnitRange& range : SplitUnits(*table, 4)) {
    const auto size =
        static_cast<int64_t>(table->unit_offsets[range.end] - table->unit_offsets[range.begin]);
    EXPECT_NEAR(static_cast<double>(size), table->row_count / 4.0, 11);
  }
}

TEST(SplitUnitsTest, SplitsRowsWhereTheRowIsTheUnitAndAnEmptyTableIsOneRange) {
  TableSchema schema = VisitsSchema();
  schema.unit_column = std::nullopt;
  const TablePtr table = BuildTable(schema, Rows(10, VisitsRows()[0]));
  EXPECT_EQ(SplitUnits(*table, 3).size(), 3u);
  const std::vector<UnitRange> empty = SplitUnits(*BuildTable(schema, {}), 3);
  ASSERT_EQ(empty.size(), 1u);
  EXPECT_EQ(empty[0].end, 0);
}

}  // namespace
}  // namespace tacit
