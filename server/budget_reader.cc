#include "server/budget_reader.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "server/authenticate.h"

namespace tacit {
namespace {

constexpr absl::string_view kAnalyst = "analyst:";
constexpr absl::string_view kRole = "role:";

absl::Status Wrong(const std::string& field, const std::string& what, const std::string& fix) {
  return Refuse(Reason::kPolicyInvalid, absl::StrCat(field, ": ", what),
                {.fix = fix, .field = field});
}

// A decimal above 0.
template <typename Quantity>
absl::StatusOr<Quantity> ReadPositive(const std::string& text, const std::string& path,
                                      const std::string& example) {
  const absl::StatusOr<Quantity> read = Quantity::Parse(text, Rounding::kLimit);
  if (read.ok() && read->pico() != 0) return *read;
  return Wrong(path, "is not a decimal above 0", absl::StrCat("declare it, e.g. ", example));
}

absl::StatusOr<Delta> ReadDelta(const v1::Budget& budget, Filter filter, const std::string& path) {
  const std::string field = path + ".delta";
  if (filter == Filter::kApproximate && budget.delta().empty()) {
    return Wrong(field, "is missing", "declare it, e.g. delta = \"1e-6\"");
  }
  const absl::StatusOr<Delta> delta =
      Delta::Parse(budget.delta().empty() ? "0" : budget.delta(), Rounding::kLimit);
  if (!delta.ok()) {
    return Wrong(field, "is not a decimal in [0, 1)", "declare it, e.g. delta = \"1e-6\"");
  }
  if (filter == Filter::kPure && delta->atto() != 0) {
    return Wrong(field, "a pure filter admits no delta",
                 "set delta = \"0\", or filter = \"approximate\"");
  }
  return *delta;
}

absl::Status CheckOnlyOf(const v1::Budget& budget, Filter filter, const std::string& path) {
  const bool by_epsilon = filter == Filter::kPure || filter == Filter::kApproximate;
  if (!by_epsilon && !budget.epsilon().empty()) {
    return Wrong(path + ".epsilon", "is not what this filter counts", "leave it out");
  }
  if (filter != Filter::kZeroConcentrated && !budget.rho().empty()) {
    return Wrong(path + ".rho", "belongs to filter = \"zcdp\"", "leave it out");
  }
  if (filter != Filter::kRenyi && budget.orders_size() > 0) {
    return Wrong(path + ".orders", "belong to filter = \"renyi\"", "leave them out");
  }
  return absl::OkStatus();
}

bool StandsThere(const LineageTerms& terms, const std::string& scope) {
  if (scope == "dataset") return true;
  for (const AnalystTerms& analyst : terms.analysts) {
    if (scope == absl::StrCat(std::string(kAnalyst), analyst.analyst.value())) return true;
  }
  for (const RoleTerms& role : terms.roles) {
    if (scope == absl::StrCat(std::string(kRole), role.name)) return true;
  }
  return false;
}

absl::Status ReadRole(const v1::Budget& budget, const std::string& path, LineageTerms& terms) {
  RoleTerms role{.name = budget.scope().substr(kRole.size())};
  if (!IsPersonName(role.name)) return Wrong(path + ".scope", "names no role", "say \"role:NAME\"");
  if (StandsThere(terms, budget.scope())) {
    return Wrong(path + ".scope", "stands twice", "keep one budget a role");
  }
  std::set<std::string> seen;
  for (const std::string& member : budget.members()) {
    if (!IsPersonName(member) || !seen.insert(member).second) {
      return Wrong(path + ".members", "hold no name, or one twice", "list each analyst once");
    }
    role.members.emplace_back(member);
  }
  if (role.members.empty()) {
    return Wrong(path + ".members", "is missing", "list the analysts of the role");
  }
  TACIT_ASSIGN_OR_RETURN(role.limit, ReadLimit(budget, terms.filter, path));
  terms.roles.push_back(std::move(role));
  return absl::OkStatus();
}

absl::Status ReadPeriod(const v1::Budget& budget, const std::string& path, LineageTerms& terms) {
  PeriodTerms period{.scope = budget.scope(), .days = budget.period_days()};
  if (budget.period_days() < 1) {
    return Wrong(path + ".period_days", "is below 1", "leave it out for a budget for ever");
  }
  if (!StandsThere(terms, period.scope)) {
    return Wrong(path + ".scope", "has no budget for ever",
                 "declare before it the budget that this is a part of");
  }
  if (!budget.max_epsilon_per_query().empty() || budget.members_size() > 0) {
    return Wrong(path, "a period has neither max_epsilon_per_query nor members",
                 "declare them with the budget for ever");
  }
  for (const PeriodTerms& other : terms.periods) {
    if (other.scope == period.scope && other.days == period.days) {
      return Wrong(path + ".period_days", "stands twice", "keep one");
    }
  }
  TACIT_ASSIGN_OR_RETURN(period.limit, ReadLimit(budget, terms.filter, path));
  terms.periods.push_back(std::move(period));
  return absl::OkStatus();
}

absl::Status ReadOne(const v1::Budget& budget, const std::string& path, LineageTerms& terms) {
  if (budget.period_days() != 0) return ReadPeriod(budget, path, terms);
  if (absl::StartsWith(budget.scope(), kRole)) return ReadRole(budget, path, terms);
  if (budget.members_size() > 0)
    return Wrong(path + ".members", "belong to roles", "move them there");
  if (absl::StartsWith(budget.scope(), kAnalyst)) {
    TACIT_ASSIGN_OR_RETURN(AnalystTerms analyst, ReadAnalyst(budget, terms.filter, path));
    if (StandsThere(terms, budget.scope())) {
      return Wrong(path + ".scope", "stands twice", "keep one budget an analyst");
    }
    terms.analysts.push_back(std::move(analyst));
    return absl::OkStatus();
  }
  if (budget.scope() != "dataset") {
    return Wrong(path + ".scope", absl::StrCat("\"", budget.scope(), "\" is not a scope"),
                 "say \"dataset\", \"analyst:NAME\", \"analyst:*\" or \"role:NAME\"");
  }
  if (terms.limit != Limit()) {
    return Wrong(path + ".scope", "stands twice", "keep one dataset budget");
  }
  if (!budget.max_epsilon_per_query().empty()) {
    return Wrong(path + ".max_epsilon_per_query", "belongs to analysts", "move it there");
  }
  TACIT_ASSIGN_OR_RETURN(terms.limit, ReadLimit(budget, terms.filter, path));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Filter> ReadFilter(v1::Policy::Filter filter) {
  switch (filter) {
    case v1::Policy::FILTER_PURE:
      return Filter::kPure;
    case v1::Policy::FILTER_APPROXIMATE:
      return Filter::kApproximate;
    case v1::Policy::FILTER_ZERO_CONCENTRATED:
      return Filter::kZeroConcentrated;
    case v1::Policy::FILTER_RENYI:
      return Filter::kRenyi;
    default:
      break;
  }
  return Wrong("filter", "is missing", "say \"pure\", \"approximate\", \"zcdp\" or \"renyi\"");
}

v1::Policy::Filter WriteFilter(Filter filter) {
  switch (filter) {
    case Filter::kPure:
      return v1::Policy::FILTER_PURE;
    case Filter::kApproximate:
      return v1::Policy::FILTER_APPROXIMATE;
    case Filter::kZeroConcentrated:
      return v1::Policy::FILTER_ZERO_CONCENTRATED;
    case Filter::kRenyi:
      return v1::Policy::FILTER_RENYI;
  }
  return v1::Policy::FILTER_UNSPECIFIED;
}

absl::StatusOr<Limit> ReadLimit(const v1::Budget& budget, Filter filter, const std::string& path) {
  TACIT_RETURN_IF_ERROR(CheckOnlyOf(budget, filter, path));
  Limit limit;
  switch (filter) {
    case Filter::kPure:
    case Filter::kApproximate: {
      TACIT_ASSIGN_OR_RETURN(
          limit.amount.epsilon,
          ReadPositive<Epsilon>(budget.epsilon(), path + ".epsilon", "epsilon = \"1.5\""));
      break;
    }
    case Filter::kZeroConcentrated: {
      TACIT_ASSIGN_OR_RETURN(limit.rho,
                             ReadPositive<Rho>(budget.rho(), path + ".rho", "rho = \"0.1\""));
      break;
    }
    case Filter::kRenyi:
      for (const v1::OrderLimit& order : budget.orders()) {
        TACIT_ASSIGN_OR_RETURN(const Divergence divergence,
                               ReadPositive<Divergence>(order.divergence(), path + ".orders",
                                                        "orders = { 8 = \"1.5\" }"));
        limit.orders.push_back({order.order(), divergence});
      }
      break;
  }
  TACIT_ASSIGN_OR_RETURN(limit.amount.delta, ReadDelta(budget, filter, path));
  return limit;
}

absl::StatusOr<AnalystTerms> ReadAnalyst(const v1::Budget& budget, Filter filter,
                                         const std::string& path) {
  AnalystTerms analyst;
  const bool is_analyst = absl::StartsWith(budget.scope(), kAnalyst);
  const std::string name = is_analyst ? budget.scope().substr(kAnalyst.size()) : "";
  if (name != "*" && !IsPersonName(name)) {
    return Wrong(path + ".scope", "names no analyst", "say \"analyst:NAME\" or \"analyst:*\"");
  }
  analyst.analyst = AnalystId(name);
  TACIT_ASSIGN_OR_RETURN(analyst.limit, ReadLimit(budget, filter, path));
  const std::string field = path + ".max_epsilon_per_query";
  const auto most = Epsilon::Parse(budget.max_epsilon_per_query(), Rounding::kLimit);
  if (!most.ok() || most->pico() == 0) {
    return Wrong(field, "is missing or not a decimal above 0",
                 "declare the most one query may cost");
  }
  const Epsilon& whole = analyst.limit.amount.epsilon;
  if (whole != Epsilon() && *most > whole) {
    return Wrong(field, "is above the analyst's whole budget", "lower it");
  }
  analyst.per_query_max = *most;
  return analyst;
}

absl::Status ReadBudgets(const v1::Policy& policy, LineageTerms& terms) {
  for (int i = 0; i < policy.budgets_size(); ++i) {
    TACIT_RETURN_IF_ERROR(ReadOne(policy.budgets(i), absl::StrCat("budget[", i, "]"), terms));
  }
  if (terms.limit == Limit()) {
    return Wrong("budget", "the dataset has no budget", "add one with scope = \"dataset\"");
  }
  if (terms.analysts.empty()) {
    return Wrong("budget", "no analyst has a budget",
                 "add one with scope = \"analyst:*\" or a name");
  }
  return absl::OkStatus();
}

}  // namespace tacit
