#include "server/account_questions.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "accountant/filter.h"
#include "accountant/loss/distribution/composition.h"
#include "accountant/loss/distribution/training_price.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/track.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

// A sigma in units of the sensitivity, on a grid on which the discrete Gaussian is the continuous
// one but for 1e-12.
constexpr double kGrid = 0x1p30;
constexpr double kSigmaMax = 0x1p25;

absl::Status Wrong(const std::string& option, const std::string& what) {
  return Refuse(Reason::kPrivacyParameter, absl::StrCat(option, " ", what),
                {.fix = "see tacit account --help", .field = option});
}

absl::StatusOr<Epsilon> ReadEpsilon(const std::string& option, const std::string& text) {
  const absl::StatusOr<Epsilon> epsilon = Epsilon::Parse(text, Rounding::kCost);
  if (epsilon.ok() && epsilon->pico() > 0) return *epsilon;
  return Wrong(option, "is not a decimal above 0");
}

absl::StatusOr<Delta> ReadDelta(const std::string& option, const std::string& text) {
  const absl::StatusOr<Delta> delta = Delta::Parse(text, Rounding::kLimit);
  if (delta.ok() && delta->atto() > 0) return *delta;
  return Wrong(option, "is not a decimal between 0 and 1");
}

absl::Status CheckRate(const AccountQuestion& question) {
  if (question.q > 0 && question.q <= 1) return absl::OkStatus();
  return Wrong("--q", "is not in (0, 1]");
}

bool IsSigma(double sigma) { return sigma >= 0x1p-10 && sigma <= kSigmaMax; }

bool IsOfBatches(const AccountQuestion& question) { return question.steps != 0 || question.q != 0; }

struct Batches {
  SamplingRate rate;
  NoiseMultiplier sigma;
};
absl::StatusOr<Batches> BatchesOf(const AccountQuestion& question) {
  TACIT_RETURN_IF_ERROR(CheckRate(question));
  const std::optional<SamplingRate> rate = RateAtLeast(question.q);
  if (!rate.has_value()) return Wrong("--q", "is too small");
  const std::optional<NoiseMultiplier> sigma = NoiseAtMost(question.sigma);
  if (!sigma.has_value()) return Wrong("--sigma", "is missing or out of range");
  return Batches{*rate, *sigma};
}

// Gaussian noise claims an epsilon at some delta of its own for the basic track.
absl::StatusOr<MechanismLoss> LossOf(const AccountQuestion& question, Delta claimed) {
  if (IsOfBatches(question)) {
    TACIT_ASSIGN_OR_RETURN(const Batches batches, BatchesOf(question));
    if (question.steps < 1) return Wrong("--steps", "is below 1");
    auto job = TrainingLossFor(batches.rate, batches.sigma, question.steps, claimed);
    if (!job.has_value()) return Wrong("--sigma", "is too small for any epsilon");
    return MechanismLoss(*std::move(job));
  }
  if (!question.epsilon.empty()) {
    TACIT_ASSIGN_OR_RETURN(const Epsilon epsilon, ReadEpsilon("--epsilon", question.epsilon));
    return MechanismLoss(PureLoss{epsilon});
  }
  if (!IsSigma(question.sigma)) return Wrong("--sigma", "is missing or out of range");
  const auto grid = static_cast<int64_t>(kGrid);
  DiscreteGaussianLoss loss{.parts = {{1, grid, std::llround(question.sigma * kGrid)}},
                            .delta = claimed};
  const Delta continuous = Delta::FromAtto(claimed.atto() - claimed.atto() / 1000);
  const auto epsilon = GaussianEpsilonUpper(1 / question.sigma * (1 + 1e-9), continuous);
  if (!epsilon.has_value()) return Wrong("--sigma", "is too small for any epsilon");
  loss.epsilon = *epsilon;
  return MechanismLoss(std::move(loss));
}

std::string Shown(const TrackAmount& amount) {
  if (!Within(amount, Unbounded())) return "without bound";
  std::string text = amount.divergence.ToDecimal();
  if (amount.delta != Delta()) absl::StrAppend(&text, ", delta ", amount.delta.ToDecimal());
  return text;
}

// The filter that the budget's options name, and its limit.
absl::StatusOr<std::pair<Filter, Limit>> BudgetOf(const AccountQuestion& question) {
  Limit limit;
  if (!question.budget_delta.empty()) {
    TACIT_ASSIGN_OR_RETURN(limit.amount.delta, ReadDelta("--budget-delta", question.budget_delta));
  }
  if (!question.budget_rho.empty()) {
    const absl::StatusOr<Rho> rho = Rho::Parse(question.budget_rho, Rounding::kLimit);
    if (!rho.ok() || rho->pico() == 0) return Wrong("--budget-rho", "is not a decimal above 0");
    limit.rho = *rho;
    return std::pair(Filter::kZeroConcentrated, limit);
  }
  TACIT_ASSIGN_OR_RETURN(limit.amount.epsilon,
                         ReadEpsilon("--budget-epsilon", question.budget_epsilon));
  return std::pair(limit.amount.delta == Delta() ? Filter::kPure : Filter::kApproximate, limit);
}

// By their joint privacy loss distribution, beside what their sum would be.
absl::StatusOr<std::string> CostTogether(const AccountQuestion& question) {
  constexpr int64_t kTogetherMax = 100'000;
  const int64_t times = question.together;
  if (times < 1 || times > kTogetherMax) return Wrong("--together", "is not from 1 to 100000");
  if (IsOfBatches(question)) return Wrong("--together", "is not of batches: --steps says how many");
  TACIT_ASSIGN_OR_RETURN(const Delta delta, ReadDelta("--delta", question.delta));
  std::string text;
  const auto add = [&](std::string_view name, const DeltaCurve& curve) {
    const auto joint = Compose({{curve, times}}, delta);
    const auto epsilon = joint.has_value() ? joint->EpsilonUpper(delta) : std::nullopt;
    const std::string shown = epsilon.has_value() ? absl::StrCat("epsilon ", epsilon->ToDecimal(),
                                                                 " at delta ", delta.ToDecimal())
                                                  : "cannot be told apart from its sum";
    absl::StrAppendFormat(&text, "%-10s %s\n", name, shown);
  };
  if (question.epsilon.empty()) {
    if (!IsSigma(question.sigma)) return Wrong("--sigma", "is missing or out of range");
    add("Gaussian", GaussianCurve(1 / question.sigma * (1 + 1e-9)));
    return text;
  }
  TACIT_ASSIGN_OR_RETURN(const Epsilon epsilon, ReadEpsilon("--epsilon", question.epsilon));
  add("Laplace", LaplaceCurve(epsilon));
  add("any pure", ApproximateCurve(epsilon, Delta()));
  const TrackAmounts sum =
      PriceOn({Track()}, std::vector<MechanismLoss>(static_cast<size_t>(times), PureLoss{epsilon}));
  absl::StrAppendFormat(&text, "%-10s epsilon %s\n", "sum", Shown(sum[0]));
  return text;
}

}  // namespace

absl::StatusOr<std::string> CostOf(const AccountQuestion& question) {
  if (question.together != 0) return CostTogether(question);
  Delta claimed = Delta::FromAtto(1'000'000'000'000);  // 1e-6
  if (!question.delta.empty()) {
    TACIT_ASSIGN_OR_RETURN(claimed, ReadDelta("--delta", question.delta));
  }
  TACIT_ASSIGN_OR_RETURN(const MechanismLoss loss, LossOf(question, claimed));
  // A job's epsilon means nothing without the delta it is asked for at.
  if (IsOfBatches(question) && question.delta.empty()) return Wrong("--delta", "is missing");
  const std::vector<Track> tracks = {{TrackKind::kBasic, 0},  {TrackKind::kZeroConcentrated, 0},
                                     {TrackKind::kRenyi, 2},  {TrackKind::kRenyi, 8},
                                     {TrackKind::kRenyi, 23}, {TrackKind::kRenyi, 64}};
  std::string text;
  for (const Track& track : tracks) {
    absl::StrAppendFormat(&text, "%-10s %s\n", ToText(track), Shown(PriceOn(track, loss)));
  }
  return text;
}

absl::StatusOr<std::string> NoiseFor(const AccountQuestion& question) {
  TACIT_ASSIGN_OR_RETURN(const Epsilon epsilon, ReadEpsilon("--epsilon", question.epsilon));
  const bool is_job = IsOfBatches(question);
  std::string text;
  if (!is_job) {
    text = absl::StrFormat("Laplace    scale %.9g times the L1 sensitivity\n",
                           1e12 / static_cast<double>(epsilon.pico()));
    if (question.delta.empty()) return text;
  }
  TACIT_ASSIGN_OR_RETURN(const Delta delta, ReadDelta("--delta", question.delta));
  if (!is_job) {
    const double mu = GaussianMuLower(epsilon, delta);
    if (!(mu > 0)) return Wrong("--delta", "is too small for Gaussian noise");
    absl::StrAppendFormat(&text, "Gaussian   sigma %.9g times the L2 sensitivity\n", 1 / mu);
    return text;
  }
  TACIT_RETURN_IF_ERROR(CheckRate(question));
  if (question.steps < 1) return Wrong("--steps", "is below 1");
  const auto sigma = SubsampledGaussianSigmaFor(question.q, question.steps, epsilon, delta);
  if (!sigma.has_value()) return Wrong("--epsilon", "cannot be reached with any noise");
  return absl::StrFormat("Gaussian   sigma %.6g times the clipping norm, at every step\n", *sigma);
}

absl::StatusOr<std::string> HowManyFit(const AccountQuestion& question) {
  TACIT_ASSIGN_OR_RETURN(const auto budget, BudgetOf(question));
  const auto& [filter, limit] = budget;
  TACIT_ASSIGN_OR_RETURN(const std::vector<Track> tracks, TracksFor(filter, limit));
  TACIT_ASSIGN_OR_RETURN(const TrackAmounts limits, LimitsOn(filter, tracks, limit));
  // The delta that Gaussian noise claims counts on the basic track alone.
  const bool has_basic = tracks[0].kind == TrackKind::kBasic && limits[0].delta != Delta();
  Delta claimed = has_basic ? Delta::FromAtto(std::max<int64_t>(limits[0].delta.atto() / 256, 1))
                            : Delta::FromAtto(1'000'000'000);
  if (!question.delta.empty()) {
    TACIT_ASSIGN_OR_RETURN(claimed, ReadDelta("--delta", question.delta));
  }
  if (question.q != 0 && question.steps == 0) {
    TACIT_ASSIGN_OR_RETURN(const Batches batches, BatchesOf(question));
    const TrackAmounts none(tracks.size());
    const auto fits = [&](const SubsampledGaussianLoss& job) {
      const TrackAmounts cost = PriceOn(tracks, {job});
      return Admits({.filter = filter, .spent = none, .cost = cost, .limit = limits});
    };
    const int64_t steps = StepsThatFit(batches.rate, batches.sigma, claimed, fits);
    return absl::StrCat("steps of one lease that fit: ", steps, "\n");
  }
  TACIT_ASSIGN_OR_RETURN(const MechanismLoss loss, LossOf(question, claimed));
  const TrackAmounts cost = PriceOn(tracks, {loss});
  const TrackAmounts nothing(tracks.size());
  std::string text;
  for (size_t i = 0; i < tracks.size(); ++i) {
    const auto one = [i](const TrackAmounts& amounts) {
      return absl::MakeSpan(amounts).subspan(i, 1);
    };
    const int64_t times = TimesAdmitted(
        {.filter = filter, .spent = one(nothing), .cost = one(cost), .limit = one(limits)});
    absl::StrAppendFormat(&text, "%-10s %d fit: each costs %s of %s\n", ToText(tracks[i]), times,
                          Shown(cost[i]), Shown(limits[i]));
  }
  const int64_t times =
      TimesAdmitted({.filter = filter, .spent = nothing, .cost = cost, .limit = limits});
  absl::StrAppend(&text, "such queries that fit: ", times, "\n");
  return text;
}

}  // namespace tacit
