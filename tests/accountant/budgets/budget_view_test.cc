#include "accountant/budgets/budget_view.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_rows.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

std::vector<std::string> ScopesFor(const Accountant& accountant, const std::string& analyst) {
  std::vector<std::string> scopes;
  const auto views = accountant.Budgets(kSurvey, AnalystId(analyst));
  for (const BudgetView& view : *views) scopes.push_back(view.scope);
  return scopes;
}

TEST(BudgetViewTest, ShowsEachAskerWhatHoldsHim) {
  LineageTerms terms = Terms();
  terms.roles = {{"interns", {kBob}, Pure("1")}};
  terms.periods = {{"analyst:*", 7, Pure("0.25")}};
  const auto accountant = NewLedger(FreshPaths(), terms);
  MustDebit(*accountant, As(Ask("r1", "0.2"), AnalystId("eve")));
  EXPECT_EQ(ScopesFor(*accountant, "eve"),
            (std::vector<std::string>{"dataset", "analyst:eve", "analyst:eve per 7 days"}));
  EXPECT_EQ(ScopesFor(*accountant, "bob"),
            (std::vector<std::string>{"dataset", "analyst:bob", "role:interns",
                                      "analyst:bob per 7 days"}));
  EXPECT_EQ(ScopesFor(*accountant, ""), (std::vector<std::string>{"dataset", "role:interns"}));
  const auto views = accountant->Budgets(kSurvey, AnalystId("eve")).value();
  EXPECT_EQ(views[2].spent, Pure("0.2"));
  EXPECT_EQ(views[2].remaining, Pure("0.05"));
}

TEST(BudgetViewTest, EveryTrackIsShown) {
  const auto accountant = NewLedger(FreshPaths(), ApproximateTerms());
  MustDebit(*accountant, Ask("r1", "0.1"));
  const BudgetView view = accountant->DatasetBudget(kSurvey).value();
  ASSERT_EQ(view.tracks.size(), 2u);
  EXPECT_EQ(view.spent, Pure("0.1"));
  EXPECT_EQ(view.tracks[0].spent.divergence.ToDecimal(), "0.1");
  EXPECT_EQ(view.tracks[1].spent, PriceOn(view.tracks[1].track, PureLoss{Eps("0.1")}));
  EXPECT_EQ(view.filter, Filter::kApproximate);
}

TEST(BudgetViewTest, ARhoIsNotShownAsAnEpsilon) {
  LineageTerms terms = Terms();
  terms.filter = Filter::kZeroConcentrated;
  terms.limit = Limit();
  terms.limit.rho = Rho::Parse("0.5", Rounding::kLimit).value();
  for (AnalystTerms& analyst : terms.analysts) analyst.limit = terms.limit;
  const auto accountant = NewLedger(FreshPaths(), terms);
  MustDebit(*accountant, Ask("r1", "0.2"));
  const BudgetView view = accountant->DatasetBudget(kSurvey).value();
  EXPECT_EQ(view.limit, Amount());
  EXPECT_EQ(view.tracks[0].limit.divergence.ToDecimal(), "0.5");
  // 0.2 tanh 0.1, rounded up.
  EXPECT_NEAR(static_cast<double>(view.tracks[0].spent.divergence.pico()), 0.019933599e12, 2e4);
}

}  // namespace
}  // namespace tacit
