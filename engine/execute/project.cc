#include "engine/execute/project.h"

#include <utility>

#include "accountant/check.h"

namespace tacit {

Project::Project(const MeasureNode& measure, const ScanColumns& columns) {
  uint64_t groups = 1;
  for (const GroupKey& key : measure.keys) {
    keys_.emplace_back(key, columns);
    groups *= keys_.back().size();
    TACIT_CHECK(groups < kNoGroup);
  }
  for (const Feature& feature : measure.features) {
    PreparedFeature prepared{.kind = feature.kind, .expression = nullptr, .presence = {}};
    if (feature.kind != FeatureKind::kOne) {
      prepared.expression = Prepare(*feature.expression, columns);
    }
    if (feature.kind == FeatureKind::kNotNull) prepared.presence.resize(kBatchRowsMax);
    if (feature.kind == FeatureKind::kValue) {
      const ValueType type = prepared.expression->type();
      TACIT_CHECK(type == ValueType::kInt64 || type == ValueType::kFloat64);
    }
    features_.push_back(std::move(prepared));
  }
}

void Project::FillGroups(const RowSet& rows) {
  // Without keys all rows are of group 0, as `groups_` starts out.
  if (keys_.empty()) return;
  keys_[0].Write(rows, groups_.data());
  for (size_t k = 1; k < keys_.size(); ++k) {
    keys_[k].Write(rows, ordinals_.data());
    const uint32_t size = keys_[k].size();
    for (int i = 0; i < rows.count; ++i) {
      const bool listed = groups_[i] != kNoGroup && ordinals_[i] != kNoGroup;
      groups_[i] = listed ? groups_[i] * size + ordinals_[i] : kNoGroup;
    }
  }
}

FeatureArray Project::FillFeature(const RowSet& rows, PreparedFeature& feature) {
  FeatureArray array;
  if (feature.kind == FeatureKind::kOne) return array;
  const ValueVector values = feature.expression->Evaluate(rows);
  const auto count = static_cast<size_t>(rows.count);
  if (feature.kind == FeatureKind::kNotNull) {
    // Where no row is NULL the feature is the constant 1, which needs no array.
    if (values.valid == nullptr) return array;
    for (int i = 0; i < rows.count; ++i) feature.presence[i] = values.valid[i];
    array.integers = absl::MakeConstSpan(feature.presence.data(), count);
    return array;
  }
  if (values.integers != nullptr) array.integers = absl::MakeConstSpan(values.integers, count);
  if (values.floats != nullptr) array.floats = absl::MakeConstSpan(values.floats, count);
  if (values.valid != nullptr) array.valid = absl::MakeConstSpan(values.valid, count);
  return array;
}

void Project::Fill(const RowSet& rows, const uint32_t* units, OwnedBatch& batch) {
  const auto count = static_cast<size_t>(rows.count);
  batch.unit = absl::MakeConstSpan(ValuesOf(rows, units, units_.data()), count);
  FillGroups(rows);
  batch.group = absl::MakeConstSpan(groups_.data(), count);
  batch.features.resize(features_.size());
  for (size_t i = 0; i < features_.size(); ++i) {
    batch.features[i] = FillFeature(rows, features_[i]);
  }
}

}  // namespace tacit
