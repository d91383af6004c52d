#include "client/render_budget.h"

#include <gtest/gtest.h>

namespace tacit::client {
namespace {

v1::BudgetState State(const std::string& remaining, const std::string& limit) {
  v1::BudgetState state;
  state.set_epsilon_remaining(remaining);
  state.set_epsilon_limit(limit);
  return state;
}

TEST(RenderBudgetTest, BurnsDown) {
  EXPECT_EQ(BudgetBar(State("3", "3"), Style{}), "[##########] 3 of 3 left");
  EXPECT_EQ(BudgetBar(State("1.5", "3"), Style{}), "[#####.....] 1.5 of 3 left");
  EXPECT_EQ(BudgetBar(State("0", "3"), Style{}), "[..........] 0 of 3 left");
}

TEST(RenderBudgetTest, NeverHidesThatSomethingIsSpentOrLeft) {
  EXPECT_EQ(BudgetBar(State("2.999999", "3"), Style{}), "[#########.] 2.999999 of 3 left");
  EXPECT_EQ(BudgetBar(State("0.000001", "3"), Style{}), "[#.........] 0.000001 of 3 left");
}

TEST(RenderBudgetTest, SurvivesTextsThatAreNoNumbers) {
  EXPECT_EQ(BudgetBar(State("", ""), Style{}), "[..........]  of  left");
  EXPECT_EQ(BudgetBar(State("nan\x1b", "1"), Style{}), "[..........] nan\\x1b of 1 left");
}

TEST(RenderBudgetTest, ShowsDeltaOnlyWhereThereIsOne) {
  v1::Cost cost;
  cost.set_analyst_epsilon("0.5");
  cost.set_analyst_delta("0");
  EXPECT_EQ(CostText(cost), "epsilon 0.5");
  cost.set_analyst_delta("1e-6");
  EXPECT_EQ(CostText(cost), "epsilon 0.5, delta 1e-6");
  EXPECT_TRUE(IsZeroText("0.00"));
  EXPECT_FALSE(IsZeroText("0.01"));
  EXPECT_FALSE(IsZeroText(""));
}

}  // namespace
}  // namespace tacit::client
