#include "engine/privacy/bound_unit.h"

#include <algorithm>

#include "accountant/check.h"

namespace tacit {

UnitRows::UnitRows(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
                   const UnitNames& unit_names, const BoundingKey& key)
    : certificate_(certificate),
      stride_(certificate.slots()),
      group_hashes_(group_hashes),
      unit_names_(unit_names),
      key_(key),
      slot_of_group_(group_hashes.size(), kNoSlot) {}

void UnitRows::Add(uint32_t unit, absl::Span<const uint32_t> groups, const Entries& entries,
                   absl::Span<const Texts* const> texts, PartialSums& sums) {
  unit_ = unit;
  CountRows(groups);
  const ContributionLimits& limits = certificate_.limits();
  row_dropped_.clear();
  if (static_cast<int64_t>(slots_.size()) > limits.groups_per_unit_max) ChooseGroups();
  if (std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
        return slot.kept && slot.rows > limits.rows_per_group_and_unit_max;
      })) {
    ChooseRows(groups);
  }
  for (Slot& slot : slots_) {
    if (slot.kept) slot.place = sums.MakePlace(slot.group, stride_);
  }
  KeepRows(groups);
  const std::vector<CertifiedStatistic>& statistics = certificate_.statistics();
  for (size_t i = 0; i < statistics.size(); ++i) {
    const int64_t* column = entries.columns[i].data() + entries.first;
    __int128* numbers = sums.numbers.data() + statistics[i].slot;
    if (statistics[i].kind == MeasureKind::kDistinct) {
      AddValues(static_cast<uint32_t>(i), column, texts[i], sums.values);
    } else if (statistics[i].kind == MeasureKind::kQuantile) {
      AddCells(column, numbers);
    } else if (statistics[i].bounding == Bounding::kUnitTotal) {
      AddTotals(statistics[i], column, numbers);
    } else {
      AddRows(column, numbers);
    }
  }
  for (const Slot& slot : slots_) {
    if (slot.kept && certificate_.selection().has_value()) {
      sums.numbers[slot.place * stride_ + stride_ - 1] += 1;
    }
    slot_of_group_[slot.group] = kNoSlot;
  }
  slots_.clear();
}

void UnitRows::CountRows(absl::Span<const uint32_t> groups) {
  TACIT_CHECK(slots_.empty());
  for (const uint32_t group : groups) {
    if (group == kNoGroup) continue;
    TACIT_CHECK(group < slot_of_group_.size());
    uint32_t& slot = slot_of_group_[group];
    if (slot == kNoSlot) {
      slot = static_cast<uint32_t>(slots_.size());
      slots_.push_back({.group = group, .rows = 0, .kept = true});
    }
    ++slots_[slot].rows;
  }
}

void UnitRows::KeepSmallest(int64_t keep) {
  if (static_cast<int64_t>(ranked_.size()) <= keep) return;
  std::nth_element(ranked_.begin(), ranked_.begin() + keep, ranked_.end());
  ranked_.resize(static_cast<size_t>(keep));
}

void UnitRows::ChooseGroups() {
  const uint64_t unit_hash = HashOfUnit();
  ranked_.clear();
  for (Slot& slot : slots_) {
    ranked_.push_back({MixHashes(unit_hash, group_hashes_[slot.group]), slot.group});
    slot.kept = false;
  }
  KeepSmallest(certificate_.limits().groups_per_unit_max);
  for (const Ranked& kept : ranked_) slots_[slot_of_group_[kept.item]].kept = true;
}

void UnitRows::ChooseRows(absl::Span<const uint32_t> groups) {
  const int64_t rows_max = certificate_.limits().rows_per_group_and_unit_max;
  const uint64_t unit_hash = HashOfUnit();
  row_dropped_.assign(groups.size(), 0);
  // One pass gives every row its place among the unit's rows of its group, which stand in content
  // order; sorting by (group, priority) would cost more for units of many groups.
  std::vector<std::vector<Ranked>> rows_of_slot(slots_.size());
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (groups[row] == kNoGroup) continue;
    const uint32_t slot = slot_of_group_[groups[row]];
    if (!slots_[slot].kept || slots_[slot].rows <= rows_max) continue;
    const uint64_t stream = MixHashes(unit_hash, group_hashes_[groups[row]]);
    rows_of_slot[slot].push_back({MixHashes(stream, rows_of_slot[slot].size()), row});
    row_dropped_[row] = 1;
  }
  for (std::vector<Ranked>& rows : rows_of_slot) {
    ranked_.swap(rows);
    KeepSmallest(rows_max);
    for (const Ranked& kept : ranked_) row_dropped_[kept.item] = 0;
  }
}

void UnitRows::KeepRows(absl::Span<const uint32_t> groups) {
  kept_rows_.clear();
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (groups[row] == kNoGroup) continue;
    const uint32_t slot = slot_of_group_[groups[row]];
    if (slots_[slot].kept) kept_rows_.push_back({row, slots_[slot].place, slot});
  }
}

void UnitRows::AddRows(const int64_t* entries, __int128* numbers) const {
  if (row_dropped_.empty()) {
    for (const KeptRow& kept : kept_rows_) numbers[kept.place * stride_] += entries[kept.row];
    return;
  }
  for (const KeptRow& kept : kept_rows_) {
    if (!IsDropped(kept)) numbers[kept.place * stride_] += entries[kept.row];
  }
}

void UnitRows::AddCells(const int64_t* entries, __int128* numbers) const {
  for (const KeptRow& kept : kept_rows_) {
    const int64_t cell = entries[kept.row];
    if (cell == kNoEntry || IsDropped(kept)) continue;
    numbers[kept.place * stride_ + static_cast<size_t>(cell)] += 1;
  }
}

void UnitRows::AddTotals(const CertifiedStatistic& sum, const int64_t* entries, __int128* numbers) {
  totals_.assign(slots_.size(), 0);
  for (const KeptRow& kept : kept_rows_) totals_[kept.slot] += entries[kept.row];
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    if (!slots_[slot].kept) continue;
    numbers[slots_[slot].place * stride_] +=
        std::clamp<__int128>(totals_[slot], sum.lower, sum.upper);
  }
}

void UnitRows::AddValues(uint32_t statistic, const int64_t* entries, const Texts* texts,
                         absl::flat_hash_set<DistinctValue>& values) {
  values_.clear();
  for (const KeptRow& kept : kept_rows_) {
    if (entries[kept.row] != kNoEntry) values_.push_back({kept.slot, entries[kept.row]});
  }
  std::sort(values_.begin(), values_.end());
  values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
  const int64_t values_max = certificate_.limits().rows_per_group_and_unit_max;
  for (size_t begin = 0, end = 0; begin < values_.size(); begin = end) {
    const uint32_t slot = values_[begin].slot;
    while (end < values_.size() && values_[end].slot == slot) ++end;
    ranked_.clear();
    const bool too_many = static_cast<int64_t>(end - begin) > values_max;
    const uint64_t stream =
        too_many ? MixHashes(HashOfUnit(), group_hashes_[slots_[slot].group]) : 0;
    for (size_t i = begin; i < end; ++i) {
      // By content: a code alone would depend on which other texts the table holds.
      const int64_t value = values_[i].value;
      const uint64_t content = texts == nullptr ? static_cast<uint64_t>(value)
                               : too_many       ? KeyedHash(key_, texts->At(value))
                                                : 0;
      ranked_.push_back({MixHashes(stream, content), static_cast<uint32_t>(i)});
    }
    KeepSmallest(values_max);
    for (const Ranked& kept : ranked_) {
      values.insert({statistic, slots_[slot].group, values_[kept.item].value});
    }
  }
}

}  // namespace tacit
