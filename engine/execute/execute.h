// Runs the row-local part of a plan: scan, filter, project, as owned batches for the core.
#ifndef TACIT_ENGINE_EXECUTE_EXECUTE_H_
#define TACIT_ENGINE_EXECUTE_EXECUTE_H_

#include <cstdint>
#include <memory>

#include "engine/execute/groups.h"
#include "engine/plan/nodes/query_plan.h"
#include "engine/privacy/owned_batch.h"
#include "engine/storage/table.h"

namespace tacit {

// Units [begin, end) of the table.
struct UnitRange {
  int64_t begin = 0;
  int64_t end = 0;
};

// The stream of `measure`'s rows over `units`. The table must be the scan's, `groups` those of
// GroupsOf; they and the measure must outlive the source. Prepares predicates over the dictionary
// once.
std::unique_ptr<BatchSource> Execute(const MeasureNode& measure, const Table& table,
                                     const Groups& groups, UnitRange units);

// The names of the table's units, for the core.
std::unique_ptr<UnitNames> NamesOf(const Table& table);

// The scan at the bottom of a row-local plan.
const ScanNode& ScanOf(const PlanNode& node);

// At most `parts` contiguous ranges covering all units, of about equal row counts.
std::vector<UnitRange> SplitUnits(const Table& table, int parts);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_EXECUTE_H_
