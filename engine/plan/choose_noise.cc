#include "engine/plan/choose_noise.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/loss/gaussian.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

constexpr double kAssumedRows = 1000;
constexpr int kIterations = 200;
// No statistic starves: at least a hundredth of an equal share.
constexpr double kShareMin = 0.01;
// Half widths of a 95% interval, in units of the scale.
constexpr double kLaplaceHalfWidth = 2.9957;   // ln 20
constexpr double kGaussianHalfWidth = 1.9600;  // the 97.5% point

// What a statistic's error would be at a share of all of epsilon, and how it grows with less.
struct ErrorOfShare {
  double at_one = 0;
  double power = 1;  // error = at_one / share^power
  double At(double share) const { return at_one / std::pow(share, power); }
};

double LinfOf(const Statistic& statistic, const ContributionLimits& limits) {
  const ValueBounds& bounds = statistic.bounds;
  const double most = std::max(std::fabs(bounds.lower - statistic.centre),
                               std::fabs(bounds.upper - statistic.centre));
  const bool by_rows = statistic.bounding == Bounding::kRows;
  return most * (by_rows ? static_cast<double>(limits.rows_per_group_and_unit_max) : 1);
}

bool IsGaussian(NoiseKind noise, const Statistic& statistic) {
  return noise == NoiseKind::kGaussian && statistic.kind != MeasureKind::kQuantile;
}

ErrorOfShare ErrorOf(NoiseKind noise, const Statistic& statistic, const ContributionLimits& limits,
                     double nats, double mu) {
  const auto groups = static_cast<double>(limits.groups_per_unit_max);
  if (IsGaussian(noise, statistic)) {
    return {kGaussianHalfWidth * std::sqrt(groups) * LinfOf(statistic, limits) / mu, 0.5};
  }
  return {kLaplaceHalfWidth * groups * LinfOf(statistic, limits) / nats, 1};
}

// Un-noised statistics of the assumed rows, a quarter into their bounds: neither the middle, where
// a centred sum vanishes, nor an end. There a column has no variance, by which answers about two of
// them divide, so for those further in.
std::vector<Estimate> AssumedFor(const Answer& answer, const MeasureNode& measure) {
  const double part = answer.parameters.second_bounds == ValueBounds{} ? 0.25 : 0.4;
  std::vector<Estimate> assumed;
  for (const int index : answer.statistics) {
    const Statistic& statistic = measure.statistics[index];
    const bool is_value = measure.features[statistic.feature].kind == FeatureKind::kValue &&
                          statistic.kind == MeasureKind::kSum;
    const ValueBounds& bounds = statistic.bounds;
    const double entry = bounds.lower * (1 - part) + bounds.upper * part - statistic.centre;
    const double value = is_value ? kAssumedRows * entry : kAssumedRows;
    assumed.push_back({value, value, value});
  }
  return assumed;
}

// How far each statistic's error moves an answer: the widths of its interval at assumed sums, by
// finite differences. All alike where the answer does not move there.
std::vector<double> WeightsOf(const Answer& answer, const MeasureNode& measure) {
  const std::vector<Estimate> assumed = AssumedFor(answer, measure);
  std::vector<double> weights;
  double total = 0;
  for (size_t i = 0; i < assumed.size(); ++i) {
    std::vector<Estimate> moved = assumed;
    const double step = 1e-3 * std::max(1.0, std::fabs(assumed[i].value));
    moved[i].low -= step;
    moved[i].high += step;
    const Estimate answered = answer.function(moved, answer.parameters);
    weights.push_back((answered.high - answered.low) / (2 * step));
    total += weights.back();
  }
  if (!(total > 0) || !std::isfinite(total)) weights.assign(assumed.size(), 1);
  return weights;
}

struct Split {
  std::vector<double> shares;  // of epsilon, by statistic; they add up to 1 with `selection`
  double selection = 0;
  double log_error = 0;
};

// Equal shares: where errors cannot be compared, Certify is about to say what is wrong.
Split EqualSplit(size_t count, bool own_selection) {
  const double parts = static_cast<double>(count) + (own_selection ? 1 : 0);
  return {.shares = std::vector<double>(count, 1 / parts),
          .selection = own_selection ? 1 / parts : 0};
}

bool IsUsable(const Split& split) {
  const auto is_share = [](double share) { return share > 0 && share <= 1; };  // false for NaN
  return std::all_of(split.shares.begin(), split.shares.end(), is_share) &&
         (split.selection == 0 || is_share(split.selection)) && std::isfinite(split.log_error);
}

// The shares at which each is proportional to the part of the error it causes.
Split SplitFor(const std::vector<ErrorOfShare>& errors, const PresentNode& present,
               const MeasureNode& measure, bool own_selection, int unit_count) {
  const size_t count = errors.size();
  std::vector<std::vector<double>> weights;
  for (const Answer& answer : present.answers) weights.push_back(WeightsOf(answer, measure));
  Split split = EqualSplit(count, own_selection);
  for (int iteration = 0; iteration <= kIterations; ++iteration) {
    std::vector<double> caused(count, 0);
    split.log_error = 0;
    for (size_t a = 0; a < present.answers.size(); ++a) {
      const std::vector<int>& used = present.answers[a].statistics;
      double error = 0;
      for (size_t i = 0; i < used.size(); ++i) {
        error += weights[a][i] * errors[used[i]].At(split.shares[used[i]]);
      }
      split.log_error += std::log(error);
      for (size_t i = 0; i < used.size(); ++i) {
        caused[used[i]] += weights[a][i] * errors[used[i]].At(split.shares[used[i]]) / error;
      }
    }
    if (iteration == kIterations) break;
    // A count that also decides which groups are shown serves twice.
    if (unit_count >= 0) caused[static_cast<size_t>(unit_count)] += 1;
    double total = own_selection ? 1 : 0;
    for (double& part : caused) total += part = std::max(part, kShareMin);
    // Halfway in logarithms, which settles without swinging.
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      sum += split.shares[i] = std::sqrt(split.shares[i] * caused[i] / total);
    }
    if (own_selection) sum += split.selection = std::sqrt(split.selection / total);
    for (double& share : split.shares) share /= sum;
    split.selection /= sum;
  }
  return IsUsable(split) ? split : EqualSplit(count, own_selection);
}

// A statistic that is the number of a group's units: 0 or 1 a unit.
int UnitCountOf(const MeasureNode& measure) {
  for (size_t i = 0; i < measure.statistics.size(); ++i) {
    const Statistic& statistic = measure.statistics[i];
    const bool by_unit = statistic.bounding == Bounding::kUnitTotal ||
                         measure.limits.rows_per_group_and_unit_max == 1;
    if (statistic.kind == MeasureKind::kSum && by_unit && statistic.bounds == ValueBounds{0, 1} &&
        measure.features[statistic.feature].kind == FeatureKind::kOne) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

// One way to answer the query.
struct Choice {
  NoiseKind noise = NoiseKind::kLaplace;
  Delta noise_delta;
  Delta selection_delta;
  Split split;
};

// About how many units make a group likely to be shown, in logarithm.
double LogThreshold(const Choice& choice, const MeasureNode& measure, int unit_count, double nats,
                    double mu) {
  const auto groups = static_cast<double>(measure.limits.groups_per_unit_max);
  const double mass = static_cast<double>(choice.selection_delta.atto()) * 1e-18 / groups;
  const double spread = std::log(1 / std::max(mass, 1e-300));
  const double share = unit_count < 0 ? choice.split.selection : choice.split.shares[unit_count];
  const bool is_gaussian = unit_count >= 0 && choice.noise == NoiseKind::kGaussian;
  return std::log(1 + (is_gaussian ? std::sqrt(groups * 2 * spread / share) / mu
                                   : groups * spread / (share * nats)));
}

// Whether the grid is fine enough for Gaussian noise of this mu: the price of a discrete Gaussian
// grows by (1 + e^epsilon) groups / (24 sigma^2) over the continuous one's
// (accountant/loss/gaussian.proof.md), and sigma is at least 2^33 / mu steps of the grid; fewer
// where what enters a sum is below 2^-10 of its bounds, which the grid does not follow.
bool IsPriceable(const Offer& offer, const MeasureNode& measure, Delta noise_delta, double mu) {
  double steps = 0x1p33 / mu;
  for (const Statistic& statistic : measure.statistics) {
    if (!IsGaussian(NoiseKind::kGaussian, statistic)) continue;
    const ValueBounds& bounds = statistic.bounds;
    const double most = std::max(std::fabs(bounds.lower), std::fabs(bounds.upper));
    const double moved = std::max(std::fabs(bounds.lower - statistic.centre),
                                  std::fabs(bounds.upper - statistic.centre));
    steps = std::min(steps, 0x1p33 / mu * std::min(1.0, moved / most * 0x1p9));
  }
  const double nats = static_cast<double>(offer.amount.epsilon.pico()) * 1e-12;
  const double excess = (1 + std::exp(nats)) *
                        static_cast<double>(measure.limits.groups_per_unit_max) /
                        (24 * steps * steps);
  return mu > 0 && steps > 0 && excess < 5e-4 * static_cast<double>(noise_delta.atto()) * 1e-18;
}

std::optional<Choice> Consider(NoiseKind noise, const Offer& offer, const PresentNode& present,
                               const MeasureNode& measure, bool is_private, int unit_count) {
  Choice choice{.noise = noise};
  const int64_t atto = offer.amount.delta.atto();
  const bool is_gaussian = noise == NoiseKind::kGaussian;
  const int64_t noise_atto = is_gaussian ? (is_private ? atto / 2 : atto) : 0;
  choice.noise_delta = Delta::FromAtto(noise_atto);
  choice.selection_delta = Delta::FromAtto(is_private ? atto - noise_atto : 0);
  const double nats = static_cast<double>(offer.amount.epsilon.pico()) * 1e-12;
  const double mu = is_gaussian ? GaussianMuLower(offer.amount.epsilon, choice.noise_delta) : 0;
  if (is_gaussian && !IsPriceable(offer, measure, choice.noise_delta, mu)) return std::nullopt;
  std::vector<ErrorOfShare> errors;
  for (const Statistic& statistic : measure.statistics) {
    errors.push_back(ErrorOf(noise, statistic, measure.limits, nats, mu));
  }
  choice.split = SplitFor(errors, present, measure, is_private && unit_count < 0, unit_count);
  if (is_private) {
    choice.split.log_error += LogThreshold(choice, measure, unit_count, nats, mu);
  }
  return choice;
}

// Whole pico-nats that add up to epsilon.
absl::Status ApplyShares(const Split& split, Epsilon epsilon, MeasureNode& measure) {
  const auto whole = static_cast<double>(epsilon.pico());
  int64_t left = epsilon.pico();
  const auto take = [&](double share) {
    // A thousandth of a pico-nat makes up for rounding, so that equal shares stay equal.
    const auto pico = static_cast<int64_t>(std::floor(whole * share + 1e-3));
    left -= pico;
    return pico;
  };
  std::vector<int64_t> shares;
  for (const double share : split.shares) shares.push_back(take(share));
  if (split.selection > 0) {
    measure.selection->epsilon = Epsilon::FromPico(std::max<int64_t>(take(split.selection), 0));
  }
  // What rounding left over or took too much, a pico each from the first on.
  for (size_t i = 0; left != 0; i = (i + 1) % shares.size()) {
    const int64_t step = left > 0 ? 1 : -1;
    shares[i] += step;
    left -= step;
  }
  const bool starved = *std::min_element(shares.begin(), shares.end()) <= 0 ||
                       (split.selection > 0 && measure.selection->epsilon.pico() == 0);
  if (starved) {
    return Refuse(Reason::kPrivacyParameter,
                  epsilon.pico() == 0
                      ? std::string("epsilon is 0")
                      : absl::StrCat("epsilon is too small to be split ",
                                     shares.size() + (split.selection > 0 ? 1 : 0), " ways"),
                  {.fix = "give a larger epsilon", .field = "epsilon"});
  }
  for (size_t i = 0; i < shares.size(); ++i) {
    measure.statistics[i].epsilon = Epsilon::FromPico(shares[i]);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ChooseNoise(const Offer& offer, const PresentNode& present, MeasureNode& measure) {
  TACIT_CHECK(!measure.statistics.empty());
  const bool is_private = std::any_of(measure.keys.begin(), measure.keys.end(),
                                      [](const GroupKey& key) { return key.is_private(); });
  const int unit_count = is_private ? UnitCountOf(measure) : -1;
  std::optional<Choice> best;
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    const bool is_gaussian = noise == NoiseKind::kGaussian;
    if (is_gaussian ? offer.laplace_only : offer.gaussian_only) continue;
    std::optional<Choice> choice = Consider(noise, offer, present, measure, is_private, unit_count);
    if (!choice.has_value()) continue;
    if (best.has_value() && !(choice->split.log_error < best->split.log_error)) continue;
    best = std::move(choice);
  }
  if (!best.has_value()) {
    return Refuse(Reason::kPrivacyParameter, "Gaussian noise needs a larger delta",
                  {.fix = "give a larger delta, or epsilon instead of rho", .field = "delta"});
  }
  measure.noise = best->noise;
  measure.noise_delta = best->noise_delta;
  if (is_private) {
    measure.selection = GroupSelection{.count = unit_count, .delta = best->selection_delta};
  }
  return ApplyShares(best->split, offer.amount.epsilon, measure);
}

}  // namespace tacit
