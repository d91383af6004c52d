// Execute and Bound together: the private rows of a table -> sealed sums, on several threads.
#ifndef TACIT_ENGINE_MEASURE_ROWS_H_
#define TACIT_ENGINE_MEASURE_ROWS_H_

#include "engine/execute/groups.h"
#include "engine/plan/nodes/measure.h"
#include "engine/privacy/bound.h"
#include "engine/privacy/random/random_bits.h"
#include "engine/storage/table.h"

namespace tacit {

// Splits the units into `threads` ranges; the parts add exactly, so their number moves no sum.
// Draws the query's bounding key from `random` first, two words always.
Sealed<PartialSums> MeasureRows(const MeasureNode& measure, const Table& table,
                                const Groups& groups, const Certificate& certificate, int threads,
                                RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_MEASURE_ROWS_H_
