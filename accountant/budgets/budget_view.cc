#include "accountant/budgets/budget_view.h"

namespace tacit {
namespace {

Amount BasicAmount(const Track& track, const TrackAmount& amount) {
  if (track.kind != TrackKind::kBasic) return {Epsilon(), amount.delta};
  return {Epsilon::FromPico(amount.divergence.pico()), amount.delta};
}

BudgetView ViewOf(const ledger::Lineage& lineage, const Budget& budget, const AnalystId& analyst,
                  int64_t time_seconds) {
  const AccountKey key = AccountOf(budget, analyst, time_seconds);
  const TrackAmounts spent = lineage.AccountFor(key).Most(lineage.tracks.size());
  BudgetView view{.scope = NameFor(budget, analyst), .filter = lineage.terms.filter};
  for (size_t i = 0; i < lineage.tracks.size(); ++i) {
    view.tracks.push_back(
        {lineage.tracks[i], budget.limit[i], spent[i], Remaining(budget.limit[i], spent[i])});
  }
  const TrackView& first = view.tracks.front();
  view.limit = BasicAmount(first.track, first.limit);
  view.spent = BasicAmount(first.track, first.spent);
  view.remaining = BasicAmount(first.track, first.remaining);
  return view;
}

}  // namespace

std::string NameFor(const Budget& budget, const AnalystId& analyst) {
  Budget own = budget;
  if (own.scope == "analyst:*") own.scope = "analyst:" + analyst.value();
  return own.Name();
}

std::vector<BudgetView> ViewsOf(const ledger::Lineage& lineage, const ledger::Dataset& dataset,
                                const AnalystId& analyst, int64_t time_seconds) {
  std::vector<size_t> shown = BudgetsHolding(dataset.budgets, analyst);
  const bool of_all = shown.empty();
  for (size_t i = 0; of_all && i < dataset.budgets.size(); ++i) {
    if (!dataset.budgets[i].IsOfAnalyst()) shown.push_back(i);
  }
  std::vector<BudgetView> views;
  for (const size_t i : shown) {
    views.push_back(ViewOf(lineage, dataset.budgets[i], analyst, time_seconds));
  }
  return views;
}

}  // namespace tacit
