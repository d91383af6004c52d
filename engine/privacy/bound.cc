#include "engine/privacy/bound.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "engine/privacy/quantise.h"

namespace tacit {

std::vector<uint64_t> HashGroups(const GroupNames& groups, const BoundingKey& key) {
  std::vector<uint64_t> hashes;
  hashes.reserve(groups.size());
  std::string name;
  for (size_t group = 0; group < groups.size(); ++group) {
    name.clear();
    for (const Value& value : groups.KeysOf(static_cast<uint32_t>(group))) {
      const std::string text = ToText(value);
      absl::StrAppend(&name, text.size(), ":", text);
    }
    hashes.push_back(KeyedHash(key, name));
  }
  return hashes;
}

UnitBounder::UnitBounder(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
                         const UnitNames& unit_names, const BoundingKey& key)
    : certificate_(certificate),
      statistics_(certificate.statistics().size()),
      rows_held_max_(kEntriesHeldMax / statistics_),
      unit_rows_(certificate, group_hashes, unit_names, key),
      entries_(statistics_),
      texts_(statistics_),
      pending_entries_(statistics_) {
  TACIT_CHECK(statistics_ > 0);
  const size_t groups = group_hashes.size();
  TACIT_CHECK(static_cast<int64_t>(groups) == certificate.group_count().value_or(groups));
  partial_.certificate = certificate.digest();
  if (certificate.selection().has_value()) {
    partial_.places.assign(groups, PartialSums::kNoPlace);
  } else {
    partial_.numbers.assign(groups * certificate.slots(), 0);
  }
}

void UnitBounder::QuantiseBatch(const OwnedBatch& batch) {
  TACIT_CHECK(batch.unit.size() == batch.group.size());
  for (size_t statistic = 0; statistic < statistics_; ++statistic) {
    const CertifiedStatistic& certified = certificate_.statistics()[statistic];
    TACIT_CHECK(static_cast<size_t>(certified.feature) < batch.features.size());
    const FeatureArray& feature = batch.features[certified.feature];
    entries_[statistic].resize(batch.unit.size());
    Quantise(certified, feature, absl::MakeSpan(entries_[statistic]));
    texts_[statistic] = feature.texts;
  }
  uint32_t group_max = 0;
  for (const uint32_t group : batch.group) group_max = std::max(group_max, group + 1);  // none: 0
  TACIT_CHECK(group_max <= partial_.group_count(certificate_.slots()));
}

// Units of one row each: the row is within the limits, and its total is the row.
void UnitBounder::AddSingles(const OwnedBatch& batch, size_t begin, size_t end) {
  const size_t stride = certificate_.slots();
  absl::Span<const uint32_t> places = batch.group;
  if (!partial_.places.empty()) {
    row_places_.assign(batch.group.size(), kNoGroup);
    for (size_t row = begin; row < end; ++row) {
      const uint32_t group = batch.group[row];
      if (group != kNoGroup) row_places_[row] = partial_.MakePlace(group, stride);
    }
    places = row_places_;
  }
  for (size_t i = 0; i < statistics_; ++i) {
    const CertifiedStatistic& statistic = certificate_.statistics()[i];
    const bool is_total = statistic.bounding == Bounding::kUnitTotal;
    const int64_t lower = is_total ? statistic.lower : std::numeric_limits<int64_t>::min();
    const int64_t upper = is_total ? statistic.upper : std::numeric_limits<int64_t>::max();
    const int64_t* entries = entries_[i].data();
    __int128* numbers = partial_.numbers.data() + statistic.slot;
    for (size_t row = begin; row < end; ++row) {
      const uint32_t place = places[row];
      if (place == kNoGroup || entries[row] == kNoEntry) continue;  // a sum has an entry, if 0
      if (statistic.kind == MeasureKind::kSum) {
        numbers[place * stride] += std::clamp(entries[row], lower, upper);
      } else if (statistic.kind == MeasureKind::kQuantile) {
        numbers[place * stride + static_cast<size_t>(entries[row])] += 1;
      } else {
        partial_.values.insert({static_cast<uint32_t>(i), batch.group[row], entries[row]});
      }
    }
  }
  if (!certificate_.selection().has_value()) return;
  for (size_t row = begin; row < end; ++row) {
    if (places[row] != kNoGroup) partial_.numbers[places[row] * stride + stride - 1] += 1;
  }
}

void UnitBounder::Hold(const OwnedBatch& batch, size_t begin, size_t end) {
  pending_unit_ = batch.unit[begin];
  // The first rows of the unit in content order: a function of its own rows, like every other
  // choice.
  end = begin + std::min(end - begin, rows_held_max_ - pending_groups_.size());
  pending_groups_.insert(pending_groups_.end(), batch.group.begin() + begin,
                         batch.group.begin() + end);
  for (size_t statistic = 0; statistic < statistics_; ++statistic) {
    std::vector<int64_t>& pending = pending_entries_[statistic];
    pending.insert(pending.end(), entries_[statistic].begin() + begin,
                   entries_[statistic].begin() + end);
  }
}

void UnitBounder::CloseUnit() {
  if (pending_groups_.empty()) return;
  unit_rows_.Add(pending_unit_, pending_groups_, {pending_entries_, 0}, texts_, partial_);
  pending_groups_.clear();
  for (std::vector<int64_t>& column : pending_entries_) column.clear();
}

// A row of another cell is of no group: nothing of its unit enters, whatever the filter kept.
OwnedBatch UnitBounder::InCells(const OwnedBatch& batch) {
  TACIT_CHECK(batch.cell.size() == batch.unit.size());
  const std::vector<int64_t>& cells = certificate_.cells();
  groups_in_cells_.assign(batch.group.begin(), batch.group.end());
  for (size_t row = 0; row < groups_in_cells_.size(); ++row) {
    const bool named = std::binary_search(cells.begin(), cells.end(), batch.cell[row]);
    if (!named) groups_in_cells_[row] = kNoGroup;
  }
  OwnedBatch kept = batch;
  kept.group = groups_in_cells_;
  return kept;
}

void UnitBounder::Add(const OwnedBatch& batch) {
  if (certificate_.cells().empty()) return AddRows(batch);
  AddRows(InCells(batch));
}

void UnitBounder::AddRows(const OwnedBatch& batch) {
  QuantiseBatch(batch);
  const absl::Span<const uint32_t> units = batch.unit;
  const size_t rows = units.size();
  size_t begin = 0;
  size_t singles_begin = 0;  // rows from here to `begin` are units of one row, not yet added
  while (begin < rows) {
    const uint32_t unit = units[begin];
    size_t end = begin + 1;
    while (end < rows && units[end] == unit) ++end;
    const bool continues = begin == 0 && !pending_groups_.empty() && unit == pending_unit_;
    if (!continues) {
      if (begin == 0) CloseUnit();
      TACIT_CHECK(unit >= next_unit_min_);
      next_unit_min_ = static_cast<uint64_t>(unit) + 1;
    }
    const bool single = end - begin == 1 && end < rows && !continues;
    if (!single) {
      AddSingles(batch, singles_begin, begin);
      singles_begin = end;
      // A unit that came from the last batch, or may go on in the next, is held until it is whole.
      if (continues || end == rows) {
        Hold(batch, begin, end);
        if (end < rows) CloseUnit();
      } else {
        unit_rows_.Add(unit, batch.group.subspan(begin, end - begin), {entries_, begin}, texts_,
                       partial_);
      }
    }
    begin = end;
  }
}

Sealed<PartialSums> UnitBounder::Finish() && {
  CloseUnit();
  return Sealed<PartialSums>(std::move(partial_));
}

void UnitBounder::Merge(const Certificate& certificate, Sealed<PartialSums>& sums,
                        Sealed<PartialSums> other) {
  PartialSums& into = sums.content_;
  const PartialSums& from = other.content_;
  const size_t stride = certificate.slots();
  TACIT_CHECK(into.certificate == certificate.digest() && into.certificate == from.certificate);
  TACIT_CHECK(into.group_count(stride) == from.group_count(stride));
  for (uint32_t group = 0; group < from.group_count(stride); ++group) {
    const uint32_t place = from.PlaceOf(group);
    if (place == PartialSums::kNoPlace) continue;
    const size_t first = into.MakePlace(group, stride) * stride;
    for (size_t i = 0; i < stride; ++i) into.numbers[first + i] += from.numbers[place * stride + i];
  }
  into.values.insert(from.values.begin(), from.values.end());
}

void UnitBounder::CountDistinct(const Certificate& certificate, Sealed<PartialSums>& sums) {
  PartialSums& content = sums.content_;
  const size_t stride = certificate.slots();
  TACIT_CHECK(content.certificate == certificate.digest());
  for (const DistinctValue& value : content.values) {
    const CertifiedStatistic& statistic = certificate.statistics()[value.statistic];
    content.numbers[content.MakePlace(value.group, stride) * stride + statistic.slot] +=
        statistic.upper;
  }
  content.values.clear();
}

}  // namespace tacit
