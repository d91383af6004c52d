#include "accountant/budgets/forecast.h"

#include "accountant/budgets/admit.h"
#include "accountant/budgets/budget.h"
#include "accountant/budgets/budget_view.h"
#include "accountant/status_macros.h"

namespace tacit {

absl::StatusOr<Forecast> ForecastOf(const ledger::Lineages& lineages, const Charge& charge,
                                    int64_t clock) {
  TACIT_ASSIGN_OR_RETURN(const Asker asker, FindAsker(lineages, charge));
  TACIT_ASSIGN_OR_RETURN(const Cost cost, CostOf(asker.lineage, charge, asker.terms.per_query_max));
  Forecast forecast;
  for (size_t i = 0; i < asker.lineage.tracks.size(); ++i) {
    forecast.tracks.push_back({asker.lineage.tracks[i], cost.by_track[i]});
  }
  const int64_t time = ledger::TimeOf(lineages, clock);
  for (const size_t i : BudgetsHolding(asker.dataset.budgets, charge.analyst)) {
    const Budget& budget = asker.dataset.budgets[i];
    if (!budget.IsOfAnalyst()) continue;
    const Account& account = asker.lineage.AccountFor(AccountOf(budget, charge.analyst, time));
    forecast.own.push_back({NameFor(budget, charge.analyst),
                            account.TimesAdmitted(asker.lineage.terms.filter, charge.cells,
                                                  cost.by_track, budget.limit)});
  }
  return forecast;
}

}  // namespace tacit
