#include "engine/execute/scan.h"

#include <algorithm>
#include <numeric>

#include "accountant/check.h"

namespace tacit {

ScanColumns::ScanColumns(const ScanNode& node, const Table& table) : row_count_(table.row_count) {
  TACIT_CHECK(node.table == table.schema.name);
  for (const int column : node.columns) {
    TACIT_CHECK(column >= 0 && column < static_cast<int>(table.columns.size()));
    columns_.push_back(&table.columns[column]);
  }
}

const ColumnArray& ScanColumns::At(int index) const {
  TACIT_CHECK(index >= 0 && index < static_cast<int>(columns_.size()));
  return *columns_[index];
}

Scan::Scan(const Table& table, UnitRange units) : table_(table), unit_(units.begin) {
  TACIT_CHECK(0 <= units.begin && units.begin <= units.end && units.end <= table.unit_count);
  const bool unit_is_row = table.unit_offsets.empty();
  row_ = unit_is_row ? units.begin : static_cast<int64_t>(table.unit_offsets[units.begin]);
  row_end_ = unit_is_row ? units.end : static_cast<int64_t>(table.unit_offsets[units.end]);
}

void Scan::TagRows(int64_t first, int count) {
  if (table_.unit_offsets.empty()) {
    std::iota(units_.begin(), units_.begin() + count, static_cast<uint32_t>(first));
    return;
  }
  for (int i = 0; i < count;) {
    const auto unit_end = static_cast<int64_t>(table_.unit_offsets[unit_ + 1]);
    const int end = static_cast<int>(std::min<int64_t>(unit_end - first, count));
    // Whole strides beat exact lengths: most units need one, so the loop is predictable. What is
    // written beyond `end` is overwritten by the next unit or lies in the slack.
    for (int j = i; j < end; j += kStride) {
      std::fill_n(units_.begin() + j, kStride, static_cast<uint32_t>(unit_));
    }
    i = end;
    // A unit that goes on beyond this batch stays the current one.
    if (first + end == unit_end) ++unit_;
  }
}

bool Scan::Next(RowSet& rows) {
  if (row_ == row_end_) return false;
  const int count = static_cast<int>(std::min<int64_t>(row_end_ - row_, kBatchRowsMax));
  TagRows(row_, count);
  rows = {.first = row_, .count = count};
  row_ += count;
  return true;
}

}  // namespace tacit
