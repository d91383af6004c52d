#include "engine/storage/row_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace tacit {
namespace {

TEST(OrderByKeyTest, IsAStableSort) {
  std::mt19937_64 random(1);
  for (const uint64_t range : {uint64_t{3}, uint64_t{100'000}, ~uint64_t{0}}) {
    std::vector<uint64_t> keys(5'000);
    for (uint64_t& key : keys) key = random() % range;
    std::vector<int64_t> expected(keys.size());
    std::iota(expected.begin(), expected.end(), int64_t{0});
    std::stable_sort(expected.begin(), expected.end(),
                     [&](int64_t a, int64_t b) { return keys[a] < keys[b]; });
    EXPECT_EQ(OrderByKey(keys), expected) << range;
  }
}

TEST(OrderByKeyTest, HandlesNoneOneAndSorted) {
  EXPECT_TRUE(OrderByKey({}).empty());
  EXPECT_EQ(OrderByKey({9}), std::vector<int64_t>({0}));
  EXPECT_EQ(OrderByKey({1, 1, 2}), std::vector<int64_t>({0, 1, 2}));
  EXPECT_EQ(OrderByKey({~uint64_t{0}, 0}), std::vector<int64_t>({1, 0}));
}

std::vector<ColumnBuilder> TwoColumns(const std::vector<std::pair<int64_t, int64_t>>& rows) {
  std::vector<ColumnBuilder> columns;
  columns.emplace_back(ColumnSchema{.name = "unit"}, true);
  columns.emplace_back(ColumnSchema{.name = "value"}, false);
  for (const auto& [unit, value] : rows) {
    columns[0].Append(CellView::Integer(unit));
    columns[1].Append(CellView::Integer(value));
  }
  return columns;
}

TEST(SortByUnitTest, SortsUnitsNumericallyThenContent) {
  std::vector<ColumnBuilder> columns = TwoColumns({{5, 2}, {-1, 9}, {5, 1}, {0, 3}, {-1, -9}});
  EXPECT_EQ(SortByUnit(columns, 0, 5), std::vector<uint64_t>({0, 2, 3, 5}));
  EXPECT_EQ(columns[0].Finish().integers, std::vector<int64_t>({-1, -1, 0, 5, 5}));
  EXPECT_EQ(columns[1].Finish().integers, std::vector<int64_t>({-9, 9, 3, 1, 2}));
}

TEST(SortByUnitTest, HasOneBoundaryForNoRows) {
  std::vector<ColumnBuilder> columns = TwoColumns({});
  EXPECT_EQ(SortByUnit(columns, 0, 0), std::vector<uint64_t>({0}));
}

}  // namespace
}  // namespace tacit
