// Whom the clients of contention_history_test ask for what, and a sequential model of the budgets.
// The model shares no code with what admits; only what one loss costs on a track is the
// accountant's own, and VerifyLedger recomputes that.
#ifndef TACIT_TESTS_LEDGER_CONTENTION_MODEL_H_
#define TACIT_TESTS_LEDGER_CONTENTION_MODEL_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "accountant/filter.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit {

inline constexpr int kAnalysts = 8;  // the last two under "*"
inline constexpr int kTeam = 4;      // the first four share a role
inline constexpr int kDatasets = 2;
inline constexpr int64_t kPeriodDays = 36'500;  // no other period begins before 2069

enum class Fate { kAnswer, kFailure, kDropped };
using Units = std::vector<__int128>;  // by track

// All that is decided of a request id beforehand, so that every repetition asks the same.
struct Plan {
  int dataset = 0;
  int analyst = 0;
  MechanismLoss loss;
  Fate fate = Fate::kAnswer;
};

inline DatasetId NameOf(int dataset) { return DatasetId(dataset == 0 ? "census" : "cohort"); }
inline AnalystId Analyst(int analyst) { return AnalystId("a" + std::to_string(analyst)); }

inline std::vector<Plan> MakePlans(size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Plan> plans(count);
  for (Plan& plan : plans) {
    plan.dataset = static_cast<int>(random() % kDatasets);
    plan.analyst = static_cast<int>(random() % kAnalysts);
    const auto size = static_cast<int64_t>(1 + random() % 50);
    plan.loss = PureLoss{Epsilon::FromPico(size * 1'000'000'007)};
    if (random() % 2 == 0) plan.loss = DiscreteLaplaceLoss{1, {20 * size, 0}};
    const uint64_t fate = random() % 1000;
    if (fate < 50) plan.fate = fate < 25 ? Fate::kDropped : Fate::kFailure;
  }
  return plans;
}

// What the budgets of one dataset hold, counted again: names to sums and limits.
class Model {
 public:
  Model(int dataset, const std::vector<Plan>& plans) : dataset_(dataset) {
    tracks_ = {Track()};
    if (dataset != 0) tracks_ = {{TrackKind::kRenyi, 2}, {TrackKind::kRenyi, 16}};
    std::map<std::string, Units> wanted;
    for (const Plan& plan : plans) {
      if (plan.dataset != dataset) continue;
      for (const std::string& name : Holding(plan.analyst)) Add(wanted, name, Price(plan));
    }
    for (const auto& [name, sum] : wanted) {
      for (const __int128 units : sum) limits_[name].push_back(units * ShareOf(name) / 1000);
    }
  }

  // Everything fails to get all it wants somewhere: one analyst, the role's period, the dataset.
  static int64_t ShareOf(const std::string& name) {
    if (name == "analyst:a0") return 900;
    if (name == "period") return 960;
    return name == "dataset" ? 970 : 1100;
  }

  static std::vector<std::string> Holding(int analyst) {
    std::vector<std::string> names = {"dataset", "analyst:" + Analyst(analyst).value()};
    if (analyst < kTeam) names.insert(names.end(), {"role", "period"});
    return names;
  }

  const Units& Price(const Plan& plan) {
    Units& price = prices_[ToText(plan.loss)];
    for (size_t i = price.size(); i < tracks_.size(); ++i) {
      price.push_back(PriceOn(tracks_[i], plan.loss).divergence.pico());
    }
    return price;
  }

  bool Fits(const Plan& plan) {
    const Units& price = Price(plan);
    for (const std::string& name : Holding(plan.analyst)) {
      const Units& spent = spent_[name];
      for (size_t i = 0; i < price.size(); ++i) {
        if ((spent.empty() ? 0 : spent[i]) + price[i] > limits_[name][i]) return false;
      }
    }
    return true;
  }

  void Spend(const Plan& plan) {
    for (const std::string& name : Holding(plan.analyst)) Add(spent_, name, Price(plan));
  }

  int64_t Overspent() const {
    int64_t units = 0;
    for (const auto& [name, spent] : spent_) {
      for (size_t i = 0; i < spent.size(); ++i) {
        units += static_cast<int64_t>(std::max<__int128>(0, spent[i] - limits_.at(name)[i]));
      }
    }
    return units;
  }

  LineageTerms Terms() {
    LineageTerms terms{.dataset = NameOf(dataset_),
                       .filter = dataset_ == 0 ? Filter::kPure : Filter::kRenyi,
                       .privacy_unit = "people:row",
                       .limit = LimitOf("dataset")};
    // Both of "*" get the same limit.
    limits_["analyst:a7"] = limits_["analyst:a6"];
    RoleTerms team{"team", {}, LimitOf("role")};
    for (int analyst = 0; analyst + 1 < kAnalysts; ++analyst) {
      const AnalystId name = analyst < kAnalysts - 2 ? Analyst(analyst) : AnalystId("*");
      const Limit limit = LimitOf("analyst:" + Analyst(analyst).value());
      terms.analysts.push_back(
          {name, limit, dataset_ == 0 ? limit.amount.epsilon : sample::Eps("1")});
      if (analyst < kTeam) team.members.push_back(Analyst(analyst));
    }
    terms.roles = {team};
    terms.periods = {{"role:team", kPeriodDays, LimitOf("period")}};
    return terms;
  }

 private:
  static void Add(std::map<std::string, Units>& sums, const std::string& name, const Units& cost) {
    Units& sum = sums[name];
    sum.resize(cost.size());
    for (size_t i = 0; i < cost.size(); ++i) sum[i] += cost[i];
  }

  Limit LimitOf(const std::string& name) const {
    const Units& units = limits_.at(name);
    if (dataset_ == 0) return Amount{Epsilon::FromPico(static_cast<int64_t>(units[0])), Delta()};
    Limit limit;
    limit.amount.delta = sample::Del("1e-6");
    for (size_t i = 0; i < units.size(); ++i) {
      limit.orders.push_back(
          {tracks_[i].order, Divergence::FromPico(static_cast<int64_t>(units[i]))});
    }
    return limit;
  }

  int dataset_;
  std::vector<Track> tracks_;
  std::map<std::string, Units> limits_;
  std::map<std::string, Units> spent_;
  std::map<std::string, Units> prices_;  // by loss
};

}  // namespace tacit

#endif  // TACIT_TESTS_LEDGER_CONTENTION_MODEL_H_
