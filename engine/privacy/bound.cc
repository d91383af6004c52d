#include "engine/privacy/bound.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"

namespace tacit {
namespace {

// Rows under kUnitTotal are first clipped here, so that no number of rows can leave 128 bits.
constexpr int64_t kRowMax = int64_t{1} << 62;

// Where one row's entries of one sum are written, and how they are rounded and clipped.
struct EntrySlot {
  const CertifiedSum& sum;
  int64_t lower, upper, centre;
  int64_t* out;
  int stride;

  EntrySlot(const CertifiedSum& certified, int64_t* first, int step)
      : sum(certified),
        lower(certified.bounding == Bounding::kRows ? certified.lower : -kRowMax),
        upper(certified.bounding == Bounding::kRows ? certified.upper : kRowMax),
        centre(certified.bounding == Bounding::kRows ? certified.centre : 0),
        out(first),
        stride(step) {}

  int64_t Clip(int64_t units) const { return std::clamp(units, lower, upper) - centre; }
};

// An integer in grid units: shifted, never overflowing.
int64_t ToUnits(int64_t value, int granularity_log2) {
  if (granularity_log2 >= 0) return value >> std::min(granularity_log2, 63);
  const int left = std::min(-granularity_log2, 62);
  const int64_t most = kRowMax >> left;
  return std::clamp(value, -most, most) * (int64_t{1} << left);
}

void QuantiseConstant(const EntrySlot& slot, int rows) {
  const int64_t one = slot.Clip(ToUnits(1, slot.sum.granularity_log2));
  for (int row = 0; row < rows; ++row) slot.out[row * slot.stride] = one;
}

void QuantiseIntegers(const EntrySlot& slot, absl::Span<const int64_t> values) {
  const int granularity_log2 = slot.sum.granularity_log2;
  for (size_t row = 0; row < values.size(); ++row) {
    slot.out[row * slot.stride] = slot.Clip(ToUnits(values[row], granularity_log2));
  }
}

void QuantiseFloats(const EntrySlot& slot, absl::Span<const double> values) {
  // Exact: a power of two within 2^+-530.
  const double units_per_value = std::ldexp(1.0, -slot.sum.granularity_log2);
  const auto low = static_cast<double>(slot.lower);
  const auto high = static_cast<double>(slot.upper);
  for (size_t row = 0; row < values.size(); ++row) {
    double units = values[row] * units_per_value;
    if (!(units >= low)) units = low;  // also catches NaN
    if (!(units <= high)) units = high;
    units += units < 0 ? -0.5 : 0.5;
    slot.out[row * slot.stride] = slot.Clip(static_cast<int64_t>(units));
  }
}

void ClearNulls(const EntrySlot& slot, absl::Span<const uint8_t> valid) {
  for (size_t row = 0; row < valid.size(); ++row) {
    slot.out[row * slot.stride] *= static_cast<int64_t>(valid[row] != 0);
  }
}

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
  void Bound(uint32_t unit, absl::Span<const uint32_t> groups, const int64_t* entries,
             std::vector<__int128>& sums);

  // No unit below this may come again: the order in which units arrive is part of the proof.
  uint64_t next_unit_min = 0;
  // Rows that arrived in an earlier batch, while the unit was still coming.
  uint32_t pending_unit = 0;
  std::vector<uint32_t> pending_groups;
  std::vector<int64_t> pending_entries;

 private:
  static constexpr uint32_t kNoSlot = 0xffffffff;
  struct Slot {
    uint32_t group;
    int64_t rows;
    bool kept;
  };

  void CountRows(absl::Span<const uint32_t> groups);
  void ChooseGroups(uint64_t unit_hash);
  void ChooseRows(uint64_t unit_hash, absl::Span<const uint32_t> groups);
  void AddRows(absl::Span<const uint32_t> groups, const int64_t* entries,
               std::vector<__int128>& sums);
  void AddTotals(std::vector<__int128>& sums);

  const Certificate& certificate_;
  const std::vector<uint64_t>& group_hashes_;
  const UnitNames& unit_names_;
  const BoundingKey& key_;
  std::vector<uint32_t> slot_of_group_;  // kNoSlot outside a call of Bound
  std::vector<Slot> slots_;
  std::vector<uint8_t> row_dropped_;  // empty: every row is kept
  std::vector<Ranked> ranked_;
  std::vector<__int128> totals_;  // kUnitTotal sums, [slot * statistics + statistic]
};

void UnitBounder::Unit::Bound(uint32_t unit, absl::Span<const uint32_t> groups,
                              const int64_t* entries, std::vector<__int128>& sums) {
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
  AddRows(groups, entries, sums);
  AddTotals(sums);
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

void UnitBounder::Unit::AddRows(absl::Span<const uint32_t> groups, const int64_t* entries,
                                std::vector<__int128>& sums) {
  const std::vector<CertifiedSum>& certified = certificate_.sums();
  const size_t statistics = certified.size();
  totals_.assign(slots_.size() * statistics, 0);
  for (size_t row = 0; row < groups.size(); ++row) {
    if (groups[row] == kNoGroup) continue;
    const uint32_t slot = slot_of_group_[groups[row]];
    if (!slots_[slot].kept) continue;
    const bool dropped = !row_dropped_.empty() && row_dropped_[row] != 0;
    for (size_t statistic = 0; statistic < statistics; ++statistic) {
      const int64_t entry = entries[row * statistics + statistic];
      if (certified[statistic].bounding == Bounding::kUnitTotal) {
        totals_[slot * statistics + statistic] += entry;
      } else if (!dropped) {
        sums[groups[row] * statistics + statistic] += entry;
      }
    }
  }
}

void UnitBounder::Unit::AddTotals(std::vector<__int128>& sums) {
  const std::vector<CertifiedSum>& certified = certificate_.sums();
  for (size_t statistic = 0; statistic < certified.size(); ++statistic) {
    const CertifiedSum& sum = certified[statistic];
    if (sum.bounding != Bounding::kUnitTotal) continue;
    for (size_t slot = 0; slot < slots_.size(); ++slot) {
      if (!slots_[slot].kept) continue;
      const __int128 total = totals_[slot * certified.size() + statistic];
      sums[slots_[slot].group * certified.size() + statistic] +=
          std::clamp<__int128>(total, sum.lower, sum.upper);
    }
  }
}

UnitBounder::UnitBounder(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
                         const UnitNames& unit_names, const BoundingKey& key)
    : certificate_(certificate),
      statistics_(static_cast<int>(certificate.sums().size())),
      unit_(std::make_unique<Unit>(certificate, group_hashes, unit_names, key)) {
  TACIT_CHECK(statistics_ > 0);
  TACIT_CHECK(static_cast<int64_t>(group_hashes.size()) == certificate.group_count());
  partial_.certificate = certificate.digest();
  partial_.sums.assign(group_hashes.size() * statistics_, 0);
}

UnitBounder::~UnitBounder() = default;

void UnitBounder::Quantise(const OwnedBatch& batch) {
  const int rows = batch.row_count();
  entries_.resize(static_cast<size_t>(rows) * statistics_);
  for (int statistic = 0; statistic < statistics_; ++statistic) {
    const CertifiedSum& sum = certificate_.sums()[statistic];
    TACIT_CHECK(static_cast<size_t>(sum.feature) < batch.features.size());
    const FeatureArray& feature = batch.features[sum.feature];
    const EntrySlot slot(sum, entries_.data() + statistic, statistics_);
    if (!feature.integers.empty()) {
      TACIT_CHECK(feature.integers.size() == batch.unit.size());
      QuantiseIntegers(slot, feature.integers);
    } else if (!feature.floats.empty()) {
      TACIT_CHECK(feature.floats.size() == batch.unit.size());
      QuantiseFloats(slot, feature.floats);
    } else {
      QuantiseConstant(slot, rows);
    }
    if (feature.valid.empty()) continue;
    TACIT_CHECK(feature.valid.size() == batch.unit.size());
    ClearNulls(slot, feature.valid);
  }
}

void UnitBounder::AddRow(uint32_t group, const int64_t* entries) {
  if (group == kNoGroup) return;
  TACIT_CHECK(static_cast<int64_t>(group) < certificate_.group_count());
  __int128* sums = partial_.sums.data() + static_cast<size_t>(group) * statistics_;
  for (int statistic = 0; statistic < statistics_; ++statistic) {
    const CertifiedSum& sum = certificate_.sums()[statistic];
    // A unit of one row: its total is the row. Under kRows the entry is clipped already.
    const bool is_total = sum.bounding == Bounding::kUnitTotal;
    sums[statistic] +=
        is_total ? std::clamp(entries[statistic], sum.lower, sum.upper) : entries[statistic];
  }
}

void UnitBounder::CloseUnit() {
  if (unit_->pending_groups.empty()) return;
  unit_->Bound(unit_->pending_unit, unit_->pending_groups, unit_->pending_entries.data(),
               partial_.sums);
  unit_->pending_groups.clear();
  unit_->pending_entries.clear();
}

void UnitBounder::Add(const OwnedBatch& batch) {
  TACIT_CHECK(batch.unit.size() == batch.group.size());
  if (batch.unit.empty()) return;
  Quantise(batch);
  const size_t rows = batch.unit.size();
  size_t begin = 0;
  while (begin < rows) {
    const uint32_t unit = batch.unit[begin];
    size_t end = begin + 1;
    while (end < rows && batch.unit[end] == unit) ++end;
    const bool continues = !unit_->pending_groups.empty() && unit == unit_->pending_unit;
    if (!continues) {
      CloseUnit();
      TACIT_CHECK(unit >= unit_->next_unit_min);
      unit_->next_unit_min = static_cast<uint64_t>(unit) + 1;
    }
    const int64_t* entries = entries_.data() + begin * statistics_;
    if (continues || end == rows) {
      // The unit came from the last batch or may go on in the next: hold its rows.
      unit_->pending_unit = unit;
      unit_->pending_groups.insert(unit_->pending_groups.end(), batch.group.begin() + begin,
                                   batch.group.begin() + end);
      unit_->pending_entries.insert(unit_->pending_entries.end(), entries,
                                    entries + (end - begin) * statistics_);
    } else if (end - begin == 1) {
      AddRow(batch.group[begin], entries);
    } else {
      unit_->Bound(unit, batch.group.subspan(begin, end - begin), entries, partial_.sums);
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
