#include "accountant/budgets/admit.h"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "accountant/budgets/budget.h"
#include "accountant/filter.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

absl::Status Unpayable(const std::string& what, const std::string& fix) {
  return Refuse(Reason::kPrivacyParameter, what, {.fix = fix});
}

bool AreCells(const std::vector<int64_t>& cells, int64_t cell_count) {
  int64_t before = -1;
  for (const int64_t cell : cells) {
    if (cell <= before || cell >= cell_count) return false;
    before = cell;
  }
  return true;
}

// The component that does not fit, as "epsilon 0.5" and the like.
struct Shortage {
  std::string name;
  std::string needed;
  std::string remaining;
  std::string limit;
};

Shortage ShortageOn(const Track& track, const TrackAmount& spent, const TrackAmount& cost,
                    const TrackAmount& limit) {
  const TrackAmount left = Remaining(limit, spent);
  if (cost.divergence > left.divergence) {
    const bool bounded = Within(cost, Unbounded());
    return {ToText(track), bounded ? cost.divergence.ToDecimal() : "more than any amount",
            left.divergence.ToDecimal(), limit.divergence.ToDecimal()};
  }
  return {"delta", cost.delta.ToDecimal(), left.delta.ToDecimal(), limit.delta.ToDecimal()};
}

absl::Status Exhausted(const Bearing& bearing, const Budget& budget, const Account& account) {
  const std::vector<Track>& tracks = bearing.lineage.tracks;
  const TrackAmounts spent = account.Most(tracks.size());
  const auto shortage = [&](size_t i) {
    return ShortageOn(tracks[i], spent[i], bearing.cost[i], budget.limit[i]);
  };
  const Shortage first = shortage(0);
  std::string needs = absl::StrCat("the request needs ", first.name, " ", first.needed);
  const std::string fix = "ask for less, or ask the curator for a larger budget";
  // How much others have left is the curator's to know.
  if (!budget.IsOfAnalyst()) {
    return Refuse(Reason::kBudgetExhausted,
                  absl::StrCat(needs, ", more than remains of the ",
                               budget.IsOfDataset() ? "dataset's budget" : "budget of ",
                               budget.IsOfDataset() ? "" : budget.scope,
                               budget.days == 0 ? "" : " for this period"),
                  {.fix = fix, .requested = first.needed, .scope = budget.Name()});
  }
  absl::StrAppend(&needs, ", ", first.remaining, " remains of the analyst's ", first.limit,
                  budget.days == 0 ? "" : " for this period");
  for (size_t i = 1; i < tracks.size(); ++i) {
    const Shortage other = shortage(i);
    absl::StrAppend(&needs, "; counted as ", ToText(tracks[i]), " it needs ", other.name, " ",
                    other.needed, " of ", other.remaining);
  }
  return Refuse(
      Reason::kBudgetExhausted, needs,
      {.fix = fix, .requested = first.needed, .remaining = first.remaining, .scope = "analyst"});
}

}  // namespace

absl::StatusOr<Asker> FindAsker(const ledger::Lineages& lineages, const Charge& charge) {
  const ledger::Dataset* dataset = lineages.Find(charge.dataset);
  if (dataset != nullptr) {
    std::optional<AnalystTerms> terms = dataset->Grant(charge.analyst);
    if (terms.has_value()) return Asker{lineages.Of(*dataset), *dataset, *std::move(terms)};
  }
  // One text for both, so that nobody learns which datasets exist.
  return Refuse(Reason::kNotFound,
                absl::StrCat("there is no dataset ", charge.dataset.value(), " for you"),
                {.fix = "check the name or ask the curator for a grant"});
}

bool HoldsTraining(const std::vector<MechanismLoss>& losses) {
  return std::any_of(losses.begin(), losses.end(), [](const MechanismLoss& loss) {
    return std::holds_alternative<SubsampledGaussianLoss>(loss);
  });
}

absl::StatusOr<Cost> CostOf(const ledger::Lineage& lineage, const Charge& charge,
                            const Epsilon& per_query_max) {
  Cost cost;
  if (charge.losses.size() > 1 && HoldsTraining(charge.losses)) {
    return Unpayable("a training job is paid for together with something else",
                     "ask for each in a request of its own");
  }
  for (const MechanismLoss& loss : charge.losses) {
    const std::optional<Amount> price = PriceRoundUp(loss);
    if (!price.has_value()) {
      return Unpayable(absl::StrCat("no filter admits the loss ", ToText(loss)),
                       "ask for an epsilon above 0 and below 9000000");
    }
    cost.basic = AddSaturating(cost.basic, *price);
  }
  if (cost.basic.epsilon == Epsilon()) {
    return Unpayable("the request would cost nothing, so it would protect nothing",
                     "ask for an epsilon above 0");
  }
  const Filter filter = lineage.terms.filter;
  if (filter == Filter::kPure && cost.basic.delta != Delta()) {
    return Unpayable(absl::StrCat("the request needs delta ", cost.basic.delta.ToDecimal(),
                                  ", which the pure filter of this dataset does not count"),
                     "ask for a mechanism without delta");
  }
  if (cost.basic.epsilon > per_query_max) {
    return Unpayable(
        absl::StrCat("the request needs epsilon ", cost.basic.epsilon.ToDecimal(), ", above the ",
                     per_query_max.ToDecimal(), " that one query may cost"),
        absl::StrCat("ask for at most ", per_query_max.ToDecimal()));
  }
  cost.by_track = PriceOn(lineage.tracks, charge.losses);
  if (!CanCount(filter, cost.by_track)) {
    return Unpayable("the filter of this dataset cannot count what the request would reveal",
                     "ask with a smaller epsilon");
  }
  if (!AreCells(charge.cells, lineage.terms.partition.cells)) {
    return Refuse(Reason::kInternal, "a charge names cells that its dataset does not have");
  }
  return cost;
}

absl::Status CheckBudgets(const Bearing& bearing, bool of_dataset) {
  for (const size_t i : BudgetsHolding(bearing.dataset.budgets, bearing.analyst)) {
    const Budget& budget = bearing.dataset.budgets[i];
    if (budget.IsOfDataset() && !of_dataset) continue;
    const Account& account =
        bearing.lineage.AccountFor(AccountOf(budget, bearing.analyst, bearing.time_seconds));
    if (!account.Admits(bearing.lineage.terms.filter, bearing.cells, bearing.cost, budget.limit)) {
      return Exhausted(bearing, budget, account);
    }
  }
  return absl::OkStatus();
}

}  // namespace tacit
