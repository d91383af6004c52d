// One column while a table is being built: checks cells, then sorts and encodes what was kept.
#ifndef TACIT_ENGINE_STORAGE_COLUMN_BUILDER_H_
#define TACIT_ENGINE_STORAGE_COLUMN_BUILDER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "engine/storage/cell_view.h"
#include "engine/storage/table.h"

namespace tacit {

// The bytes behind a ColumnArray of a table in memory.
struct ColumnStorage {
  ValueType type = ValueType::kInt64;
  std::vector<int64_t> integers;
  std::vector<double> floats;
  std::vector<uint8_t> booleans;
  std::vector<uint32_t> codes;
  std::vector<uint64_t> dictionary_offsets;
  std::string dictionary_bytes;
  std::vector<uint64_t> validity;

  // Borrows: the storage must stay where it is for as long as the view is used.
  ColumnArray View() const;
};

// Use in this order: Check and Append a row at a time, SortDictionary, any of the row operations,
// Finish.
class ColumnBuilder {
 public:
  ColumnBuilder(const ColumnSchema& schema, bool is_unit);

  // What is wrong with the cell, as the end of a sentence; empty when the column can hold it. The
  // answer depends on the cell alone.
  std::string Check(const CellView& cell);
  // Adds the cell that Check has just accepted.
  void Append(const CellView& cell);

  // Gives codes their final meaning: ascending bytes. Independent of the order of rows.
  void SortDictionary();

  // Rank of a row of an integer or text column among all rows of the column; no NULL.
  uint64_t UnitRank(int64_t row) const;
  // Content order: NULL first, then by value; text by bytes. Negative, zero or positive.
  int Compare(int64_t left, int64_t right) const;
  // Row i becomes what row order[i] was, for all rows.
  void Reorder(absl::Span<const int64_t> order);
  // The same for the rows [begin, begin + order.size()); `order` counts from `begin`.
  void ReorderWithin(int64_t begin, absl::Span<const int64_t> order);

  ColumnStorage Finish();

 private:
  std::string CheckText(std::string_view text);
  std::string CheckDate(const CellView& cell);
  void AppendText(std::string_view text);
  // Calls `visit` with the one array that holds this column's values.
  template <typename Visit>
  void VisitValues(Visit visit);

  const ValueType type_;
  const bool nullable_;
  const bool is_unit_;
  bool has_null_ = false;
  ColumnStorage values_;
  std::vector<uint8_t> valid_;  // one byte a row, packed by Finish
  // Distinct texts in order of arrival; a deque, so that the keys of `code_of_` stay put.
  std::deque<std::string> texts_;
  absl::flat_hash_map<std::string_view, uint32_t> code_of_;
  // What Check found for the text that Append is about to add.
  bool checked_is_new_ = false;
  uint32_t checked_code_ = 0;
  int64_t checked_days_ = 0;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_COLUMN_BUILDER_H_
