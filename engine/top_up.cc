#include "engine/top_up.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/loss/gaussian.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/plan.h"
#include "engine/privacy/certify.h"

namespace tacit {
namespace {

// Each further Laplace draw makes intervals harder to compute and combining less worth while.
constexpr int kDrawsMax = 8;
// Noise within this part of the target's counts as there: what would be drawn to get closer is so
// wide that it says nothing.
constexpr double kReached = 1 + 1e-6;
constexpr int kTriesMax = 20;

absl::Status WrongAnswer(const std::string& what, const std::string& fix) {
  return Refuse(Reason::kRequest, what, {.fix = fix, .field = "top_up"});
}

absl::Status CheckEarlier(const NoisedGroups& earlier, const std::string& question,
                          const BoundQuery& query) {
  for (const Statistic& statistic : query.statistics) {
    if (statistic.kind != MeasureKind::kQuantile) continue;
    return Refuse(Reason::kUnsupported,
                  absl::StrCat(statistic.name,
                               " is chosen by rank, which two draws of cannot be "
                               "averaged, so its answer cannot be topped up"),
                  {.fix = "ask anew, without top_up"});
  }
  if (earlier.question != question) {
    return WrongAnswer("the answer to top up was to another question, data version or policy",
                       "name an answer to the same SELECT, or ask without top_up");
  }
  TACIT_CHECK(earlier.noise.size() == query.statistics.size());
  if (earlier.groups.empty()) {
    return WrongAnswer("the answer to top up has no groups", "ask anew, without top_up");
  }
  if (earlier.draws >= kDrawsMax) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("an answer rests on at most ", kDrawsMax, " draws"),
                  {.fix = "ask anew, without top_up"});
  }
  return absl::OkStatus();
}

absl::Status CheckKind(NoiseKind kind, const Target& target) {
  if (kind == NoiseKind::kGaussian && target.delta == Delta()) {
    return Refuse(Reason::kPrivacyParameter,
                  "the answer to top up has Gaussian noise, and more of it needs a delta",
                  {.fix = "give a delta, e.g. 1e-9", .field = "delta"});
  }
  if (kind == NoiseKind::kLaplace && target.rho.has_value()) {
    return Refuse(Reason::kPrivacyParameter,
                  "the answer to top up has Laplace noise, which no rho is the price of",
                  {.fix = "give epsilon or accuracy instead", .field = "rho"});
  }
  return absl::OkStatus();
}

// The keys of the earlier groups are public by now: nothing is chosen, and nothing paid for it.
// Each key is listed by itself, so that all combinations are drawn.
absl::Status ListEarlierKeys(const NoisedGroups& earlier, BoundQuery& query) {
  int64_t groups = 1;
  for (size_t i = 0; i < query.keys.size(); ++i) {
    GroupKey& key = query.keys[i];
    if (!key.is_private()) continue;
    std::set<Value> values;
    for (const NoisedGroups::Group& group : earlier.groups) values.insert(group.keys[i]);
    const bool has_null = values.erase(Value()) > 0;
    key.values.assign(values.begin(), values.end());
    if (has_null) key.values.emplace_back();
    groups *= static_cast<int64_t>(key.values.size());
    if (groups > kGroupsMax) {
      return Refuse(Reason::kLimit,
                    absl::StrCat("the private keys of the answer to top up combine to more than ",
                                 kGroupsMax, " groups"),
                    {.fix = "ask anew, without top_up", .limit = "groups"});
    }
  }
  query.private_key_positions.clear();
  return absl::OkStatus();
}

// What one unit can move of a statistic, over the scale of the noise wanted, in L1 and L2.
struct Reach {
  double l1 = 0;
  double l2 = 0;
};

Reach ReachOf(const CertifiedStatistic& statistic, const ContributionLimits& limits) {
  const auto groups = static_cast<double>(limits.groups_per_unit_max);
  const double linf = std::ldexp(static_cast<double>(statistic.linf), statistic.granularity_log2);
  return {groups * linf, std::sqrt(groups) * linf};
}

// Shares of epsilon at which Certify calibrates noise of at most the variances. Rounded up.
absl::StatusOr<Amount> ShareOut(const std::vector<Reach>& reaches,
                                const std::vector<double>& variances, Delta delta,
                                MeasureNode& measure) {
  const auto out_of_reach = [] {
    return Refuse(Reason::kPrivacyParameter, "no epsilon reaches the target",
                  {.fix = "aim at less accuracy"});
  };
  int64_t total = 0;
  if (measure.noise == NoiseKind::kLaplace) {
    for (size_t i = 0; i < reaches.size(); ++i) {
      const double nats = reaches[i].l1 / std::sqrt(variances[i] / 2);
      if (!(nats < 1000)) return out_of_reach();
      const auto pico = std::max<int64_t>(static_cast<int64_t>(std::ceil(nats * 1e12)), 1);
      measure.statistics[i].epsilon = Epsilon::FromPico(pico);
      total += pico;
    }
    return Amount{Epsilon::FromPico(total), Delta()};
  }
  double squares = 0;
  for (size_t i = 0; i < reaches.size(); ++i) {
    squares += reaches[i].l2 * reaches[i].l2 / variances[i];
  }
  // As GaussianMuFor, which keeps a thousandth of delta back; the billionths make up for roundings.
  const Delta continuous = Delta::FromAtto(delta.atto() - delta.atto() / 1000);
  const std::optional<Epsilon> epsilon =
      GaussianEpsilonUpper(std::sqrt(squares) * (1 + 1e-8), continuous);
  if (!epsilon.has_value()) return out_of_reach();
  const auto whole = static_cast<double>(std::max<int64_t>(epsilon->pico(), 1));
  for (size_t i = 0; i < reaches.size(); ++i) {
    const double share = reaches[i].l2 * reaches[i].l2 / variances[i] / squares;
    const auto pico = std::max<int64_t>(static_cast<int64_t>(std::ceil(whole * share)), 1);
    measure.statistics[i].epsilon = Epsilon::FromPico(pico);
    total += pico;
  }
  return Amount{Epsilon::FromPico(total), delta};
}

// The largest half width of a column of any group, whatever its rows.
double WidestOf(const std::vector<ExpectedError>& errors) {
  double widest = 0;
  for (const ExpectedError& error : errors) widest = std::fmax(widest, error.half_width);
  return widest;
}

// How the combined statistics are shown.
void Describe(const Certificate& whole, const Certificate& fresh, TopUp& top_up) {
  top_up.statistics = DescribeStatistics(whole);
  top_up.view.draws = top_up.earlier.noised.draws + 1;
  const bool is_gaussian = top_up.whole.measure.noise == NoiseKind::kGaussian;
  for (size_t i = 0; i < top_up.statistics.size(); ++i) {
    const int place = top_up.fresh_of[i];
    const CertifiedStatistic* drawn =
        place < 0 ? nullptr : &fresh.statistics()[static_cast<size_t>(place)];
    const double variance = VarianceOf(top_up.noise[i]);
    NoiseView& noise = top_up.statistics[i].noise;
    noise.mechanism = is_gaussian ? "combined_gaussian" : "combined_laplace";
    noise.scale = std::sqrt(is_gaussian ? variance : variance / 2);
    noise.granularity = 0;
    noise.epsilon = drawn == nullptr ? Epsilon() : drawn->epsilon;
    top_up.view.statistics.push_back(
        {.name = top_up.statistics[i].name,
         .earlier_deviation = std::sqrt(VarianceOf(top_up.earlier.noised.noise[i])),
         .fresh_deviation = drawn == nullptr ? 0 : std::sqrt(VarianceOf(NoiseOf(*drawn))),
         .combined_deviation = std::sqrt(variance),
         .fresh_epsilon = noise.epsilon});
  }
}

// Fills everything for targets of `shrink` times the deviations of `whole`, the certificate of
// top_up.whole.
absl::Status SolveFor(double shrink, const Certificate& whole, Delta delta,
                      const DatasetSchema& schema, DataVersion data_version, TopUp& top_up) {
  const std::vector<CombinedNoise>& earlier = top_up.earlier.noised.noise;
  const size_t count = earlier.size();
  top_up.fresh = top_up.whole;
  MeasureNode& measure = top_up.fresh.measure;
  measure.statistics.clear();
  measure.selection.reset();
  top_up.fresh_of.assign(count, -1);
  std::vector<Reach> reaches;
  std::vector<double> variances;
  for (size_t i = 0; i < count; ++i) {
    const double target = VarianceOf(NoiseOf(whole.statistics()[i])) * shrink * shrink;
    if (VarianceOf(earlier[i]) <= target * kReached) continue;
    top_up.fresh_of[i] = static_cast<int>(measure.statistics.size());
    measure.statistics.push_back(top_up.whole.measure.statistics[i]);
    reaches.push_back(ReachOf(whole.statistics()[i], whole.limits()));
    variances.push_back(1 / (1 / target - 1 / VarianceOf(earlier[i])));
  }
  if (reaches.empty()) {
    return WrongAnswer("the answer to top up is as accurate as that already",
                       "aim at more accuracy; repeating it with its own request id is free");
  }
  TACIT_ASSIGN_OR_RETURN(top_up.budget, ShareOut(reaches, variances, delta, measure));
  TACIT_ASSIGN_OR_RETURN(const Certificate fresh,
                         Certify(top_up.fresh, schema, top_up.budget, data_version, ""));
  top_up.noise = earlier;
  top_up.weights.assign(count, 0);
  for (size_t i = 0; i < count; ++i) {
    if (top_up.fresh_of[i] < 0) continue;
    const CombinedNoise drawn =
        NoiseOf(fresh.statistics()[static_cast<size_t>(top_up.fresh_of[i])]);
    top_up.weights[i] = FreshWeight(earlier[i], drawn);
    top_up.noise[i] = Combine(earlier[i], drawn);
  }
  top_up.statistics.clear();
  top_up.view = {};
  Describe(whole, fresh, top_up);
  return absl::OkStatus();
}

std::string PlanText(const TopUp& top_up, const DatasetSchema& schema) {
  std::string text = PrintPlan(top_up.fresh, schema);
  absl::StrAppend(&text, "  top up ", top_up.earlier.digest.Hex(), "\n");
  for (size_t i = 0; i < top_up.fresh_of.size(); ++i) {
    absl::StrAppend(&text, "    number", i);
    if (top_up.fresh_of[i] < 0) {
      text += " as it was\n";
    } else {
      absl::StrAppend(&text, " with statistic", top_up.fresh_of[i], "\n");
    }
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> DigestQuestion(const BoundQuery& query, const DatasetSchema& schema,
                                           DataVersion data_version) {
  TACIT_ASSIGN_OR_RETURN(const QueryPlan question, PlanQuestion(query, schema));
  return DigestBuilder()
      .Add("tacit question 1")
      .Add(data_version.value())
      .Add(PrintPlan(question, schema))
      .Build()
      .Hex();
}

absl::StatusOr<TopUp> PlanTopUp(const EarlierAnswer& earlier, const std::string& question,
                                const Target& target, const BoundQuery& query,
                                const DatasetSchema& schema, DataVersion data_version) {
  TACIT_RETURN_IF_ERROR(CheckEarlier(earlier.noised, question, query));
  Target of_kind = target;
  of_kind.noise = earlier.noised.noise[0].kind;
  TACIT_RETURN_IF_ERROR(CheckKind(*of_kind.noise, target));
  BoundQuery listed = query;
  TACIT_RETURN_IF_ERROR(ListEarlierKeys(earlier.noised, listed));
  TopUp top_up{.earlier = earlier};
  TACIT_ASSIGN_OR_RETURN(const Offer offer, OfferFor(of_kind, listed, schema));
  TACIT_ASSIGN_OR_RETURN(top_up.whole, Plan(listed, schema, offer));
  TACIT_ASSIGN_OR_RETURN(const Certificate whole,
                         Certify(top_up.whole, schema, offer.amount, data_version, ""));
  double shrink = 1;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    TACIT_RETURN_IF_ERROR(
        SolveFor(shrink, whole, offer.amount.delta, schema, data_version, top_up));
    top_up.plan_text = PlanText(top_up, schema);
    if (!target.half_width.has_value()) return top_up;
    const double widest = WidestOf(ExpectErrors(top_up));
    if (widest <= *target.half_width) return top_up;
    shrink *= *target.half_width / widest * (1 - 1e-4);
  }
  return Refuse(Reason::kPrivacyParameter, "no fresh noise gives intervals that narrow",
                {.fix = "ask with a larger accuracy", .field = "accuracy"});
}

AnswerTable TabulateTopUp(const TopUp& top_up, const Certificate& fresh, const Release& release) {
  AnswerTable table;
  table.columns = DescribeColumns(top_up.whole);
  table.statistics = top_up.statistics;
  table.data_version = fresh.data_version();
  table.policy_version = top_up.whole.policy_version;
  table.top_up = top_up.view;
  table.noised = top_up.earlier.noised;
  table.noised.draws = top_up.view.draws;
  table.noised.noise = top_up.noise;
  std::map<std::vector<Value>, int64_t> place;
  for (int64_t group = 0; group < release.group_count(); ++group) {
    place.emplace(release.Keys(group), group);
  }
  for (NoisedGroups::Group& group : table.noised.groups) {
    const int64_t drawn = place.at(group.keys);  // each of its keys was listed
    for (size_t i = 0; i < group.numbers.size(); ++i) {
      if (top_up.fresh_of[i] < 0) continue;
      const double weight = top_up.weights[i];
      group.numbers[i] =
          (1 - weight) * group.numbers[i] + weight * release.Number(drawn, top_up.fresh_of[i]);
    }
  }
  TabulateGroups(
      top_up.whole.present,
      [&](size_t i, double confidence) { return HalfWidthOf(top_up.noise[i], confidence); }, table);
  return table;
}

std::vector<ExpectedError> ExpectErrors(const TopUp& top_up) {
  return ExpectErrors(top_up.whole, [&](size_t i, double confidence) {
    return HalfWidthOf(top_up.noise[i], confidence);
  });
}

}  // namespace tacit
