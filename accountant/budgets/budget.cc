#include "accountant/budgets/budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"

namespace tacit {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr char kAnyone[] = "analyst:*";

std::string ScopeOf(const AnalystId& analyst) { return absl::StrCat("analyst:", analyst.value()); }

bool IsOfAnalysts(const Budget& budget) { return budget.scope.rfind("analyst:", 0) == 0; }

bool Holds(const std::vector<Budget>& budgets, const Budget& budget, const AnalystId& analyst) {
  if (budget.IsOfDataset() || budget.scope == ScopeOf(analyst)) return true;
  if (!IsOfAnalysts(budget)) {
    return std::find(budget.members.begin(), budget.members.end(), analyst) != budget.members.end();
  }
  if (budget.scope != kAnyone) return false;
  return std::none_of(budgets.begin(), budgets.end(), [&](const Budget& other) {
    return other.days == budget.days && other.scope == ScopeOf(analyst);
  });
}

}  // namespace

std::string Budget::Name() const {
  if (days == 0) return scope;
  return absl::StrCat(scope, " per ", days, days == 1 ? " day" : " days");
}

std::vector<Budget> BudgetsOf(const LineageTerms& terms) {
  std::vector<Budget> budgets = {{.scope = "dataset", .declared = terms.limit}};
  for (const AnalystTerms& analyst : terms.analysts) {
    budgets.push_back({.scope = ScopeOf(analyst.analyst),
                       .declared = analyst.limit,
                       .per_query_max = analyst.per_query_max});
  }
  for (const RoleTerms& role : terms.roles) {
    budgets.push_back({.scope = absl::StrCat("role:", role.name),
                       .members = role.members,
                       .declared = role.limit});
  }
  for (const PeriodTerms& period : terms.periods) {
    Budget budget{.scope = period.scope, .days = period.days, .declared = period.limit};
    for (const RoleTerms& role : terms.roles) {
      if (budget.scope == absl::StrCat("role:", role.name)) budget.members = role.members;
    }
    budgets.push_back(std::move(budget));
  }
  return budgets;
}

std::vector<size_t> BudgetsHolding(const std::vector<Budget>& budgets, const AnalystId& analyst) {
  std::vector<size_t> holding;
  bool granted = false;
  // Nobody is called "*" himself.
  if (analyst.value().empty() || analyst.value() == "*") return holding;
  for (size_t i = 0; i < budgets.size(); ++i) {
    if (!Holds(budgets, budgets[i], analyst)) continue;
    holding.push_back(i);
    granted = granted || (IsOfAnalysts(budgets[i]) && budgets[i].days == 0);
  }
  if (!granted) holding.clear();
  return holding;
}

AccountKey AccountOf(const Budget& budget, const AnalystId& analyst, int64_t time_seconds) {
  TACIT_CHECK(time_seconds >= 0);
  const int64_t period = budget.days == 0 ? 0 : time_seconds / (budget.days * kSecondsPerDay);
  return {IsOfAnalysts(budget) ? ScopeOf(analyst) : budget.scope, budget.days, period};
}

void Account::Add(const std::vector<int64_t>& cells, int64_t cell_count, const TrackAmounts& cost) {
  if (by_cell_.empty()) {
    by_cell_.assign(static_cast<size_t>(cell_count), TrackAmounts(cost.size()));
  }
  const auto add = [&](TrackAmounts& cell) {
    TACIT_CHECK(cell.size() == cost.size());
    for (size_t i = 0; i < cost.size(); ++i) cell[i] = AddSaturating(cell[i], cost[i]);
  };
  if (cells.empty()) {
    for (TrackAmounts& cell : by_cell_) add(cell);
  }
  for (const int64_t cell : cells) add(by_cell_.at(static_cast<size_t>(cell)));
}

bool Account::Admits(Filter filter, const std::vector<int64_t>& cells, const TrackAmounts& cost,
                     const TrackAmounts& limit) const {
  const auto admits = [&](const TrackAmounts& spent) {
    return tacit::Admits({.filter = filter, .spent = spent, .cost = cost, .limit = limit});
  };
  if (by_cell_.empty()) return admits(TrackAmounts(limit.size()));
  if (cells.empty()) return std::all_of(by_cell_.begin(), by_cell_.end(), admits);
  return std::all_of(cells.begin(), cells.end(),
                     [&](int64_t cell) { return admits(by_cell_.at(static_cast<size_t>(cell))); });
}

TrackAmounts Account::Most(size_t tracks) const {
  TrackAmounts most(tracks);
  for (const TrackAmounts& cell : by_cell_) {
    for (size_t i = 0; i < tracks; ++i) {
      most[i].divergence = std::max(most[i].divergence, cell[i].divergence);
      most[i].delta = std::max(most[i].delta, cell[i].delta);
    }
  }
  return most;
}

}  // namespace tacit
