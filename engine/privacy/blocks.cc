#include "engine/privacy/blocks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "accountant/check.h"
#include "engine/privacy/bound_unit.h"

namespace tacit {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double ValueAt(const FeatureArray& feature, size_t row) {
  if (!feature.valid.empty() && feature.valid[row] == 0) return kNone;
  if (!feature.integers.empty()) return static_cast<double>(feature.integers[row]);
  return feature.floats.empty() ? 1 : feature.floats[row];
}

}  // namespace

BlockSource::BlockSource(const Certificate& certificate, BatchSource& rows,
                         const UnitNames& unit_names, const BoundingKey& key,
                         BlockFunction function)
    : function_(std::move(function)), blocks_(static_cast<size_t>(certificate.blocks())) {
  TACIT_CHECK(!blocks_.empty());
  for (size_t block = 0; block < blocks_.size(); ++block) names_.push_back(std::to_string(block));
  FillBlocks(rows, unit_names, key);
}

void BlockSource::FillBlocks(BatchSource& rows, const UnitNames& unit_names,
                             const BoundingKey& key) {
  OwnedBatch batch;
  int64_t unit = -1;
  size_t rows_of_unit = 0;
  while (rows.Next(batch)) {
    // As UnitBounder, the first rows of a unit in content order.
    const size_t rows_max = kEntriesHeldMax / std::max<size_t>(batch.features.size(), 1);
    for (size_t row = 0; row < batch.unit.size(); ++row) {
      if (batch.unit[row] != unit) rows_of_unit = 0;
      unit = batch.unit[row];
      if (++rows_of_unit > rows_max) continue;
      // By the unit's own name: who else is in the data moves nobody.
      const uint64_t hash = KeyedHash(key, unit_names.NameOf(batch.unit[row]));
      BlockRows& block = blocks_[hash % blocks_.size()];
      block.groups.push_back(batch.group[row]);
      block.values.resize(batch.features.size());
      for (size_t feature = 0; feature < batch.features.size(); ++feature) {
        block.values[feature].push_back(ValueAt(batch.features[feature], row));
      }
    }
  }
}

bool BlockSource::Next(OwnedBatch& batch) {
  // Every block answers, one without rows too.
  while (next_row_ == answer_.groups.size()) {
    if (next_block_ == blocks_.size()) return false;
    answer_ = function_(blocks_[next_block_++]);
    next_row_ = 0;
    for (const std::vector<double>& column : answer_.values) {
      TACIT_CHECK(column.size() == answer_.groups.size());
    }
  }
  const size_t first = next_row_;
  const size_t count = std::min<size_t>(answer_.groups.size() - first, kBatchRowsMax);
  next_row_ += count;
  units_.assign(count, static_cast<uint32_t>(next_block_ - 1));
  batch.unit = units_;
  batch.group = absl::MakeConstSpan(answer_.groups).subspan(first, count);
  batch.features.assign(answer_.values.size(), {});
  valid_.resize(answer_.values.size());
  for (size_t feature = 0; feature < answer_.values.size(); ++feature) {
    const auto values = absl::MakeConstSpan(answer_.values[feature]).subspan(first, count);
    valid_[feature].resize(count);
    for (size_t row = 0; row < count; ++row) valid_[feature][row] = !std::isnan(values[row]);
    batch.features[feature] = {.floats = values, .valid = valid_[feature]};
  }
  return true;
}

}  // namespace tacit
