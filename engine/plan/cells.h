// Which cells a WHERE can keep rows of.
#ifndef TACIT_ENGINE_PLAN_CELLS_H_
#define TACIT_ENGINE_PLAN_CELLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// A superset of the cells of `table` that have rows for which `where` is true, ascending; empty for
// all, and for none. Comparisons of a partition column with a literal narrow (of text only = and
// <>), IN lists, a boolean partition column, and AND, OR and NOT of these; anything else may be
// true or false in any cell. `scan_columns` as in ScanNode. `where` may be null.
// The guarantee does not rest on this: the core leaves other cells out whatever stands here.
std::vector<int64_t> CellsOf(const ExpressionPtr& where, const TableSchema& table,
                             const std::vector<int>& scan_columns);

// For the canonical plan and for people: the numbers, then what the first few stand for.
std::string PrintCells(const std::vector<int64_t>& cells, const TableSchema& table);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_CELLS_H_
