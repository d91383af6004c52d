// What one query will reveal, certified: the only description of a query that the core believes.
#ifndef TACIT_ENGINE_PRIVACY_CERTIFICATE_H_
#define TACIT_ENGINE_PRIVACY_CERTIFICATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "accountant/ids.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/plan/nodes/measure.h"

namespace tacit {

// One certified sum. All numbers are in grid units: value = units * 2^granularity_log2.
struct CertifiedSum {
  std::string name;
  int feature = 0;
  Bounding bounding = Bounding::kRows;
  bool integral = true;      // inputs are integers; the grid is at least 1
  int granularity_log2 = 0;  // public, from declared bounds only
  int64_t lower = 0;  // a row (kRows) or a unit's total (kUnitTotal) is clipped to [lower, upper]
  int64_t upper = 0;
  int64_t centre = 0;          // then this is taken off each row (kRows only)
  int64_t l1_sensitivity = 0;  // the most one unit moves this sum's vector of groups, L1
  MechanismLoss loss;          // the mechanism and its noise, as the ledger prices it
};

// Claim:  a query answered by Bound and Perturb under this certificate reveals at most `losses()`,
// composed. Needs:  nothing of the planner; Certify derives every number from the measure's
// declared bounds. Errors: none. Proof: certify.proof.md.
class Certificate {
 public:
  Certificate(Certificate&&) = default;
  Certificate& operator=(Certificate&&) = default;
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  const std::vector<CertifiedSum>& sums() const { return sums_; }
  const ContributionLimits& limits() const { return limits_; }
  int64_t group_count() const { return group_count_; }
  DataVersion data_version() const { return data_version_; }
  const Digest& digest() const { return digest_; }
  std::vector<MechanismLoss> losses() const;
  // One line a sum, canonical; what the digest covers besides plan, dataset and version.
  std::string ToText() const;

 private:
  friend class Certifier;
  Certificate() = default;

  std::vector<CertifiedSum> sums_;
  ContributionLimits limits_;
  int64_t group_count_ = 1;
  DataVersion data_version_;
  Digest digest_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_CERTIFICATE_H_
