#include "accountant/spend.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_rows.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder
using ledger::Row;
using ledger::State;

constexpr int64_t kNow = 1'700'000'000;

State Published() { return PublishedState(Terms()); }

TEST(SpendTest, ADebitRowHoldsTheWholeCharge) {
  const Charge charge = Ask("r1", "0.5");
  std::vector<Row> rows;
  const auto decision = DecideSpend(Published(), charge, kNow, rows);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->outcome_sequence, 0);
  EXPECT_EQ(decision->dataset_charged, Pure("0.5"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].actor, "ana");
  const auto& debit = std::get<ledger::DebitRow>(rows[0].body);
  EXPECT_EQ(debit.certificate, charge.certificate);
  EXPECT_EQ(debit.release_key, charge.release_key);
  EXPECT_EQ(debit.losses, charge.losses);
  EXPECT_EQ(debit.charged, Pure("0.5"));
  EXPECT_EQ(debit.by_track, OnBasic(Pure("0.5")));
}

TEST(SpendTest, RowsOfTheSameGroupCount) {
  State state = Published();
  const std::vector<std::string> requests = {"a", "b"};
  int64_t sequence = 2;
  for (const std::string& request : requests) {
    std::vector<Row> rows;
    ASSERT_TRUE(DecideSpend(state, Ask(request, "1"), kNow, rows).ok());
    ASSERT_TRUE(state.Apply(++sequence, rows[0]).ok());
  }
  std::vector<Row> rows;
  EXPECT_EQ(WhyNot(DecideSpend(state, Ask("c", "0.1"), kNow, rows).status()),
            Reason::kBudgetExhausted);
  EXPECT_TRUE(rows.empty());
}

TEST(SpendTest, RefusalsComeInOrder) {
  const State state = Published();
  std::vector<Row> rows;
  // Everything is wrong with this charge; mending one thing at a time shows the next.
  Charge charge = Ask("", "0.5");
  charge.analyst = AnalystId("");
  charge.data_version = DataVersion(9);
  charge.losses = {PureLoss{}};
  const auto why = [&] { return WhyNot(DecideSpend(state, charge, kNow, rows).status()); };
  EXPECT_EQ(why(), Reason::kNotFound);
  charge.analyst = kBob;
  EXPECT_EQ(why(), Reason::kRequest);
  charge.request = RequestId("r1");
  EXPECT_EQ(why(), Reason::kNotPublished);
  charge.data_version = DataVersion(1);
  EXPECT_EQ(why(), Reason::kPrivacyParameter);
  charge.losses = {PureLoss{Eps("1")}};
  EXPECT_TRUE(DecideSpend(state, charge, kNow, rows).ok());
}

TEST(SpendTest, RefusesRequestIdsWithoutBound) {
  std::vector<Row> rows;
  EXPECT_EQ(
      WhyNot(DecideSpend(Published(), Ask(std::string(256, 'x'), "0.5"), kNow, rows).status()),
      Reason::kRequest);
}

// Which period it is may not be asked of a clock that fell behind; totals for ever need none.
TEST(SpendTest, AClockThatFellBehindOpensNoPeriodAgain) {
  const auto why = [](const LineageTerms& terms, int64_t clock) {
    State state;
    ledger::Row policy = RowWith(PolicyRowOf(terms));
    policy.time_seconds = kNow;
    EXPECT_TRUE(state.Apply(1, policy).ok());
    ledger::Row publish = RowWith(ledger::PublishRow{DataVersion(1)});
    publish.time_seconds = kNow;
    EXPECT_TRUE(state.Apply(2, publish).ok());
    std::vector<Row> rows;
    return DecideSpend(state, Ask("r1", "0.1"), clock, rows).status();
  };
  LineageTerms periodic = Terms();
  periodic.periods = {{"dataset", 30, Pure("1")}};
  EXPECT_TRUE(why(periodic, kNow - 60).ok());  // a step of time synchronisation
  EXPECT_EQ(WhyNot(why(periodic, kNow - 86'400)), Reason::kLedgerUnavailable);
  EXPECT_TRUE(why(Terms(), kNow - 86'400).ok());
}

TEST(SpendTest, AnOutcomeNeedsARunningDebit) {
  State state = Published();
  std::vector<Row> rows;
  EXPECT_EQ(WhyNot(DecideOutcome(state, kSurvey, kAna, RequestId("r1")).status()),
            Reason::kInternal);
  ASSERT_TRUE(DecideSpend(state, Ask("r1", "0.5"), kNow, rows).ok());
  ASSERT_TRUE(state.Apply(3, rows[0]).ok());
  EXPECT_TRUE(DecideOutcome(state, kSurvey, kAna, RequestId("r1")).ok());
  EXPECT_FALSE(DecideOutcome(state, kSurvey, kBob, RequestId("r1")).ok());
  state.MarkOpened(3);  // as after a restart
  EXPECT_FALSE(DecideOutcome(state, kSurvey, kAna, RequestId("r1")).ok());
}

}  // namespace
}  // namespace tacit
