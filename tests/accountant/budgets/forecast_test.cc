#include "accountant/budgets/forecast.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

std::string FitsOf(const Accountant& accountant, const Charge& charge) {
  std::string text;
  const auto forecast = accountant.Foresee(charge);
  EXPECT_TRUE(forecast.ok()) << forecast.status();
  if (!forecast.ok()) return text;
  for (const Forecast::Fit& fit : forecast->own) {
    text += fit.scope + " " + std::to_string(fit.times) + "; ";
  }
  return text;
}

// Of the dataset's and the role's budgets, which are tighter here, nothing is said.
TEST(ForecastTest, CountsWhatTheAskersOwnBudgetsBear) {
  LineageTerms terms = Terms();
  terms.limit = Pure("2");
  terms.roles = {{"interns", {AnalystId("eve")}, Pure("0.2")}};
  terms.periods = {{"analyst:*", 7, Pure("0.35")}};
  const auto accountant = NewLedger(FreshPaths(), terms);
  EXPECT_EQ(FitsOf(*accountant, Ask("r1", "0.3")), "analyst:ana 6; analyst:ana per 7 days 1; ");
  MustDebit(*accountant, Ask("r1", "0.3"));
  EXPECT_EQ(FitsOf(*accountant, Ask("r2", "0.3")), "analyst:ana 5; analyst:ana per 7 days 0; ");
  EXPECT_EQ(WhyNot(accountant->Check(Ask("r2", "0.3")).status()), Reason::kBudgetExhausted);
  EXPECT_EQ(FitsOf(*accountant, As(Ask("r1", "0.1"), AnalystId("eve"))),
            "analyst:eve 5; analyst:eve per 7 days 3; ");
  EXPECT_EQ(RowCount(*accountant), 3u);  // nothing was written
}

TEST(ForecastTest, ShowsTheCostOnEveryTrack) {
  const auto accountant = NewLedger(FreshPaths(), ApproximateTerms());
  const Forecast forecast = accountant->Foresee(Ask("r1", "0.1")).value();
  ASSERT_EQ(forecast.tracks.size(), 2u);
  for (const auto& [track, cost] : forecast.tracks) {
    EXPECT_EQ(cost, PriceOn(track, PureLoss{Eps("0.1")}));
  }
  MustDebit(*accountant, Ask("r1", "0.1"));
  const BudgetView view = accountant->DatasetBudget(kSurvey).value();
  EXPECT_EQ(view.tracks[1].spent, forecast.tracks[1].cost);
}

// Where cells are counted apart, the fullest of those that are charged decides.
TEST(ForecastTest, TheFullestCellDecides) {
  LineageTerms terms = Terms();
  terms.partition = {"survey.sex = 'F', 'M'", 2};
  const auto accountant = NewLedger(FreshPaths(), terms);
  Charge charge = Ask("r1", "0.5");
  charge.cells = {1};
  MustDebit(*accountant, charge);
  EXPECT_EQ(FitsOf(*accountant, Ask("r2", "0.5")), "analyst:ana 3; ");
  charge = Ask("r2", "0.5");
  charge.cells = {0};
  EXPECT_EQ(FitsOf(*accountant, charge), "analyst:ana 4; ");
}

TEST(ForecastTest, RefusesWhatNoBudgetCouldBear) {
  const auto accountant = NewLedger(FreshPaths());
  EXPECT_EQ(WhyNot(accountant->Foresee(Ask("r1", "1.5")).status()), Reason::kPrivacyParameter);
  Charge charge = Ask("r1", "0.1");
  charge.dataset = DatasetId("other");
  EXPECT_EQ(WhyNot(accountant->Foresee(charge).status()), Reason::kNotFound);
}

}  // namespace
}  // namespace tacit
