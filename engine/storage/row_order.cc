#include "engine/storage/row_order.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "accountant/check.h"

namespace tacit {
namespace {

constexpr int kDigitBits = 8;
constexpr int kDigits = 64 / kDigitBits;
constexpr size_t kDigitValues = size_t{1} << kDigitBits;

struct KeyedRow {
  uint64_t key;
  int64_t row;
};

size_t DigitOf(uint64_t key, int digit) {
  return (key >> (digit * kDigitBits)) & (kDigitValues - 1);
}

// One pass of a stable counting sort by one digit.
void ScatterByDigit(const std::vector<KeyedRow>& from, std::vector<KeyedRow>& to, int digit,
                    const std::array<size_t, kDigitValues>& counts) {
  std::array<size_t, kDigitValues> next;
  std::exclusive_scan(counts.begin(), counts.end(), next.begin(), size_t{0});
  for (const KeyedRow& entry : from) to[next[DigitOf(entry.key, digit)]++] = entry;
}

std::vector<uint64_t> UnitStarts(const ColumnBuilder& unit, int64_t row_count) {
  std::vector<uint64_t> starts;
  for (int64_t row = 0; row < row_count; ++row) {
    if (row == 0 || unit.Compare(row - 1, row) != 0) starts.push_back(static_cast<uint64_t>(row));
  }
  starts.push_back(static_cast<uint64_t>(row_count));
  return starts;
}

// Sorts the rows [begin, end), all of one unit, by content. `order` is scratch space.
void SortWithinUnit(std::vector<ColumnBuilder>& columns, int64_t begin, int64_t end,
                    std::vector<int64_t>& order) {
  const auto less = [&](int64_t left, int64_t right) {
    for (const ColumnBuilder& column : columns) {
      const int comparison = column.Compare(begin + left, begin + right);
      if (comparison != 0) return comparison < 0;
    }
    return false;
  };
  order.resize(end - begin);
  std::iota(order.begin(), order.end(), int64_t{0});
  if (std::is_sorted(order.begin(), order.end(), less)) return;
  // Rows that compare equal are equal in every column, so an unstable sort gives one result.
  std::sort(order.begin(), order.end(), less);
  for (ColumnBuilder& column : columns) column.ReorderWithin(begin, order);
}

}  // namespace

std::vector<int64_t> OrderByKey(absl::Span<const uint64_t> keys) {
  std::vector<int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  if (std::is_sorted(keys.begin(), keys.end())) return order;

  std::vector<KeyedRow> rows(keys.size());
  std::vector<std::array<size_t, kDigitValues>> counts(kDigits);
  for (size_t i = 0; i < keys.size(); ++i) {
    rows[i] = {keys[i], static_cast<int64_t>(i)};
    for (int digit = 0; digit < kDigits; ++digit) ++counts[digit][DigitOf(keys[i], digit)];
  }
  std::vector<KeyedRow> scratch(rows.size());
  for (int digit = 0; digit < kDigits; ++digit) {
    // A digit that all keys share sorts nothing; most high digits are such.
    if (counts[digit][DigitOf(keys[0], digit)] == keys.size()) continue;
    ScatterByDigit(rows, scratch, digit, counts[digit]);
    std::swap(rows, scratch);
  }
  for (size_t i = 0; i < rows.size(); ++i) order[i] = rows[i].row;
  return order;
}

std::vector<uint64_t> SortByUnit(std::vector<ColumnBuilder>& columns, int unit, int64_t row_count) {
  TACIT_CHECK(unit >= 0 && unit < static_cast<int>(columns.size()));
  {
    std::vector<uint64_t> keys(row_count);
    for (int64_t row = 0; row < row_count; ++row) keys[row] = columns[unit].UnitRank(row);
    const std::vector<int64_t> order = OrderByKey(keys);
    // Bringing units together first makes the content sort a walk over neighbouring rows.
    for (ColumnBuilder& column : columns) column.Reorder(order);
  }
  std::vector<uint64_t> starts = UnitStarts(columns[unit], row_count);
  std::vector<int64_t> order;
  for (size_t u = 0; u + 1 < starts.size(); ++u) {
    const auto begin = static_cast<int64_t>(starts[u]);
    const auto end = static_cast<int64_t>(starts[u + 1]);
    if (end - begin > 1) SortWithinUnit(columns, begin, end, order);
  }
  return starts;
}

}  // namespace tacit
