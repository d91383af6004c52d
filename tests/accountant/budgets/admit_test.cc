#include "accountant/budgets/admit.h"

#include <gtest/gtest.h>

#include "accountant/budgets/curate.h"
#include "tests/accountant/sample_rows.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

constexpr int64_t kDay = 86'400;

// A lineage after a policy; debits are counted by hand.
class AdmitTest : public testing::Test {
 protected:
  void Open(const LineageTerms& terms) {
    ASSERT_TRUE(lineages_.Apply(RowWith(PolicyRowOf(terms))).ok());
    ASSERT_TRUE(lineages_.Apply(RowWith(ledger::PublishRow{DataVersion(1)})).ok());
  }
  const ledger::Dataset& dataset() const { return *lineages_.Find(kSurvey); }
  const ledger::Lineage& lineage() const { return lineages_.Of(dataset()); }
  void Count(const std::string& analyst, const std::string& epsilon, int64_t time = 0) {
    ledger::Row row = RowWith(DebitRowOf(std::to_string(++requests_), epsilon), analyst);
    row.time_seconds = time;
    ASSERT_TRUE(lineages_.Apply(row).ok());
  }
  absl::Status Check(const std::string& analyst, const std::string& epsilon, int64_t time = 0,
                     bool of_dataset = true) {
    const AnalystId who(analyst);
    const TrackAmounts cost = OnBasic(Pure(epsilon));
    const std::vector<int64_t> all;
    return CheckBudgets({lineage(), dataset(), who, time, all, cost}, of_dataset);
  }
  absl::StatusOr<Cost> Price(const Charge& charge) { return CostOf(lineage(), charge, Eps("1")); }

  ledger::Lineages lineages_;
  int requests_ = 0;
};

TEST_F(AdmitTest, EveryBudgetMustAdmit) {
  LineageTerms terms = Terms();
  terms.roles = {{"interns", {kAna, kBob}, Pure("1.5")}};
  Open(terms);
  Count("ana", "1");
  EXPECT_TRUE(Check("ana", "0.5").ok());
  const absl::Status of_role = Check("bob", "0.6");
  EXPECT_EQ(WhyNot(of_role), Reason::kBudgetExhausted);
  EXPECT_EQ(DetailOf(of_role).scope, "role:interns");
  EXPECT_EQ(DetailOf(of_role).remaining, "");  // what others have left is not his to know
  Count("ana", "0.5");
  EXPECT_EQ(DetailOf(Check("ana", "0.6")).scope, "analyst");
  EXPECT_EQ(DetailOf(Check("ana", "0.6")).remaining, "0.5");
}

TEST_F(AdmitTest, APeriodCapsInsideTheTotalAndStartsAnew) {
  LineageTerms terms = Terms();
  terms.periods = {{"analyst:ana", 30, Pure("0.5")}, {"dataset", 30, Pure("0.8")}};
  Open(terms);
  Count("ana", "0.4", 0);
  const absl::Status in_period = Check("ana", "0.2", 29 * kDay);
  EXPECT_EQ(WhyNot(in_period), Reason::kBudgetExhausted);
  EXPECT_TRUE(Says(in_period, "0.1 remains of the analyst's 0.5 for this period"));
  EXPECT_EQ(DetailOf(Check("bob", "0.5", 29 * kDay)).scope, "dataset per 30 days");
  EXPECT_TRUE(Check("ana", "0.5", 30 * kDay).ok());
  Count("ana", "0.5", 30 * kDay);
  Count("ana", "0.5", 60 * kDay);
  Count("ana", "0.5", 90 * kDay);
  // The total never starts anew.
  EXPECT_EQ(DetailOf(Check("ana", "0.2", 120 * kDay)).remaining, "0.1");
}

TEST_F(AdmitTest, AReaderIsHeldAgainstHisOwnBudgetsAlone) {
  Open(Terms());
  for (const char* analyst : {"ana", "bob", "x", "y"}) Count(analyst, "0.5");
  Count("ana", "1");
  EXPECT_EQ(DetailOf(Check("bob", "0.2")).scope, "dataset");
  EXPECT_TRUE(Check("bob", "0.2", 0, /*of_dataset=*/false).ok());
  EXPECT_FALSE(Check("bob", "0.6", 0, /*of_dataset=*/false).ok());
}

TEST_F(AdmitTest, ACostIsCountedOnEveryTrack) {
  Open(ApproximateTerms());
  Charge charge = Ask("r", "0.1");
  charge.losses = {PureLoss{Eps("0.1")}, PureLoss{Eps("0.2")}};
  const auto cost = Price(charge);
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(cost->basic, Pure("0.3"));
  EXPECT_EQ(cost->by_track, PriceOn(lineage().tracks, charge.losses));
  EXPECT_EQ(cost->by_track.size(), 2u);
}

TEST_F(AdmitTest, RefusesWhatCannotBePaidFor) {
  Open(Terms());
  Charge charge = Ask("r", "0.1");
  const auto why = [&] { return WhyNot(Price(charge).status()); };
  charge.losses = {};
  EXPECT_EQ(why(), Reason::kPrivacyParameter);
  charge.losses = {PureLoss{}};
  EXPECT_EQ(why(), Reason::kPrivacyParameter);
  charge.losses = {PureLoss{Eps("1.1")}};  // above what one query may cost
  EXPECT_EQ(why(), Reason::kPrivacyParameter);
  charge.losses = EveryLoss();  // deltas, under the pure filter
  EXPECT_EQ(why(), Reason::kPrivacyParameter);
  charge = Ask("r", "0.1");
  charge.cells = {0, 1};  // there is one
  EXPECT_EQ(why(), Reason::kInternal);
  charge.cells = {0, 0};
  EXPECT_EQ(why(), Reason::kInternal);
}

}  // namespace
}  // namespace tacit
