// The order of a table's rows: by unit, then by content.
#ifndef TACIT_ENGINE_STORAGE_ROW_ORDER_H_
#define TACIT_ENGINE_STORAGE_ROW_ORDER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "engine/storage/column_builder.h"

namespace tacit {

// Indices of `keys` in ascending order of the key; equal keys keep their order. Linear time.
std::vector<int64_t> OrderByKey(absl::Span<const uint64_t> keys);

// Sorts the rows of `columns` by the column `unit` and, within a unit, by content: column by column
// in order, NULL first. Afterwards equal sets of rows are equal tables, whatever order they came
// in. Returns the first row of each unit and, at the end, the number of rows. Text columns must
// have their final codes (SortDictionary).
std::vector<uint64_t> SortByUnit(std::vector<ColumnBuilder>& columns, int unit, int64_t row_count);

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_ROW_ORDER_H_
