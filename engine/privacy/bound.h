// Owned rows -> sealed sums in which one unit's part is bounded. One linear pass, exact integers.
#ifndef TACIT_ENGINE_PRIVACY_BOUND_H_
#define TACIT_ENGINE_PRIVACY_BOUND_H_

#include <cstdint>
#include <vector>

#include "engine/privacy/bound_unit.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"
#include "engine/privacy/random/keyed_hash.h"
#include "engine/privacy/sealed.h"

namespace tacit {

// The hash of each group's key bytes under the query's key, by group position. Shared by all
// threads.
std::vector<uint64_t> HashGroups(const GroupNames& groups, const BoundingKey& key);

// Claim:  with or without any one unit, at most `limits().groups_per_unit_max` groups' numbers
//         differ, each by at most its statistic's `linf` (kQuantile: in L1 over its cells, by at
//         most rows_per_group_and_unit_max; the unit count: by one); the result does not depend on
//         batches, threads or other units.
// Needs:  batches in unit order (CHECKed), one pass over each unit by one bounder; `unit_names`
//         gives equal bytes for the same unit in any database.
// Errors: none; no value of a row can fail. Proof: bound.proof.md.
class UnitBounder {
 public:
  // `certificate`, `group_hashes`, `unit_names` and all texts of batches must outlive the bounder.
  UnitBounder(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
              const UnitNames& unit_names, const BoundingKey& key);

  void Add(const OwnedBatch& batch);
  Sealed<PartialSums> Finish() &&;

  // Adds `other` to `sums`. CHECKs that both stand under `certificate`.
  static void Merge(const Certificate& certificate, Sealed<PartialSums>& sums,
                    Sealed<PartialSums> other);
  // Counts the values of kDistinct statistics, once all parts are merged.
  static void CountDistinct(const Certificate& certificate, Sealed<PartialSums>& sums);

 private:
  OwnedBatch InCells(const OwnedBatch& batch);
  void AddRows(const OwnedBatch& batch);
  void QuantiseBatch(const OwnedBatch& batch);
  void AddSingles(const OwnedBatch& batch, size_t begin, size_t end);
  void Hold(const OwnedBatch& batch, size_t begin, size_t end);
  void CloseUnit();

  const Certificate& certificate_;
  const size_t statistics_;
  const size_t rows_held_max_;
  PartialSums partial_;
  UnitRows unit_rows_;
  std::vector<std::vector<int64_t>> entries_;  // of the current batch, [statistic][row]
  std::vector<const Texts*> texts_;            // by statistic
  std::vector<uint32_t> groups_in_cells_;      // of the current batch, where cells are named
  std::vector<uint32_t> row_places_;           // of the current batch, where groups are private
  // No unit below this may come again: the order in which units arrive is part of the proof.
  uint64_t next_unit_min_ = 0;
  // Rows that arrived in an earlier batch, while the unit was still coming.
  uint32_t pending_unit_ = 0;
  std::vector<uint32_t> pending_groups_;
  std::vector<std::vector<int64_t>> pending_entries_;  // [statistic][row]
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_BOUND_H_
