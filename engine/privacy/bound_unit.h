// One unit's rows -> its bounded part of the sums: which groups, which rows, which values enter.
#ifndef TACIT_ENGINE_PRIVACY_BOUND_UNIT_H_
#define TACIT_ENGINE_PRIVACY_BOUND_UNIT_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"
#include "engine/privacy/random/keyed_hash.h"

namespace tacit {

// A value that some unit brought to a group of a kDistinct statistic.
struct DistinctValue {
  uint32_t statistic;
  uint32_t group;
  int64_t value;  // a number, a double's bits, or a code of the table's dictionary
  bool operator==(const DistinctValue&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const DistinctValue& v) {
    return H::combine(std::move(h), v.statistic, v.group, v.value);
  }
};

// Exact integers in grid units: `slots` for each place. A public group's place is its own number, a
// private one gets it when a unit is first kept in it, so that keys a unit is cut from cost no
// numbers. The slot of a kDistinct statistic is empty until its values are counted.
struct PartialSums {
  static constexpr uint32_t kNoPlace = 0xffffffff;

  Digest certificate;
  std::vector<uint32_t> places;  // by group, of private ones; empty: groups are public
  std::vector<__int128> numbers;
  absl::flat_hash_set<DistinctValue> values;

  size_t group_count(size_t slots) const {
    return places.empty() ? numbers.size() / slots : places.size();
  }
  uint32_t PlaceOf(uint32_t group) const { return places.empty() ? group : places[group]; }
  // Makes room where there is none yet, which moves `numbers`.
  uint32_t MakePlace(uint32_t group, size_t slots) {
    if (places.empty()) return group;
    if (places[group] == kNoPlace) {
      places[group] = static_cast<uint32_t>(numbers.size() / slots);
      numbers.resize(numbers.size() + slots);
    }
    return places[group];
  }
  // 0 where the group has no place.
  __int128 At(uint32_t group, size_t slots, size_t slot) const {
    const uint32_t place = PlaceOf(group);
    return place == kNoPlace ? 0 : numbers[place * slots + slot];
  }
};

// The most entries held for one unit, 64 MiB, so that no unit decides how much memory is needed.
inline constexpr size_t kEntriesHeldMax = size_t{1} << 23;

// What a row without a value brings to a kQuantile or kDistinct statistic: nothing.
inline constexpr int64_t kNoEntry = std::numeric_limits<int64_t>::min();

// Entries of some rows: those of `columns`, [statistic][row], from row `first` on.
struct Entries {
  const std::vector<std::vector<int64_t>>& columns;
  size_t first;
};

// Claim:  Add puts into at most groups_per_unit_max groups, and into each at most what its
//         statistic's certificate states: at most rows_per_group_and_unit_max clipped entries, one
//         clipped total, as many cells or as many values, one unit.
// Needs:  one call a unit, with all its rows. The choices depend on key, name and rows alone.
// Errors: none. Proof: bound.proof.md, steps 2 to 4.
class UnitRows {
 public:
  // All arguments must outlive this.
  UnitRows(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
           const UnitNames& unit_names, const BoundingKey& key);

  // `texts` by statistic: what its entries are codes of, or null.
  void Add(uint32_t unit, absl::Span<const uint32_t> groups, const Entries& entries,
           absl::Span<const Texts* const> texts, PartialSums& sums);

 private:
  static constexpr uint32_t kNoSlot = 0xffffffff;
  // A group of the unit.
  struct Slot {
    uint32_t group;
    int64_t rows;
    bool kept;
    uint32_t place = PartialSums::kNoPlace;  // of a kept one
  };
  struct KeptRow {
    uint32_t row;
    uint32_t place;
    uint32_t slot;
  };
  // A priority and the thing it ranks. Ties fall to the smaller thing: own data only.
  struct Ranked {
    uint64_t priority;
    uint32_t item;
    bool operator<(const Ranked& other) const {
      return priority != other.priority ? priority < other.priority : item < other.item;
    }
  };
  struct SlotValue {
    uint32_t slot;
    int64_t value;
    auto operator<=>(const SlotValue&) const = default;
  };

  void CountRows(absl::Span<const uint32_t> groups);
  void ChooseGroups();
  void ChooseRows(absl::Span<const uint32_t> groups);
  void KeepRows(absl::Span<const uint32_t> groups);
  // Moves the `keep` smallest of ranked_ to its front and drops the others.
  void KeepSmallest(int64_t keep);
  bool IsDropped(const KeptRow& kept) const {
    return !row_dropped_.empty() && row_dropped_[kept.row] != 0;
  }
  // Each adds one statistic; `numbers` begins at its slot of place 0.
  void AddRows(const int64_t* entries, __int128* numbers) const;
  void AddCells(const int64_t* entries, __int128* numbers) const;
  void AddTotals(const CertifiedStatistic& sum, const int64_t* entries, __int128* numbers);
  void AddValues(uint32_t statistic, const int64_t* entries, const Texts* texts,
                 absl::flat_hash_set<DistinctValue>& values);
  uint64_t HashOfUnit() const { return KeyedHash(key_, unit_names_.NameOf(unit_)); }

  const Certificate& certificate_;
  const size_t stride_;  // between the numbers of two places
  const std::vector<uint64_t>& group_hashes_;
  const UnitNames& unit_names_;
  const BoundingKey& key_;
  uint32_t unit_ = 0;
  std::vector<uint32_t> slot_of_group_;  // kNoSlot outside a call of Add
  std::vector<Slot> slots_;
  std::vector<uint8_t> row_dropped_;  // empty: every row is kept
  std::vector<Ranked> ranked_;
  std::vector<KeptRow> kept_rows_;  // of kept groups
  std::vector<__int128> totals_;    // of one kUnitTotal sum, by slot
  std::vector<SlotValue> values_;   // of one kDistinct statistic
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_BOUND_UNIT_H_
