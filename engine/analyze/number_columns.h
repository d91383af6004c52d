// Renumbers columns from the table's order to the scan's.
#ifndef TACIT_ENGINE_ANALYZE_NUMBER_COLUMNS_H_
#define TACIT_ENGINE_ANALYZE_NUMBER_COLUMNS_H_

#include "engine/analyze/analyze.h"

namespace tacit {

// While binding, kColumn counts columns of the table. Sets `scan_columns` to those that are used,
// in ascending order, and makes kColumn in where, keys and features count these.
void NumberColumns(BoundQuery& query);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_NUMBER_COLUMNS_H_
