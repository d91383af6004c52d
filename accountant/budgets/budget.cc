#include "accountant/budgets/budget.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"

namespace tacit {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr char kAnyone[] = "analyst:*";

std::string ScopeOf(const AnalystId& analyst) { return absl::StrCat("analyst:", analyst.value()); }

// `own` is the scope of `analyst`.
bool Holds(const std::vector<Budget>& budgets, const Budget& budget, const AnalystId& analyst,
           const std::string& own) {
  if (budget.IsOfDataset() || budget.scope == own) return true;
  if (!budget.IsOfAnalyst()) {
    return std::find(budget.members.begin(), budget.members.end(), analyst) != budget.members.end();
  }
  if (budget.scope != kAnyone) return false;
  return std::none_of(budgets.begin(), budgets.end(), [&](const Budget& other) {
    return other.days == budget.days && other.scope == own;
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
  const std::string own = ScopeOf(analyst);
  for (size_t i = 0; i < budgets.size(); ++i) {
    if (!Holds(budgets, budgets[i], analyst, own)) continue;
    holding.push_back(i);
    granted = granted || (budgets[i].IsOfAnalyst() && budgets[i].days == 0);
  }
  if (!granted) holding.clear();
  return holding;
}

AccountKey AccountOf(const Budget& budget, const AnalystId& analyst, int64_t time_seconds) {
  TACIT_CHECK(time_seconds >= 0);
  const int64_t period = budget.days == 0 ? 0 : time_seconds / (budget.days * kSecondsPerDay);
  return {budget.IsOfAnalyst() ? ScopeOf(analyst) : budget.scope, budget.days, period};
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

void Account::VisitCharged(const std::vector<int64_t>& cells, size_t tracks,
                           absl::FunctionRef<void(const TrackAmounts&)> visit) const {
  if (by_cell_.empty()) return visit(TrackAmounts(tracks));
  if (cells.empty()) {
    for (const TrackAmounts& cell : by_cell_) visit(cell);
  }
  for (const int64_t cell : cells) visit(by_cell_.at(static_cast<size_t>(cell)));
}

bool Account::Admits(Filter filter, const std::vector<int64_t>& cells, const TrackAmounts& cost,
                     const TrackAmounts& limit) const {
  bool all = true;
  VisitCharged(cells, limit.size(), [&](const TrackAmounts& spent) {
    all &= tacit::Admits({.filter = filter, .spent = spent, .cost = cost, .limit = limit});
  });
  return all;
}

int64_t Account::TimesAdmitted(Filter filter, const std::vector<int64_t>& cells,
                               const TrackAmounts& cost, const TrackAmounts& limit) const {
  int64_t least = std::numeric_limits<int64_t>::max();
  VisitCharged(cells, limit.size(), [&](const TrackAmounts& spent) {
    least = std::min(least, tacit::TimesAdmitted(
                                {.filter = filter, .spent = spent, .cost = cost, .limit = limit}));
  });
  return least;
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
