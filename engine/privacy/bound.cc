#include "engine/privacy/bound.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "engine/privacy/quantise.h"

namespace tacit {
namespace {

// The most entries held for one unit, 64 MiB: a unit's rows must not decide how much memory is
// needed.
constexpr size_t kEntriesHeldMax = size_t{1} << 23;

// A priority and the thing it ranks. Ties fall to the smaller thing: own data only.
struct Ranked {
  uint64_t priority;
  uint32_t item;
  bool operator<(const Ranked& other) const {
    return priority != other.priority ? priority < other.priority : item < other.item;
  }
};

// Moves the `keep` smallest to the front.
void KeepSmallest(std::vector<Ranked>& ranked, int64_t keep) {
  if (static_cast<int64_t>(ranked.size()) <= keep) return;
  std::nth_element(ranked.begin(), ranked.begin() + keep, ranked.end());
  ranked.resize(static_cast<size_t>(keep));
}

}  // namespace

std::vector<uint64_t> HashGroups(const std::vector<GroupKey>& keys, const BoundingKey& key) {
  std::vector<std::string> names = {""};
  for (const GroupKey& group_key : keys) {
    std::vector<std::string> longer;
    longer.reserve(names.size() * group_key.values.size());
    for (const std::string& name : names) {
      for (const Value& value : group_key.values) {
        const std::string text = ToText(value);
        longer.push_back(absl::StrCat(name, text.size(), ":", text));
      }
    }
    names = std::move(longer);
  }
  std::vector<uint64_t> hashes;
  hashes.reserve(names.size());
  for (const std::string& name : names) hashes.push_back(KeyedHash(key, name));
  return hashes;
}

// The rows of one unit, and the choice of what of them enters the sums.
class UnitBounder::Unit {
 public:
  Unit(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
       const UnitNames& unit_names, const BoundingKey& key)
      : certificate_(certificate),
        group_hashes_(group_hashes),
        unit_names_(unit_names),
        key_(key),
        slot_of_group_(group_hashes.size(), kNoSlot) {}

  // Adds the bounded part of a unit with these rows to `sums`.
  void Bound(uint32_t unit, absl::Span<const uint32_t> groups, const Entries& entries,
             std::vector<__int128>& sums);

  // No unit below this may come again: the order in which units arrive is part of the proof.
  uint64_t next_unit_min = 0;
  // Rows that arrived in an earlier batch, while the unit was still coming.
  uint32_t pending_unit = 0;
  std::vector<uint32_t> pending_groups;
  std::vector<std::vector<int64_t>> pending_entries;  // [statistic][row]

 private:
  static constexpr uint32_t kNoSlot = 0xffffffff;
  struct Slot {
    uint32_t group;
    int64_t rows;
    bool kept;
  };
  struct KeptRow {
    uint32_t row;
    uint32_t group;
    uint32_t slot;
  };

  void CountRows(absl::Span<const uint32_t> groups);
  void ChooseGroups(uint64_t unit_hash);
  void ChooseRows(uint64_t unit_hash, absl::Span<const uint32_t> groups);
  void KeepRows(absl::Span<const uint32_t> groups);
  // Both add one statistic; `sums` and `entries` begin at its own, groups lie `stride` apart.
  void AddRows(const int64_t* entries, size_t stride, __int128* sums) const;
  void AddTotals(const CertifiedSum& sum, const int64_t* entries, size_t stride, __int128* sums);

  const Certificate& certificate_;
  const std::vector<uint64_t>& group_hashes_;
  const UnitNames& unit_names_;
  const BoundingKey& key_;
  std::vector<uint32_t> slot_of_group_;  // kNoSlot outside a call of Bound
  std::vector<Slot> slots_;
  std::vector<uint8_t> row_dropped_;  // empty: every row is kept
  std::vector<Ranked> ranked_;
  std::vector<KeptRow> kept_rows_;  // of kept groups
  std::vector<__int128> totals_;    // of one kUnitTotal sum, by slot
};

void UnitBounder::Unit::Bound(uint32_t unit, absl::Span<const uint32_t> groups,
                              const Entries& entries, std::vector<__int128>& sums) {
  CountRows(groups);
  const ContributionLimits& limits = certificate_.limits();
  const bool too_many_groups = static_cast<int64_t>(slots_.size()) > limits.groups_per_unit_max;
  const bool too_many_rows = std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.rows > limits.rows_per_group_and_unit_max;
  });
  row_dropped_.clear();
  if (too_many_groups || too_many_rows) {
    const uint64_t unit_hash = KeyedHash(key_, unit_names_.NameOf(unit));
    if (too_many_groups) ChooseGroups(unit_hash);
    if (too_many_rows) ChooseRows(unit_hash, groups);
  }
  KeepRows(groups);
  const std::vector<CertifiedSum>& certified = certificate_.sums();
  for (size_t statistic = 0; statistic < certified.size(); ++statistic) {
    const int64_t* column = entries.columns[statistic].data() + entries.first;
    __int128* target = sums.data() + statistic;
    if (certified[statistic].bounding == Bounding::kRows) {
      AddRows(column, certified.size(), target);
    } else {
      AddTotals(certified[statistic], column, certified.size(), target);
    }
  }
  for (const Slot& slot : slots_) slot_of_group_[slot.group] = kNoSlot;
  slots_.clear();
}

void UnitBounder::Unit::CountRows(absl::Span<const uint32_t> groups) {
  TACIT_CHECK(slots_.empty());
  for (const uint32_t group : groups) {
    if (group == kNoGroup) continue;
    TACIT_CHECK(group < slot_of_group_.size());
    uint32_t& slot = slot_of_group_[group];
    if (slot == kNoSlot) {
      slot = static_cast<uint32_t>(slots_.size());
      slots_.push_back({group, 0, true});
    }
    ++slots_[slot].rows;
  }
}

void UnitBounder::Unit::ChooseGroups(uint64_t unit_hash) {
  ranked_.clear();
  for (Slot& slot : slots_) {
    ranked_.push_back({MixHashes(unit_hash, group_hashes_[slot.group]), slot.group});
    slot.kept = false;
  }
  KeepSmallest(ranked_, certificate_.limits().groups_per_unit_max);
  for (const Ranked& kept : ranked_) slots_[slot_of_group_[kept.item]].kept = true;
}

void UnitBounder::Unit::ChooseRows(uint64_t unit_hash, absl::Span<const uint32_t> groups) {
  const int64_t rows_max = certificate_.limits().rows_per_group_and_unit_max;
  row_dropped_.assign(groups.size(), 0);
  for (const Slot& slot : slots_) {
    if (!slot.kept || slot.rows <= rows_max) continue;
    const uint64_t stream = MixHashes(unit_hash, group_hashes_[slot.group]);
    ranked_.clear();
    uint64_t position = 0;  // among this unit's rows of this group, which stand in content order
    for (uint32_t row = 0; row < groups.size(); ++row) {
      if (groups[row] != slot.group) continue;
      ranked_.push_back({MixHashes(stream, position++), row});
      row_dropped_[row] = 1;
    }
    KeepSmallest(ranked_, rows_max);
    for (const Ranked& kept : ranked_) row_dropped_[kept.item] = 0;
  }
}

void UnitBounder::Unit::KeepRows(absl::Span<const uint32_t> groups) {
  kept_rows_.clear();
  for (uint32_t row = 0; row < groups.size(); ++row) {
    if (groups[row] == kNoGroup) continue;
    const uint32_t slot = slot_of_group_[groups[row]];
    if (slots_[slot].kept) kept_rows_.push_back({row, groups[row], slot});
  }
}

void UnitBounder::Unit::AddRows(const int64_t* entries, size_t stride, __int128* sums) const {
  if (row_dropped_.empty()) {
    for (const KeptRow& kept : kept_rows_) sums[kept.group * stride] += entries[kept.row];
    return;
  }
  for (const KeptRow& kept : kept_rows_) {
    if (row_dropped_[kept.row] == 0) sums[kept.group * stride] += entries[kept.row];
  }
}

void UnitBounder::Unit::AddTotals(const CertifiedSum& sum, const int64_t* entries, size_t stride,
                                  __int128* sums) {
  totals_.assign(slots_.size(), 0);
  for (const KeptRow& kept : kept_rows_) totals_[kept.slot] += entries[kept.row];
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    if (!slots_[slot].kept) continue;
    sums[slots_[slot].group * stride] += std::clamp<__int128>(totals_[slot], sum.lower, sum.upper);
  }
}

UnitBounder::UnitBounder(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
                         const UnitNames& unit_names, const BoundingKey& key)
    : certificate_(certificate),
      statistics_(certificate.sums().size()),
      rows_held_max_(kEntriesHeldMax / statistics_),
      entries_(statistics_),
      unit_(std::make_unique<Unit>(certificate, group_hashes, unit_names, key)) {
  TACIT_CHECK(statistics_ > 0);
  TACIT_CHECK(static_cast<int64_t>(group_hashes.size()) == certificate.group_count());
  unit_->pending_entries.resize(statistics_);
  partial_.certificate = certificate.digest();
  partial_.sums.assign(group_hashes.size() * statistics_, 0);
}

UnitBounder::~UnitBounder() = default;

void UnitBounder::QuantiseBatch(const OwnedBatch& batch) {
  TACIT_CHECK(batch.unit.size() == batch.group.size());
  for (size_t statistic = 0; statistic < statistics_; ++statistic) {
    const CertifiedSum& sum = certificate_.sums()[statistic];
    TACIT_CHECK(static_cast<size_t>(sum.feature) < batch.features.size());
    entries_[statistic].resize(batch.unit.size());
    Quantise(sum, batch.features[sum.feature], absl::MakeSpan(entries_[statistic]));
  }
  uint32_t group_max = 0;
  for (const uint32_t group : batch.group)
    group_max = std::max(group_max, group + 1);  // kNoGroup: 0
  TACIT_CHECK(group_max <= certificate_.group_count());
}

// Units of one row each: the row is within the limits, and its total is the row.
void UnitBounder::AddSingles(const OwnedBatch& batch, size_t begin, size_t end) {
  for (size_t statistic = 0; statistic < statistics_; ++statistic) {
    const CertifiedSum& sum = certificate_.sums()[statistic];
    const bool is_total = sum.bounding == Bounding::kUnitTotal;
    const int64_t lower = is_total ? sum.lower : std::numeric_limits<int64_t>::min();
    const int64_t upper = is_total ? sum.upper : std::numeric_limits<int64_t>::max();
    const int64_t* entries = entries_[statistic].data();
    __int128* sums = partial_.sums.data() + statistic;
    const size_t stride = statistics_;
    for (size_t row = begin; row < end; ++row) {
      if (batch.group[row] == kNoGroup) continue;
      sums[batch.group[row] * stride] += std::clamp(entries[row], lower, upper);
    }
  }
}

void UnitBounder::Hold(const OwnedBatch& batch, size_t begin, size_t end) {
  unit_->pending_unit = batch.unit[begin];
  // The first rows of the unit in content order: a function of its own rows, like every other
  // choice.
  end = begin + std::min(end - begin, rows_held_max_ - unit_->pending_groups.size());
  unit_->pending_groups.insert(unit_->pending_groups.end(), batch.group.begin() + begin,
                               batch.group.begin() + end);
  for (size_t statistic = 0; statistic < statistics_; ++statistic) {
    std::vector<int64_t>& pending = unit_->pending_entries[statistic];
    pending.insert(pending.end(), entries_[statistic].begin() + begin,
                   entries_[statistic].begin() + end);
  }
}

void UnitBounder::CloseUnit() {
  if (unit_->pending_groups.empty()) return;
  unit_->Bound(unit_->pending_unit, unit_->pending_groups, {unit_->pending_entries, 0},
               partial_.sums);
  unit_->pending_groups.clear();
  for (std::vector<int64_t>& column : unit_->pending_entries) column.clear();
}

void UnitBounder::Add(const OwnedBatch& batch) {
  QuantiseBatch(batch);
  const absl::Span<const uint32_t> units = batch.unit;
  const size_t rows = units.size();
  size_t begin = 0;
  size_t singles_begin = 0;  // rows from here to `begin` are units of one row, not yet added
  while (begin < rows) {
    const uint32_t unit = units[begin];
    size_t end = begin + 1;
    while (end < rows && units[end] == unit) ++end;
    const bool continues =
        begin == 0 && !unit_->pending_groups.empty() && unit == unit_->pending_unit;
    if (!continues) {
      if (begin == 0) CloseUnit();
      TACIT_CHECK(unit >= unit_->next_unit_min);
      unit_->next_unit_min = static_cast<uint64_t>(unit) + 1;
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
        unit_->Bound(unit, batch.group.subspan(begin, end - begin), {entries_, begin},
                     partial_.sums);
      }
    }
    begin = end;
  }
}

Sealed<PartialSums> UnitBounder::Finish() && {
  CloseUnit();
  return Sealed<PartialSums>(std::move(partial_));
}

void UnitBounder::Merge(Sealed<PartialSums>& sums, Sealed<PartialSums> other) {
  TACIT_CHECK(sums.content_.certificate == other.content_.certificate);
  TACIT_CHECK(sums.content_.sums.size() == other.content_.sums.size());
  for (size_t i = 0; i < sums.content_.sums.size(); ++i) {
    sums.content_.sums[i] += other.content_.sums[i];
  }
}

}  // namespace tacit
