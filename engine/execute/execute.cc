#include "engine/execute/execute.h"

#include <algorithm>
#include <utility>

#include "accountant/check.h"
#include "engine/execute/cell_tags.h"
#include "engine/execute/filter.h"
#include "engine/execute/project.h"
#include "engine/execute/scan.h"

namespace tacit {
namespace {

// The predicates between the scan and the measure; all must hold, so their order is of no account.
std::vector<RowExpressionPtr> PreparePredicates(PlanNode node, const ScanColumns& columns) {
  std::vector<RowExpressionPtr> predicates;
  while (const auto* filter = std::get_if<std::shared_ptr<const FilterNode>>(&node)) {
    predicates.push_back(Prepare(*(*filter)->predicate, columns));
    // A copy, since the assignment below may end the life of what `filter` points into.
    PlanNode input = (*filter)->input;
    node = std::move(input);
  }
  return predicates;
}

// Scan -> Filter -> Project, a batch at a time.
class RowLocalSource final : public BatchSource {
 public:
  RowLocalSource(const MeasureNode& measure, const Table& table, const Groups& groups,
                 UnitRange units)
      : columns_(ScanOf(measure.input), table),
        scan_(table, units),
        filter_(PreparePredicates(measure.input, columns_)),
        project_(measure, columns_, groups) {
    if (!measure.cells.empty()) cell_tags_ = std::make_unique<CellTags>(table);
  }

  bool Next(OwnedBatch& batch) override {
    RowSet rows;
    while (scan_.Next(rows)) {
      filter_.Narrow(rows);
      if (rows.count == 0) continue;
      project_.Fill(rows, scan_.units(), batch);
      if (cell_tags_ != nullptr) cell_tags_->Write(rows, batch);
      return true;
    }
    return false;
  }

 private:
  const ScanColumns columns_;
  Scan scan_;
  Filter filter_;
  Project project_;
  std::unique_ptr<CellTags> cell_tags_;  // null: the measure names no cells
};

// The unit that holds the table's row `row`, or the unit count past the end.
int64_t UnitAt(const Table& table, int64_t row) {
  if (table.unit_offsets.empty()) return row;
  const auto& offsets = table.unit_offsets;
  const auto above = std::upper_bound(offsets.begin(), offsets.end(), static_cast<uint64_t>(row));
  return (above - offsets.begin()) - 1;
}

}  // namespace

std::unique_ptr<BatchSource> Execute(const MeasureNode& measure, const Table& table,
                                     const Groups& groups, UnitRange units) {
  return std::make_unique<RowLocalSource>(measure, table, groups, units);
}

const ScanNode& ScanOf(const PlanNode& node) {
  const PlanNode* current = &node;
  while (const auto* filter = std::get_if<std::shared_ptr<const FilterNode>>(current)) {
    current = &(*filter)->input;
  }
  return *std::get<std::shared_ptr<const ScanNode>>(*current);
}

std::vector<UnitRange> SplitUnits(const Table& table, int parts) {
  TACIT_CHECK(parts >= 1);
  std::vector<UnitRange> ranges;
  int64_t begin = 0;
  for (int part = 1; part <= parts && begin < table.unit_count; ++part) {
    // Row counts may exceed 2^63 / parts, hence the division first.
    const int64_t row = table.row_count / parts * part + table.row_count % parts * part / parts;
    const int64_t end = part == parts ? table.unit_count : UnitAt(table, row);
    // A unit larger than a part leaves some parts without any.
    if (end <= begin) continue;
    ranges.push_back({.begin = begin, .end = end});
    begin = end;
  }
  // An empty table is one empty range, so that there is always something to run.
  if (ranges.empty()) ranges.push_back({});
  return ranges;
}

}  // namespace tacit
