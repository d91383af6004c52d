// Budgets as people look at them.
#ifndef TACIT_ACCOUNTANT_BUDGETS_BUDGET_VIEW_H_
#define TACIT_ACCOUNTANT_BUDGETS_BUDGET_VIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "accountant/accountant.h"
#include "accountant/budgets/budget.h"
#include "accountant/budgets/state.h"

namespace tacit {

// Budget::Name, under "*" with the analyst's own name.
std::string NameFor(const Budget& budget, const AnalystId& analyst);

// Every budget that `analyst` is held against at this time, the dataset's first; with an empty name
// those of the dataset and of its roles alone. An analyst without grant sees the same.
std::vector<BudgetView> ViewsOf(const ledger::Lineage& lineage, const ledger::Dataset& dataset,
                                const AnalystId& analyst, int64_t time_seconds);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_BUDGETS_BUDGET_VIEW_H_
