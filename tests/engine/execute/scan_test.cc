#include "engine/execute/scan.h"

#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

TableSchema UnitSchema() {
  TableSchema schema;
  schema.name = "t";
  schema.columns = {{.name = "unit"}};
  schema.unit_column = 0;
  return schema;
}

// Unit u has sizes[u] rows.
TablePtr WithUnits(const std::vector<int>& sizes) {
  Rows rows;
  for (size_t unit = 0; unit < sizes.size(); ++unit) {
    for (int i = 0; i < sizes[unit]; ++i) rows.push_back({Int(static_cast<int64_t>(unit))});
  }
  return BuildTable(UnitSchema(), rows);
}

// The unit of every row of the range, batch by batch.
std::vector<uint32_t> UnitsOf(const Table& table, UnitRange range) {
  Scan scan(table, range);
  std::vector<uint32_t> units;
  int64_t next = table.unit_offsets.empty() ? range.begin
                                            : static_cast<int64_t>(table.unit_offsets[range.begin]);
  for (RowSet rows; scan.Next(rows);) {
    EXPECT_GT(rows.count, 0);
    EXPECT_LE(rows.count, kBatchRowsMax);
    EXPECT_EQ(rows.first, next);
    EXPECT_EQ(rows.selection, nullptr);
    next += rows.count;
    units.insert(units.end(), scan.units(), scan.units() + rows.count);
  }
  return units;
}

std::vector<uint32_t> Expected(const std::vector<int>& sizes, int begin, int end) {
  std::vector<uint32_t> units;
  for (int unit = begin; unit < end; ++unit) units.insert(units.end(), sizes[unit], unit);
  return units;
}

TEST(ScanTest, TagsRowsAcrossBatches) {
  const std::vector<int> sizes = {1, 16, 17, 2048, 3, 10'000, 1, 1, 33, 2047};
  const TablePtr table = WithUnits(sizes);
  EXPECT_EQ(UnitsOf(*table, {0, 10}), Expected(sizes, 0, 10));
  EXPECT_EQ(UnitsOf(*table, {2, 6}), Expected(sizes, 2, 6));
  EXPECT_EQ(UnitsOf(*table, {9, 10}), Expected(sizes, 9, 10));
}

TEST(ScanTest, ReadsNothingOfAnEmptyRange) {
  const TablePtr table = WithUnits({3, 4});
  EXPECT_TRUE(UnitsOf(*table, {1, 1}).empty());
  EXPECT_TRUE(UnitsOf(*table, {2, 2}).empty());
  EXPECT_TRUE(UnitsOf(*WithUnits({}), {0, 0}).empty());
}

TEST(ScanTest, ARowIsItsOwnUnitWithoutAUnitColumn) {
  TableSchema schema = UnitSchema();
  schema.unit_column = std::nullopt;
  const TablePtr table = BuildTable(schema, Rows(5000, {Int(7)}));
  const std::vector<uint32_t> units = UnitsOf(*table, {10, 5000});
  ASSERT_EQ(units.size(), 4990u);
  for (size_t i = 0; i < units.size(); ++i) ASSERT_EQ(units[i], i + 10);
}

TEST(ScanColumnsTest, MapsPositionsOfTheScan) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const ScanNode node = {.table = "visits", .columns = {2, 0}};
  const ScanColumns columns(node, *table);
  EXPECT_EQ(&columns.At(0), &table->columns[2]);
  EXPECT_EQ(&columns.At(1), &table->columns[0]);
}

}  // namespace
}  // namespace tacit
