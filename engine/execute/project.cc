#include "engine/execute/project.h"

#include <algorithm>
#include <utility>

#include "accountant/check.h"

namespace tacit {

Project::Project(const MeasureNode& measure, const ScanColumns& columns, const Groups& groups)
    : group_names_(groups) {
  if (groups.group_of_row().empty()) {
    for (const GroupKey& key : measure.keys) {
      if (!key.is_private()) keys_.emplace_back(key, columns);
    }
  }
  for (const Feature& feature : measure.features) {
    PreparedFeature prepared{.kind = feature.kind};
    if (feature.kind != FeatureKind::kOne) {
      prepared.expression = Prepare(*feature.expression, columns);
    }
    if (feature.kind != FeatureKind::kOne) prepared.integers.resize(kBatchRowsMax);
    if (feature.kind == FeatureKind::kValue && prepared.expression->type() == ValueType::kText) {
      prepared.texts = std::make_unique<DictionaryTexts>(*prepared.expression->dictionary());
    }
    features_.push_back(std::move(prepared));
  }
}

void Project::FillGroups(const RowSet& rows) {
  const absl::Span<const uint32_t> group_of_row = group_names_.group_of_row();
  if (!group_of_row.empty()) {
    const uint32_t* from = group_of_row.data() + rows.first;
    const uint32_t* values = ValuesOf(rows, from, groups_.data());
    if (values == from) std::copy_n(from, rows.count, groups_.data());
    return;
  }
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
    std::copy_n(values.valid, count, feature.integers.data());
    array.integers = absl::MakeConstSpan(feature.integers.data(), count);
    return array;
  }
  if (values.booleans != nullptr) std::copy_n(values.booleans, count, feature.integers.data());
  if (values.codes != nullptr) std::copy_n(values.codes, count, feature.integers.data());
  const bool is_buffered = values.booleans != nullptr || values.codes != nullptr;
  if (is_buffered) array.integers = absl::MakeConstSpan(feature.integers.data(), count);
  if (values.integers != nullptr) array.integers = absl::MakeConstSpan(values.integers, count);
  if (values.floats != nullptr) array.floats = absl::MakeConstSpan(values.floats, count);
  if (values.valid != nullptr) array.valid = absl::MakeConstSpan(values.valid, count);
  array.texts = feature.texts.get();
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
