#include "engine/noise_view.h"

#include <cmath>
#include <limits>

#include "accountant/check.h"
#include "engine/privacy/mechanisms/mechanism.h"
#include "engine/privacy/quantile.h"

namespace tacit {

NoiseView ViewNoise(const CertifiedStatistic& statistic, const ContributionLimits& limits) {
  const Mechanism& mechanism = MechanismOf(statistic.noise);
  const double granularity = std::ldexp(1.0, statistic.granularity_log2);
  const auto groups = static_cast<double>(limits.groups_per_unit_max);
  const bool is_gaussian = std::holds_alternative<GaussianSigma>(statistic.noise);
  const bool is_quantile = statistic.kind == MeasureKind::kQuantile;
  // A penalty counts rows in parts of the quantile's denominator.
  const double unit =
      is_quantile ? 1.0 / static_cast<double>(statistic.quantile.denominator) : granularity;
  return {.mechanism = is_quantile ? "permute_and_flip" : std::string(mechanism.name),
          .scale = mechanism.scale(statistic.noise) * unit,
          .granularity = granularity,
          .sensitivity = static_cast<double>(statistic.linf) * unit *
                         (is_gaussian ? std::sqrt(groups) : groups),
          .bounds = {static_cast<double>(statistic.lower) * granularity,
                     static_cast<double>(statistic.upper) * granularity},
          .epsilon = statistic.epsilon,
          .rank_error = is_quantile ? static_cast<double>(RankErrorOf(statistic)) * unit : 0};
}

double NoiseHalfWidth(const CertifiedStatistic& statistic, double confidence) {
  if (statistic.kind == MeasureKind::kQuantile) return std::numeric_limits<double>::infinity();
  return std::ldexp(MechanismOf(statistic.noise).half_width(statistic.noise, confidence),
                    statistic.granularity_log2);
}

SelectionView ViewSelection(const Certificate& certificate) {
  TACIT_CHECK(certificate.selection().has_value());
  const CertifiedSelection& selection = *certificate.selection();
  SelectionView view{.epsilon = selection.epsilon, .delta = selection.delta};
  if (selection.count < 0) {
    view.mechanism = "truncated_geometric";
    view.units_for_half = static_cast<double>(selection.bound) + 1;
    return view;
  }
  const CertifiedStatistic& count = certificate.statistics()[selection.count];
  view.mechanism = "thresholded_" + std::string(MechanismOf(count.noise).name);
  view.units_for_half =
      std::ldexp(static_cast<double>(selection.threshold), count.granularity_log2);
  return view;
}

}  // namespace tacit
