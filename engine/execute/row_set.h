// The rows of a table that one step works on: a run of at most a batch, or chosen rows of it.
#ifndef TACIT_ENGINE_EXECUTE_ROW_SET_H_
#define TACIT_ENGINE_EXECUTE_ROW_SET_H_

#include <cstdint>

#include "absl/types/span.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

// Row i of the set is the table's row `first + i`, or `first + selection[i]` when `selection` is
// set.
struct RowSet {
  int64_t first = 0;
  int count = 0;  // at most kBatchRowsMax
  const uint16_t* selection = nullptr;
};
static_assert(kBatchRowsMax <= 65536, "a selection holds 16-bit positions");

// `values` counts from the table's row `rows.first`. Returns the values of the set's rows: `values`
// itself, or gathered into `buffer`.
template <typename T>
const T* ValuesOf(const RowSet& rows, const T* values, T* buffer) {
  if (rows.selection == nullptr) return values;
  for (int i = 0; i < rows.count; ++i) buffer[i] = values[rows.selection[i]];
  return buffer;
}

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_ROW_SET_H_
