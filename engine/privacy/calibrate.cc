#include "engine/privacy/calibrate.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/loss/selection.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/privacy/mechanisms/discrete_gaussian.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"
#include "engine/privacy/mechanisms/permute_and_flip.h"
#include "engine/privacy/mechanisms/thresholded_count.h"
#include "engine/privacy/mechanisms/truncated_geometric.h"

namespace tacit {
namespace {

bool IsGaussian(const MeasureNode& measure, const CertifiedStatistic& statistic) {
  return measure.noise == NoiseKind::kGaussian && statistic.kind != MeasureKind::kQuantile;
}

// Each on its own: the unit's whole change is at most groups * linf in L1.
absl::StatusOr<MechanismLoss> CalibrateAlone(int64_t groups, CertifiedStatistic& statistic) {
  if (statistic.kind == MeasureKind::kQuantile) {
    TACIT_ASSIGN_OR_RETURN(const LaplaceScale scale,
                           CalibratePermuteAndFlip(groups, statistic.linf, statistic.epsilon));
    statistic.noise = scale;
    return MechanismLoss(NoisyMaxLoss{groups, statistic.linf, scale});
  }
  const __int128 l1 = static_cast<__int128>(groups) * statistic.linf;
  TACIT_ASSIGN_OR_RETURN(const LaplaceScale scale, CalibrateLaplace(l1, statistic.epsilon));
  statistic.noise = scale;
  return MechanismLoss(DiscreteLaplaceLoss{static_cast<int64_t>(l1), scale});
}

// All together, one Gaussian mechanism; a statistic's share is one of mu squared.
absl::StatusOr<MechanismLoss> CalibrateJointly(const MeasureNode& measure, int64_t groups,
                                               std::vector<CertifiedStatistic>& statistics) {
  int64_t total = 0;
  for (const CertifiedStatistic& statistic : statistics) {
    if (!IsGaussian(measure, statistic)) continue;
    if (statistic.epsilon.pico() <= 0) {
      return Refuse(Reason::kPrivacyParameter, "a share of epsilon is zero",
                    {.fix = "ask with a larger epsilon"});
    }
    if (__builtin_add_overflow(total, statistic.epsilon.pico(), &total)) {
      return Refuse(Reason::kPrivacyParameter, "the shares of epsilon are too large");
    }
  }
  DiscreteGaussianLoss loss{.epsilon = Epsilon::FromPico(total), .delta = measure.noise_delta};
  TACIT_ASSIGN_OR_RETURN(const double mu, GaussianMuFor(loss.epsilon, loss.delta));
  for (CertifiedStatistic& statistic : statistics) {
    if (!IsGaussian(measure, statistic)) continue;
    const double share = static_cast<double>(statistic.epsilon.pico()) / static_cast<double>(total);
    TACIT_ASSIGN_OR_RETURN(const GaussianSigma noise,
                           CalibrateGaussian(groups, statistic.linf, mu * std::sqrt(share)));
    statistic.noise = noise;
    loss.parts.push_back({groups, statistic.linf, noise.sigma});
  }
  return MechanismLoss(std::move(loss));
}

}  // namespace

absl::StatusOr<std::vector<MechanismLoss>> CalibrateStatistics(
    const MeasureNode& measure, int64_t groups, std::vector<CertifiedStatistic>& statistics) {
  TACIT_CHECK(statistics.size() == measure.statistics.size());
  std::vector<MechanismLoss> losses;
  bool is_joint = false;
  for (size_t i = 0; i < statistics.size(); ++i) {
    statistics[i].epsilon = measure.statistics[i].epsilon;
    if (IsGaussian(measure, statistics[i])) {
      is_joint = true;
      continue;
    }
    TACIT_ASSIGN_OR_RETURN(MechanismLoss loss, CalibrateAlone(groups, statistics[i]));
    losses.push_back(std::move(loss));
  }
  if (is_joint) {
    TACIT_ASSIGN_OR_RETURN(MechanismLoss loss, CalibrateJointly(measure, groups, statistics));
    losses.push_back(std::move(loss));
  }
  return losses;
}

absl::StatusOr<CalibratedSelection> CalibrateSelection(
    const GroupSelection& selection, int64_t groups,
    const std::vector<CertifiedStatistic>& statistics) {
  // A unit can be the only one in each of its groups, so each gets its part of delta.
  if (!(DeltaPerGroup(selection.delta, groups) > 0)) {
    return Refuse(Reason::kPrivacyParameter, "delta is zero or too small for private groups",
                  {.fix = "ask with a larger delta", .field = "delta"});
  }
  CertifiedSelection certified{
      .count = selection.count, .epsilon = selection.epsilon, .delta = selection.delta};
  if (selection.count < 0) {
    TACIT_ASSIGN_OR_RETURN(const TruncatedGeometricLoss loss,
                           CalibrateTruncatedGeometric(groups, selection.epsilon, selection.delta));
    certified.noise = loss.scale;
    certified.bound = loss.bound;
    return CalibratedSelection{std::move(certified), loss};
  }
  const bool exists = static_cast<size_t>(selection.count) < statistics.size();
  if (!exists || statistics[selection.count].kind != MeasureKind::kSum ||
      statistics[selection.count].centre != 0) {
    return Refuse(Reason::kUnsupported, "groups are chosen by a count that is no plain sum");
  }
  const CertifiedStatistic& count = statistics[selection.count];
  TACIT_ASSIGN_OR_RETURN(const ThresholdLoss loss,
                         CalibrateThreshold(groups, count.noise, selection.delta));
  certified.noise = count.noise;
  certified.epsilon = Epsilon();
  certified.threshold = ThresholdOf(count.linf, loss);
  return CalibratedSelection{std::move(certified), loss};
}

}  // namespace tacit
