// Owned rows -> sealed sums in which one unit's part is bounded. One linear pass, exact integers.
#ifndef TACIT_ENGINE_PRIVACY_BOUND_H_
#define TACIT_ENGINE_PRIVACY_BOUND_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/plan/nodes/measure.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"
#include "engine/privacy/random/keyed_hash.h"
#include "engine/privacy/sealed.h"

namespace tacit {

// Exact sums in grid units, group-major: sums[group * statistics + statistic].
struct PartialSums {
  Digest certificate;
  std::vector<__int128> sums;
};

// The hash of each group's key bytes under the query's key, by group position. Shared by all
// threads.
std::vector<uint64_t> HashGroups(const std::vector<GroupKey>& keys, const BoundingKey& key);

// Claim:  with or without any one unit, the sums differ, in L1 over groups, by at most the
// certificate's
//         sensitivity for each statistic; the result does not depend on batches, threads or other
//         units.
// Needs:  batches in unit order (CHECKed), one pass over each unit by one bounder; `unit_names`
// gives equal
//         bytes for the same unit in any database.
// Errors: none; no value of a row can fail. Proof: bound.proof.md.
class UnitBounder {
 public:
  // `certificate`, `group_hashes` and `unit_names` must outlive the bounder.
  UnitBounder(const Certificate& certificate, const std::vector<uint64_t>& group_hashes,
              const UnitNames& unit_names, const BoundingKey& key);
  ~UnitBounder();

  void Add(const OwnedBatch& batch);
  Sealed<PartialSums> Finish() &&;

  // Adds `other` to `sums`. CHECKs that both stand under one certificate.
  static void Merge(Sealed<PartialSums>& sums, Sealed<PartialSums> other);

 private:
  class Unit;
  // Entries of some rows: those of `columns`, [statistic][row], from row `first` on.
  struct Entries {
    const std::vector<std::vector<int64_t>>& columns;
    size_t first;
  };

  void QuantiseBatch(const OwnedBatch& batch);
  void AddSingles(const OwnedBatch& batch, size_t begin, size_t end);
  void Hold(const OwnedBatch& batch, size_t begin, size_t end);
  void CloseUnit();

  const Certificate& certificate_;
  const size_t statistics_;
  const size_t rows_held_max_;
  PartialSums partial_;
  std::vector<std::vector<int64_t>> entries_;  // of the current batch, [statistic][row]
  std::unique_ptr<Unit> unit_;                 // the unit whose rows are still coming
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_BOUND_H_
