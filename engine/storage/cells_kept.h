// Units of two data versions keep their cells: the check of a publish against the version before.
#ifndef TACIT_ENGINE_STORAGE_CELLS_KEPT_H_
#define TACIT_ENGINE_STORAGE_CELLS_KEPT_H_

#include "absl/status/status.h"
#include "engine/storage/table.h"

namespace tacit {

// Both of one schema. Error: kSourceInvalid when a unit that is in both has another value in a
// partition column. Where the unit is the row nothing can be compared, and all is well.
absl::Status CheckCellsKept(const Table& before, const Table& after);

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_CELLS_KEPT_H_
