// The budgets of a dataset in force, whom each holds, and what each has borne.
#ifndef TACIT_ACCOUNTANT_BUDGETS_BUDGET_H_
#define TACIT_ACCOUNTANT_BUDGETS_BUDGET_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "accountant/accountant.h"

namespace tacit {

// Declared and, on the lineage's tracks, what that comes to.
struct Budget {
  std::string scope;               // "dataset", "role:NAME", "analyst:NAME" or "analyst:*"
  int64_t days = 0;                // 0: for ever
  std::vector<AnalystId> members;  // of a role
  Limit declared;
  TrackAmounts limit;
  Epsilon per_query_max;  // of an analyst's total

  bool IsOfDataset() const { return scope == "dataset"; }
  bool IsOfAnalyst() const { return scope.rfind("analyst:", 0) == 0; }
  // "analyst:ana per 30 days".
  std::string Name() const;
};

// All budgets that the terms declare, the dataset's total first; `limit` still empty.
std::vector<Budget> BudgetsOf(const LineageTerms& terms);

// Positions of the budgets that a question of `analyst` is held against, in order. Of the budgets
// of analysts for the same days his own, else that of "*". Empty: he has no total, so no grant.
std::vector<size_t> BudgetsHolding(const std::vector<Budget>& budgets, const AnalystId& analyst);

// Whose account: every analyst under "*" has his own, and every period starts a new one.
using AccountKey = std::tuple<std::string, int64_t, int64_t>;  // holder, days, period
AccountKey AccountOf(const Budget& budget, const AnalystId& analyst, int64_t time_seconds);

// What one budget has borne, by cell and track. Costs nothing while it has borne nothing.
class Account {
 public:
  // `cells` empty: all of `cell_count`.
  void Add(const std::vector<int64_t>& cells, int64_t cell_count, const TrackAmounts& cost);
  // Whether every cell that is charged admits the cost.
  bool Admits(Filter filter, const std::vector<int64_t>& cells, const TrackAmounts& cost,
              const TrackAmounts& limit) const;
  // How many such costs in a row every cell that is charged admits.
  int64_t TimesAdmitted(Filter filter, const std::vector<int64_t>& cells, const TrackAmounts& cost,
                        const TrackAmounts& limit) const;
  // Of each track the most that any cell has borne.
  TrackAmounts Most(size_t tracks) const;

 private:
  // What each cell that is charged has borne.
  void VisitCharged(const std::vector<int64_t>& cells, size_t tracks,
                    absl::FunctionRef<void(const TrackAmounts&)> visit) const;
  std::vector<TrackAmounts> by_cell_;  // empty: nothing yet
};

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_BUDGETS_BUDGET_H_
