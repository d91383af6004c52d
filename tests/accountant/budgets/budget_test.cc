#include "accountant/budgets/budget.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_rows.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

LineageTerms FullTerms() {
  LineageTerms terms = Terms();
  terms.roles = {{"interns", {kBob, AnalystId("eve")}, Pure("1")}};
  terms.periods = {{"dataset", 30, Pure("1")},
                   {"analyst:*", 7, Pure("0.1")},
                   {"analyst:ana", 7, Pure("0.2")},
                   {"role:interns", 1, Pure("0.3")}};
  return terms;
}

std::vector<std::string> NamesHolding(const std::string& analyst) {
  const std::vector<Budget> budgets = BudgetsOf(FullTerms());
  std::vector<std::string> names;
  for (const size_t i : BudgetsHolding(budgets, AnalystId(analyst))) {
    names.push_back(budgets[i].Name());
  }
  return names;
}

TEST(BudgetTest, HoldsEachAnalystAgainstHisOwn) {
  EXPECT_EQ(NamesHolding("ana"),
            (std::vector<std::string>{"dataset", "analyst:ana", "dataset per 30 days",
                                      "analyst:ana per 7 days"}));
  EXPECT_EQ(
      NamesHolding("bob"),
      (std::vector<std::string>{"dataset", "analyst:bob", "role:interns", "dataset per 30 days",
                                "analyst:* per 7 days", "role:interns per 1 day"}));
  EXPECT_EQ(NamesHolding("eve"),
            (std::vector<std::string>{"dataset", "analyst:*", "role:interns", "dataset per 30 days",
                                      "analyst:* per 7 days", "role:interns per 1 day"}));
}

TEST(BudgetTest, NobodyWithoutATotalOfHisOwnIsGranted) {
  LineageTerms terms = FullTerms();
  terms.analysts.pop_back();  // "*"
  const std::vector<Budget> budgets = BudgetsOf(terms);
  EXPECT_TRUE(BudgetsHolding(budgets, AnalystId("eve")).empty());  // a role is no grant
  EXPECT_TRUE(BudgetsHolding(budgets, AnalystId("")).empty());
  EXPECT_TRUE(BudgetsHolding(BudgetsOf(FullTerms()), AnalystId("*")).empty());
}

TEST(BudgetTest, AccountsArePerPersonAndPerPeriod) {
  const Budget anyone{.scope = "analyst:*", .days = 7};
  constexpr int64_t kWeek = 7 * 86'400;
  const AccountKey eve = AccountOf(anyone, AnalystId("eve"), 5 * kWeek);
  EXPECT_EQ(eve, AccountOf(anyone, AnalystId("eve"), 6 * kWeek - 1));
  EXPECT_NE(eve, AccountOf(anyone, AnalystId("eve"), 6 * kWeek));
  EXPECT_NE(eve, AccountOf(anyone, AnalystId("joe"), 5 * kWeek));
  // What he spent under "*" stays his when he is named later.
  EXPECT_EQ(eve, AccountOf({.scope = "analyst:eve", .days = 7}, AnalystId("eve"), 5 * kWeek));
  const Budget role{.scope = "role:interns"};
  EXPECT_EQ(AccountOf(role, AnalystId("eve"), 0), AccountOf(role, AnalystId("bob"), 9 * kWeek));
}

TEST(BudgetTest, CellsAreHeldApart) {
  Account account;
  const TrackAmounts limit = OnBasic(Pure("1"));
  const auto admits = [&](const std::vector<int64_t>& cells, const std::string& epsilon) {
    return account.Admits(Filter::kPure, cells, OnBasic(Pure(epsilon)), limit);
  };
  EXPECT_TRUE(admits({}, "1"));
  account.Add({1}, 3, OnBasic(Pure("0.6")));
  account.Add({0, 2}, 3, OnBasic(Pure("0.3")));
  EXPECT_TRUE(admits({0, 2}, "0.7"));
  EXPECT_FALSE(admits({0, 1}, "0.7"));
  EXPECT_FALSE(admits({}, "0.7"));  // all cells
  account.Add({}, 3, OnBasic(Pure("0.4")));
  EXPECT_EQ(account.Most(1), OnBasic(Pure("1")));
  EXPECT_FALSE(admits({1}, "1e-12"));
  EXPECT_TRUE(admits({0}, "0.3"));
}

// A cell may live on another track than its neighbour: each unit is in one cell.
TEST(BudgetTest, EachCellHasItsOwnSurvivingTrack) {
  const auto of = [](int64_t basic, int64_t renyi) {
    return TrackAmounts{{Divergence::FromPico(basic), {}}, {Divergence::FromPico(renyi), {}}};
  };
  Account account;
  account.Add({0}, 2, of(10, 0));
  account.Add({1}, 2, of(0, 10));
  EXPECT_TRUE(account.Admits(Filter::kApproximate, {}, of(1, 1), of(10, 10)));
  EXPECT_FALSE(account.Admits(Filter::kRenyi, {}, of(1, 1), of(10, 10)));
}

}  // namespace
}  // namespace tacit
