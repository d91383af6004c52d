#include "server/budget_reader.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"

namespace tacit {
namespace {

v1::Budget BudgetOf(const std::string& scope, const std::string& epsilon) {
  v1::Budget budget;
  budget.set_scope(scope);
  budget.set_epsilon(epsilon);
  budget.set_delta("0");
  return budget;
}

// A dataset of 3, ana of 1 by at most 0.5, and the role of interns.
v1::Policy PolicyWithRole() {
  v1::Policy policy;
  *policy.add_budgets() = BudgetOf("dataset", "3");
  *policy.add_budgets() = BudgetOf("analyst:ana", "1");
  policy.mutable_budgets(1)->set_max_epsilon_per_query("0.5");
  *policy.add_budgets() = BudgetOf("role:interns", "2");
  policy.mutable_budgets(2)->add_members("ana");
  return policy;
}

std::string FieldRefused(const v1::Policy& policy, Filter filter = Filter::kPure) {
  LineageTerms terms{.filter = filter};
  const absl::Status status = ReadBudgets(policy, terms);
  EXPECT_EQ(ReasonOf(status), Reason::kPolicyInvalid) << status;
  return DetailOf(status).field;
}

TEST(BudgetReaderTest, ReadsTotalsRolesAndPeriods) {
  v1::Policy policy = PolicyWithRole();
  *policy.add_budgets() = BudgetOf("analyst:ana", "0.25");
  policy.mutable_budgets(3)->set_period_days(7);
  *policy.add_budgets() = BudgetOf("role:interns", "0.5");
  policy.mutable_budgets(4)->set_period_days(30);
  LineageTerms terms;
  const absl::Status status = ReadBudgets(policy, terms);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(terms.limit.amount.epsilon.ToDecimal(), "3");
  EXPECT_EQ(terms.analysts[0].per_query_max.ToDecimal(), "0.5");
  EXPECT_EQ(terms.roles[0].members, std::vector<AnalystId>{AnalystId("ana")});
  EXPECT_EQ(terms.periods[0].scope, "analyst:ana");
  EXPECT_EQ(terms.periods[1].days, 30);
}

TEST(BudgetReaderTest, EachFilterHasItsOwnAmounts) {
  v1::Budget budget;
  budget.set_rho("0.25");
  budget.set_delta("1e-6");
  EXPECT_EQ(ReadLimit(budget, Filter::kZeroConcentrated, "b")->rho.ToDecimal(), "0.25");
  EXPECT_EQ(DetailOf(ReadLimit(budget, Filter::kApproximate, "b").status()).field, "b.rho");
  budget.set_epsilon("1");
  EXPECT_EQ(DetailOf(ReadLimit(budget, Filter::kZeroConcentrated, "b").status()).field,
            "b.epsilon");
  budget.clear_rho();
  EXPECT_EQ(ReadLimit(budget, Filter::kApproximate, "b")->amount.delta.ToDecimal(), "0.000001");
  EXPECT_EQ(DetailOf(ReadLimit(budget, Filter::kPure, "b").status()).field, "b.delta");
  budget.clear_epsilon();
  v1::OrderLimit& order = *budget.add_orders();
  order.set_order(8);
  order.set_divergence("1.5");
  EXPECT_EQ(ReadLimit(budget, Filter::kRenyi, "b")->orders[0].divergence.ToDecimal(), "1.5");
  order.set_divergence("0");
  EXPECT_EQ(DetailOf(ReadLimit(budget, Filter::kRenyi, "b").status()).field, "b.orders");
}

TEST(BudgetReaderTest, AmountsAreDecimalsAboveZero) {
  for (const char* text : {"", "0", "-1", "nan", "inf", "1e999", "0x1", " 1", "1e-400"}) {
    v1::Policy policy = PolicyWithRole();
    policy.mutable_budgets(0)->set_epsilon(text);
    EXPECT_EQ(FieldRefused(policy), "budget[0].epsilon") << text;
    v1::Budget budget;
    budget.set_rho(text);
    EXPECT_FALSE(ReadLimit(budget, Filter::kZeroConcentrated, "b").ok()) << text;
  }
}

TEST(BudgetReaderTest, NamesTheFieldThatIsWrong) {
  const auto with = [](const auto& spoil) {
    v1::Policy policy = PolicyWithRole();
    spoil(policy);
    return FieldRefused(policy);
  };
  const auto at = [](v1::Policy& policy, int i) { return policy.mutable_budgets(i); };
  EXPECT_EQ(with([&](auto& p) { at(p, 0)->set_scope("everyone"); }), "budget[0].scope");
  EXPECT_EQ(with([&](auto& p) { *p.add_budgets() = p.budgets(0); }), "budget[3].scope");
  EXPECT_EQ(with([&](auto& p) { *p.add_budgets() = p.budgets(1); }), "budget[3].scope");
  EXPECT_EQ(with([&](auto& p) { *p.add_budgets() = p.budgets(2); }), "budget[3].scope");
  EXPECT_EQ(with([&](auto& p) { at(p, 1)->set_scope("analyst:"); }), "budget[1].scope");
  EXPECT_EQ(with([&](auto& p) { at(p, 1)->clear_max_epsilon_per_query(); }),
            "budget[1].max_epsilon_per_query");
  EXPECT_EQ(with([&](auto& p) { at(p, 1)->set_max_epsilon_per_query("2"); }),
            "budget[1].max_epsilon_per_query");
  EXPECT_EQ(with([&](auto& p) { at(p, 0)->set_max_epsilon_per_query("1"); }),
            "budget[0].max_epsilon_per_query");
  EXPECT_EQ(with([&](auto& p) { at(p, 2)->clear_members(); }), "budget[2].members");
  EXPECT_EQ(with([&](auto& p) { at(p, 2)->add_members("ana"); }), "budget[2].members");
  EXPECT_EQ(with([&](auto& p) { at(p, 1)->add_members("ana"); }), "budget[1].members");
  EXPECT_EQ(with([&](auto& p) { at(p, 2)->set_period_days(-1); }), "budget[2].period_days");
  EXPECT_EQ(with([&](auto& p) { at(p, 1)->set_period_days(7); }), "budget[1].scope");
  EXPECT_EQ(with([&](auto& p) {
              p.mutable_budgets()->RemoveLast();
              at(p, 1)->set_scope("role:x");
              at(p, 1)->add_members("y");
              at(p, 1)->clear_max_epsilon_per_query();
            }),
            "budget");
  EXPECT_EQ(FieldRefused(v1::Policy()), "budget");
}

TEST(BudgetReaderTest, FiltersAreNamedBothWays) {
  for (const Filter filter :
       {Filter::kPure, Filter::kApproximate, Filter::kZeroConcentrated, Filter::kRenyi}) {
    EXPECT_EQ(ReadFilter(WriteFilter(filter)).value(), filter);
  }
  EXPECT_EQ(DetailOf(ReadFilter(v1::Policy::FILTER_UNSPECIFIED).status()).field, "filter");
}

}  // namespace
}  // namespace tacit
