// One table of a snapshot, read-only: rows sorted by unit, columns as plain arrays.
//
// Memory-mapped snapshots and tables built in memory are the same type; `keep_alive` owns the
// bytes. Rows of one unit stand together, in content order (by the values of the columns, in column
// order), so that nothing below depends on the order of rows in the source. NULL cells hold 0 in
// their array.
#ifndef TACIT_ENGINE_STORAGE_TABLE_H_
#define TACIT_ENGINE_STORAGE_TABLE_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// Strings in ascending byte order: code i stands for the i-th smallest.
struct Dictionary {
  absl::Span<const uint64_t> offsets;  // size() + 1 entries into `bytes`
  const char* bytes = nullptr;

  size_t size() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::string_view At(uint32_t code) const {
    return {bytes + offsets[code], static_cast<size_t>(offsets[code + 1] - offsets[code])};
  }
};

// Exactly one of the arrays is set, by type; its length is the table's row count.
struct ColumnArray {
  ValueType type = ValueType::kInt64;
  absl::Span<const int64_t> integers;  // kInt64; kDate, in days since 1970
  absl::Span<const double> floats;     // kFloat64
  absl::Span<const uint8_t> booleans;  // kBool, 0 or 1
  absl::Span<const uint32_t> codes;    // kText, into `dictionary`
  Dictionary dictionary;               // kText
  // Bit r of word r/64 is set when row r is not NULL. Empty: no NULL in the column.
  absl::Span<const uint64_t> validity;

  bool IsValid(int64_t row) const {
    return validity.empty() || ((validity[row >> 6] >> (row & 63)) & 1) != 0;
  }
};

struct Table {
  TableSchema schema;
  int64_t row_count = 0;
  int64_t unit_count = 0;
  // unit u owns rows [unit_offsets[u], unit_offsets[u+1]); empty when the unit is the row (u ==
  // row).
  absl::Span<const uint64_t> unit_offsets;
  // The original unit ids, one a unit; type kInt64 or kText. Unused when the unit is the row.
  ColumnArray unit_ids;
  std::vector<ColumnArray> columns;  // as schema.columns
  std::shared_ptr<const void> keep_alive;
};

using TablePtr = std::shared_ptr<const Table>;

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_TABLE_H_
