#include "engine/execute/cell_tags.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "accountant/check.h"

namespace tacit {
namespace {

constexpr uint32_t kNoCell = 0xffffffff;

ScanNode PartitionScan(const Table& table, const std::vector<PartitionKey>& partition) {
  ScanNode scan{.table = table.schema.name};
  for (const PartitionKey& key : partition) scan.columns.push_back(key.column);
  return scan;
}

}  // namespace

CellTags::CellTags(const Table& table)
    : partition_(PartitionOf(table.schema)), columns_(PartitionScan(table, partition_), table) {
  TACIT_CHECK(!partition_.empty() && CellCount(table.schema) <= kCellsMax);
  for (size_t i = 0; i < partition_.size(); ++i) {
    Expression column{.kind = ExpressionKind::kColumn,
                      .type = table.schema.columns[partition_[i].column].type,
                      .index = static_cast<int>(i)};
    GroupKey key{.expression = std::make_shared<const Expression>(std::move(column)),
                 .values = partition_[i].values};
    keys_.emplace_back(key, columns_);
  }
}

void CellTags::Write(const RowSet& rows, OwnedBatch& batch) {
  std::fill_n(cells_.begin(), rows.count, 0);
  for (size_t k = 0; k < keys_.size(); ++k) {
    keys_[k].Write(rows, ordinals_.data());
    const auto stride = static_cast<uint32_t>(partition_[k].stride);
    for (int i = 0; i < rows.count; ++i) {
      const bool listed = cells_[i] != kNoCell && ordinals_[i] != kNoGroup;
      cells_[i] = listed ? cells_[i] + ordinals_[i] * stride : kNoCell;
    }
  }
  batch.cell = absl::MakeConstSpan(cells_.data(), static_cast<size_t>(rows.count));
}

}  // namespace tacit
