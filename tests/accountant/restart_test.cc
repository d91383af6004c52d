// What a restart keeps, and what may run again after one.
#include <gtest/gtest.h>

#include "accountant/accountant.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder
using PastState = PastRequest::State;

TEST(RestartTest, KeepsTotalsOutcomesVersionsAndGrants) {
  const LedgerPaths paths = FreshPaths();
  const Charge made = WithKey(Ask("r1", "0.5"), "k");
  const Charge reused = As(WithKey(Ask("b1", "0.5"), "k"), kBob);
  {
    const auto accountant = NewLedger(paths);
    MustDebit(*accountant, made);
    MustStore(*accountant, made, "answer");
    MustRecall(*accountant, reused);
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 5);
  const auto accountant = MustOpen(paths);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
  EXPECT_EQ(SpentBy(*accountant, kBob), Pure("0.5"));
  EXPECT_EQ(accountant->LatestDataVersion(kSurvey), DataVersion(1));
  EXPECT_EQ(accountant->Policies()[0].policy, "policy text");
  EXPECT_EQ(accountant->Grant(kSurvey, kBob)->per_query_max, Eps("1"));
  EXPECT_EQ(MustRecall(*accountant, made).bytes, "answer");
  const StoredOutcome again = MustRecall(*accountant, reused);
  EXPECT_TRUE(again.reused);
  EXPECT_EQ(again.analyst_charged, Pure("0.5"));
  EXPECT_EQ(MustRecall(*accountant, As(WithKey(Ask("b2", "0.5"), "k"), kBob)).analyst_charged,
            Amount());
}

TEST(RestartTest, KeepsLossesOfEveryKindWithTheirDelta) {
  const LedgerPaths paths = FreshPaths();
  Charge charge = Ask("r1", "0.1");
  charge.losses = EveryLoss();
  const Amount cost{Eps("0.86"), Del("8e-7")};
  std::string detail;
  {
    const auto accountant = NewLedger(paths, ApproximateTerms());
    MustDebit(*accountant, charge);
    EXPECT_EQ(Spent(*accountant), cost);
    detail = accountant->Log(kSurvey, 2, 1)->at(0).detail;
    for (const MechanismLoss& loss : charge.losses) {
      EXPECT_NE(detail.find(ToText(loss)), std::string::npos) << detail;
    }
    MustStore(*accountant, charge, "answer");
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 4);
  const auto accountant = MustOpen(paths);
  EXPECT_EQ(Spent(*accountant), cost);
  EXPECT_EQ(SpentBy(*accountant, kAna), cost);
  EXPECT_EQ(accountant->Log(kSurvey, 2, 1)->at(0).detail, detail);
  EXPECT_EQ(MustRecall(*accountant, charge).bytes, "answer");
  // More of them pass his epsilon and a quarter of his delta on the basic track; the other has
  // deltas for four.
  Charge again = charge;
  again.fresh = true;
  const auto ask = [&](const std::string& request) {
    again.request = RequestId(request);
    return accountant->Spend(again).status();
  };
  for (const char* request : {"r2", "r3", "r4"}) EXPECT_TRUE(ask(request).ok()) << request;
  EXPECT_EQ(WhyNot(ask("r5")), Reason::kBudgetExhausted);
}

TEST(RestartTest, ADebitWithoutOutcomeRunsOnceMoreAtNoCost) {
  const LedgerPaths paths = FreshPaths();
  const Charge charge = Ask("r1", "0.5");
  MustDebit(*NewLedger(paths), charge);
  {
    const auto accountant = MustOpen(paths);
    const auto past = accountant->FindRequest(kSurvey, kAna, charge.request, charge.request_digest);
    EXPECT_EQ(past->state, PastState::kOrphaned);
    EXPECT_EQ(past->data_version, DataVersion(1));
    EXPECT_EQ(past->policy_version, PolicyVersion(1));
    // Without a rerun nobody holds a receipt, so no outcome can be right.
    EXPECT_EQ(
        WhyNot(accountant->StoreOutcome(kSurvey, kAna, charge.request, OutcomeKind::kAnswer, "x")),
        Reason::kInternal);
    MustDebit(*accountant, charge);
    EXPECT_EQ(accountant->Log(kSurvey, 3, 10)->at(0).kind, "RERUN");
    EXPECT_EQ(Spent(*accountant), Pure("0.5"));
    EXPECT_EQ(StateOf(*accountant, charge), PastState::kInFlight);
    EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kRequestInFlight);
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 4);
  const auto accountant = MustOpen(paths);
  EXPECT_EQ(StateOf(*accountant, charge), PastState::kLost);
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kInternal);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
}

TEST(RestartTest, ARerunStoresItsOutcome) {
  const LedgerPaths paths = FreshPaths();
  const Charge charge = Ask("r1", "0.5");
  MustDebit(*NewLedger(paths), charge);
  const auto accountant = MustOpen(paths);
  MustDebit(*accountant, charge);
  MustStore(*accountant, charge, "answer");
  EXPECT_EQ(MustRecall(*accountant, charge).bytes, "answer");
  EXPECT_EQ(StateOf(*accountant, charge), PastState::kStored);
}

TEST(RestartTest, ARerunNeedsTheSameCertificateAndVersion) {
  const LedgerPaths paths = FreshPaths();
  const Charge charge = Ask("r1", "0.5");
  MustDebit(*NewLedger(paths), charge);
  const auto accountant = MustOpen(paths);
  ASSERT_TRUE(accountant->Publish(kSurvey, "curator").ok());
  Charge other = charge;
  other.certificate = Sha256("another");
  EXPECT_EQ(WhyNot(accountant->Spend(other).status()), Reason::kInternal);
  other = charge;
  other.data_version = DataVersion(2);
  EXPECT_EQ(WhyNot(accountant->Spend(other).status()), Reason::kInternal);
  MustDebit(*accountant, charge);
}

TEST(RestartTest, FindRequestReturnsWhatWasStored) {
  const LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths);
  const Charge charge = Ask("r1", "0.5");
  EXPECT_EQ(StateOf(*accountant, charge), PastState::kUnknown);
  MustDebit(*accountant, charge);
  EXPECT_EQ(StateOf(*accountant, charge), PastState::kInFlight);
  MustStore(*accountant, charge, "answer");
  const auto past = accountant->FindRequest(kSurvey, kAna, charge.request, charge.request_digest);
  ASSERT_TRUE(past.ok());
  EXPECT_EQ(past->state, PastState::kStored);
  EXPECT_EQ(past->outcome.bytes, "answer");
  EXPECT_EQ(past->outcome.dataset_charged, Pure("0.5"));
}

}  // namespace
}  // namespace tacit
