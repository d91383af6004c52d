// What one query will reveal, certified: the only description of a query that the core believes.
#ifndef TACIT_ENGINE_PRIVACY_CERTIFICATE_H_
#define TACIT_ENGINE_PRIVACY_CERTIFICATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accountant/ids.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/plan/nodes/measure.h"
#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

// One certified statistic. All numbers are in grid units: value = units * 2^granularity_log2.
struct CertifiedStatistic {
  std::string name;
  MeasureKind kind = MeasureKind::kSum;
  int feature = 0;
  Bounding bounding = Bounding::kRows;
  bool integral = true;      // inputs are integers
  int granularity_log2 = 0;  // public, from declared bounds only
  int64_t lower = 0;  // a row (kRows) or a unit's total (kUnitTotal) is clipped to [lower, upper]
  int64_t upper = 0;
  int64_t centre = 0;  // then this is taken off each row (kSum by kRows only)
  int64_t linf = 0;    // the most one unit changes one group's number (kQuantile: a score)
  NoiseScale noise;    // of each group
  Epsilon epsilon;     // its share of the cost
  // kQuantile: candidate i stands for the values in [lower + i * cell_width, + cell_width).
  Quantile quantile;
  int64_t cells = 1;
  int64_t cell_width = 1;
  size_t slot = 0;  // the first of its `cells` numbers in PartialSums, by group
};

// How groups with a private key are chosen; one unit touches at most limits().groups_per_unit_max.
struct CertifiedSelection {
  int count = -1;         // decides by this statistic's noised value; -1: by noise of its own
  NoiseScale noise;       // of its own: truncated to [-bound, bound]
  int64_t bound = 0;      // own: n units are shown iff n + noise > bound
  int64_t threshold = 0;  // by count: shown iff the noised value, in units, >= threshold
  Epsilon epsilon;
  Delta delta;
};

// Claim:  a query answered by Bound and Perturb under this certificate reveals at most `losses()`,
//         composed.
// Needs:  nothing of the planner; Certify derives every number from the measure's declared bounds.
// Errors: none. Proof: certify.proof.md.
class Certificate {
 public:
  Certificate(Certificate&&) = default;
  Certificate& operator=(Certificate&&) = default;
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  const std::vector<CertifiedStatistic>& statistics() const { return statistics_; }
  const std::optional<CertifiedSelection>& selection() const { return selection_; }
  const ContributionLimits& limits() const { return limits_; }
  // The number of public groups; nullopt when a key is private, and so is the number.
  std::optional<int64_t> group_count() const { return group_count_; }
  // 0: units are measured themselves; else one unit decides the answer of one of so many blocks.
  int64_t blocks() const { return blocks_; }
  // Whose units alone are measured, ascending; empty: all.
  const std::vector<int64_t>& cells() const { return cells_; }
  int64_t groups_released_max() const { return groups_released_max_; }
  // Numbers a group in PartialSums. With a selection the last one counts the group's units.
  size_t slots() const { return slots_; }
  DataVersion data_version() const { return data_version_; }
  const Digest& digest() const { return digest_; }
  const std::vector<MechanismLoss>& losses() const { return losses_; }
  // One line a statistic, canonical; what the digest covers besides plan, dataset and version.
  std::string ToText() const;

 private:
  friend class Certifier;
  Certificate() = default;

  std::vector<CertifiedStatistic> statistics_;
  std::optional<CertifiedSelection> selection_;
  ContributionLimits limits_;
  std::optional<int64_t> group_count_;
  int64_t blocks_ = 0;
  std::vector<int64_t> cells_;
  int64_t groups_released_max_ = 1;
  size_t slots_ = 0;
  std::vector<MechanismLoss> losses_;
  DataVersion data_version_;
  Digest digest_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_CERTIFICATE_H_
