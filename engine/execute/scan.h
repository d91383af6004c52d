// Walks the rows of a unit range in storage order, a batch at a time, and tags them with their
// unit.
#ifndef TACIT_ENGINE_EXECUTE_SCAN_H_
#define TACIT_ENGINE_EXECUTE_SCAN_H_

#include <array>
#include <cstdint>
#include <vector>

#include "engine/execute/execute.h"
#include "engine/execute/row_set.h"
#include "engine/plan/nodes/scan.h"
#include "engine/storage/table.h"

namespace tacit {

// The columns that a scan yields, by their position in its output.
class ScanColumns {
 public:
  ScanColumns(const ScanNode& node, const Table& table);
  const ColumnArray& At(int index) const;
  // Of the whole table.
  int64_t row_count() const { return row_count_; }

 private:
  std::vector<const ColumnArray*> columns_;
  int64_t row_count_;
};

// The table must outlive the scan.
class Scan {
 public:
  Scan(const Table& table, UnitRange units);

  // The next rows, never empty; false at the end. A unit may go on in the next set.
  bool Next(RowSet& rows);
  // The unit of each row of the last set; counts from its first row.
  const uint32_t* units() const { return units_.data(); }

 private:
  // Rows tagged at a time; the buffer has room for one stride beyond the batch.
  static constexpr int kStride = 16;

  void TagRows(int64_t first, int count);

  const Table& table_;
  int64_t row_ = 0;
  int64_t row_end_ = 0;
  int64_t unit_ = 0;
  std::array<uint32_t, kBatchRowsMax + kStride> units_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_SCAN_H_
