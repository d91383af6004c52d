// What every store must do: the same rows, in any order, give the same Table.
//
// A store's test makes the suite its own:
//   INSTANTIATE_TEST_SUITE_P(Snapshot, StorageConformance, testing::Values(&ViaSnapshot));
#ifndef TACIT_TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H_
#define TACIT_TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>

#include "tests/engine/storage/fixtures.h"

namespace tacit {

// Puts valid rows into the store, in their order, and reads the table back.
using StoreRows = TablePtr (*)(const TableSchema& schema, const Rows& rows);

class StorageConformance : public testing::TestWithParam<StoreRows> {
 protected:
  static Rows RandomRows(int count, uint64_t seed) {
    std::mt19937_64 random(seed);
    Rows rows;
    for (int i = 0; i < count; ++i) {
      const auto maybe = [&](Value value) { return random() % 6 == 0 ? Null() : value; };
      rows.push_back({Int(static_cast<int64_t>(random() % 50) - 25),
                      maybe(Text(std::string(random() % 3, 'a') + "\xe2\x82\xac")),
                      maybe(Real(static_cast<double>(random() % 17) / 4 - 2)),
                      maybe(Bool(random() % 2 == 0))});
    }
    return rows;
  }
};

TEST_P(StorageConformance, KeepsExactlyTheRows) {
  Rows rows = RandomRows(3000, 1);
  Rows stored = RowsOf(*GetParam()(VisitsSchema(), rows));
  std::sort(rows.begin(), rows.end());
  std::sort(stored.begin(), stored.end());
  EXPECT_EQ(stored, rows);
}

TEST_P(StorageConformance, OrdersByUnitThenContent) {
  const Rows rows = RandomRows(3000, 2);
  // The order of Value puts NULL first, then values in order, as a table does.
  Rows expected = rows;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(RowsOf(*GetParam()(VisitsSchema(), rows)), expected);
}

TEST_P(StorageConformance, ForgetsTheOrderOfTheSource) {
  Rows rows = RandomRows(500, 3);
  const TablePtr first = GetParam()(VisitsSchema(), rows);
  std::mt19937_64 random(4);
  std::shuffle(rows.begin(), rows.end(), random);
  const TablePtr second = GetParam()(VisitsSchema(), rows);
  EXPECT_EQ(RowsOf(*first), RowsOf(*second));
  EXPECT_EQ(first->columns[1].codes, second->columns[1].codes);
}

TEST_P(StorageConformance, UnitOffsetsCoverAllRowsAndNameTheirUnits) {
  const TablePtr table = GetParam()(VisitsSchema(), RandomRows(1000, 5));
  ASSERT_EQ(table->unit_offsets.size(), static_cast<size_t>(table->unit_count) + 1);
  EXPECT_EQ(table->unit_offsets.front(), 0u);
  EXPECT_EQ(table->unit_offsets.back(), static_cast<uint64_t>(table->row_count));
  for (int64_t unit = 0; unit < table->unit_count; ++unit) {
    ASSERT_LT(table->unit_offsets[unit], table->unit_offsets[unit + 1]);
    for (uint64_t row = table->unit_offsets[unit]; row < table->unit_offsets[unit + 1]; ++row) {
      ASSERT_EQ(CellOf(table->columns[0], row), CellOf(table->unit_ids, unit));
    }
  }
}

TEST_P(StorageConformance, NullCellsHoldZero) {
  const TablePtr table = GetParam()(VisitsSchema(), RandomRows(1000, 6));
  for (int64_t row = 0; row < table->row_count; ++row) {
    if (!table->columns[1].IsValid(row)) {
      ASSERT_EQ(table->columns[1].codes[row], 0u);
    }
    if (!table->columns[2].IsValid(row)) {
      ASSERT_EQ(table->columns[2].floats[row], 0.0);
    }
    if (!table->columns[3].IsValid(row)) {
      ASSERT_EQ(table->columns[3].booleans[row], 0);
    }
  }
}

TEST_P(StorageConformance, DictionariesAscendWithoutRepeats) {
  const TablePtr table = GetParam()(VisitsSchema(), RandomRows(1000, 7));
  const Dictionary& dictionary = table->columns[1].dictionary;
  for (uint32_t code = 1; code < dictionary.size(); ++code) {
    EXPECT_LT(dictionary.At(code - 1), dictionary.At(code));
  }
}

TEST_P(StorageConformance, HoldsExtremeValues) {
  const Rows rows = {
      {Int(std::numeric_limits<int64_t>::min()), Text(""), Real(-1.7976931348623157e308), Null()},
      {Int(std::numeric_limits<int64_t>::max()), Text(std::string(5000, 'z')), Real(5e-324),
       Bool(true)}};
  EXPECT_EQ(RowsOf(*GetParam()(VisitsSchema(), rows)), rows);
}

TEST_P(StorageConformance, HoldsNoRowsAndTextUnitsAndRowUnits) {
  EXPECT_EQ(GetParam()(VisitsSchema(), {})->row_count, 0);
  TableSchema schema = VisitsSchema();
  schema.columns[1].nullable = false;
  schema.unit_column = 1;
  const TablePtr table = GetParam()(schema, {{Int(1), Text("b"), Null(), Null()},
                                             {Int(2), Text("a"), Null(), Null()},
                                             {Int(3), Text("b"), Null(), Null()}});
  ASSERT_EQ(table->unit_count, 2);
  EXPECT_EQ(CellOf(table->unit_ids, 1), Text("b"));
  schema.unit_column = std::nullopt;
  const TablePtr flat = GetParam()(schema, {{Int(1), Text("b"), Null(), Null()}});
  EXPECT_EQ(flat->unit_count, 1);
  EXPECT_TRUE(flat->unit_offsets.empty());
}

}  // namespace tacit

#endif  // TACIT_TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H_
