#include "accountant/budgets/state.h"

#include <gtest/gtest.h>

#include "tests/accountant/lease/sample_lease.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

// Policy, publication, a debit of row 3 with its answer of row 4.
State StateWithRelease() {
  State state;
  EXPECT_TRUE(state.Apply(1, RowWith(PolicyRowOf(Terms()))).ok());
  EXPECT_TRUE(state.Apply(2, RowWith(PublishRow{DataVersion(1)})).ok());
  EXPECT_TRUE(state.Apply(3, RowWith(DebitRowOf("r1", "0.5"))).ok());
  EXPECT_TRUE(
      state.Apply(4, RowWith(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kAnswer, "x"})).ok());
  return state;
}

TEST(StateTest, FoldsTotalsRequestsAndReleases) {
  State state = StateWithRelease();
  ASSERT_TRUE(state.Apply(5, RowWith(ReuseRowOf("b1", 3, Pure("0.5")), "bob")).ok());
  const Lineage& lineage = state.lineages().Of(*state.lineages().Find(kSurvey));
  for (const char* holder : {"dataset", "analyst:ana", "analyst:bob"}) {
    EXPECT_EQ(lineage.AccountFor({holder, 0, 0}).Most(1), OnBasic(Pure("0.5"))) << holder;
  }
  EXPECT_TRUE(state.FindRequest(kSurvey, kBob, RequestId("b1"))->reused);
  EXPECT_EQ(state.FindRequest(kSurvey, kBob, RequestId("r1")), nullptr);
  EXPECT_EQ(state.DebitAt(3).outcome_sequence, 4);
  EXPECT_TRUE(state.FindRelease(kSurvey, Sha256("key"), kBob).paid);
  EXPECT_FALSE(state.FindRelease(kSurvey, Sha256("key"), AnalystId("eve")).paid);
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("other"), kBob).debit, nullptr);
}

TEST(StateTest, PrefersTheReleaseThatTheAskerPaidFor) {
  State state = StateWithRelease();
  ASSERT_TRUE(state.Apply(5, RowWith(DebitRowOf("b1", "0.5"), "bob")).ok());
  ASSERT_TRUE(
      state.Apply(6, RowWith(OutcomeRow{RequestId("b1"), 5, OutcomeKind::kAnswer, "y"}, "bob"))
          .ok());
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("key"), kAna).debit->sequence, 3);
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("key"), kBob).debit->sequence, 5);
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("key"), AnalystId("eve")).debit->sequence, 5);
}

TEST(StateTest, RunningIsWhatThisProcessDebited) {
  State state = StateWithRelease();
  ASSERT_TRUE(state.Apply(5, RowWith(DebitRowOf("old", "0.1"))).ok());
  state.MarkOpened(5);
  EXPECT_FALSE(state.IsRunning(state.DebitAt(5)));
  ASSERT_TRUE(state.Apply(6, RowWith(DebitRowOf("new", "0.1"))).ok());
  EXPECT_TRUE(state.IsRunning(state.DebitAt(6)));
  ASSERT_TRUE(state.Apply(7, RowWith(RerunRow{RequestId("old"), 5})).ok());
  EXPECT_TRUE(state.IsRunning(state.DebitAt(5)));
  EXPECT_FALSE(state.IsRunning(state.DebitAt(3)));  // it has its outcome
}

TEST(StateTest, ALeaseIsCountedOnceAndNeverAReleaseOrARerun) {
  State state;
  ASSERT_TRUE(state.Apply(1, RowWith(PolicyRowOf(ApproximateTerms()))).ok());
  ASSERT_TRUE(state.Apply(2, RowWith(PublishRow{DataVersion(1)})).ok());
  const LeaseRow lease = LeaseRowOf("r1", 10);
  ASSERT_TRUE(state.Apply(3, RowWith(lease)).ok());
  const Lineage& lineage = state.lineages().Of(*state.lineages().Find(kSurvey));
  EXPECT_EQ(lineage.AccountFor({"dataset", 0, 0}).Most(2), lease.debit.by_track);
  EXPECT_TRUE(state.DebitAt(3).leased);
  const auto refuses = [&](const RowBody& body) {
    State copy = state;
    return !copy.Apply(4, RowWith(body)).ok();
  };
  EXPECT_TRUE(refuses(RerunRow{RequestId("r1"), 3}));
  EXPECT_TRUE(refuses(lease));
  LeaseRow odd = LeaseRowOf("r2", 10);
  odd.steps = 11;
  EXPECT_TRUE(refuses(odd));
  odd = LeaseRowOf("r2", 10);
  odd.job = JobId();
  EXPECT_TRUE(refuses(odd));
  EXPECT_TRUE(refuses(LeaseRowOf("r2", 10).debit));
  ASSERT_TRUE(
      state.Apply(4, RowWith(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kAnswer, "x"})).ok());
  EXPECT_EQ(state.FindRelease(kSurvey, lease.debit.release_key, kAna).debit, nullptr);
  State copy = state;
  EXPECT_FALSE(copy.Apply(5, RowWith(ReuseRowOf("r2", 3))).ok());
}

TEST(StateTest, RefusesRowsThatContradictWhatCameBefore) {
  const auto refused = [](const Row& row) {
    State state = StateWithRelease();
    return ReasonOf(state.Apply(9, row)) == Reason::kLedgerRefused;
  };
  Row elsewhere = RowWith(PublishRow{DataVersion(1)});
  elsewhere.dataset = DatasetId("unknown");
  EXPECT_TRUE(refused(elsewhere));
  EXPECT_TRUE(refused(RowWith(PolicyRowOf(Terms(), 3))));
  EXPECT_TRUE(refused(RowWith(PublishRow{DataVersion(1)})));
  EXPECT_TRUE(refused(RowWith(DebitRowOf("r1", "0.5"))));
  DebitRow unpublished = DebitRowOf("r9", "0.5");
  unpublished.data_version = DataVersion(2);
  EXPECT_TRUE(refused(RowWith(unpublished)));
  EXPECT_TRUE(refused(RowWith(ReuseRowOf("r9", 2))));
  EXPECT_TRUE(refused(RowWith(ReuseRowOf("r1", 3))));
  EXPECT_TRUE(refused(RowWith(RerunRow{RequestId("r1"), 3})));
  EXPECT_TRUE(refused(RowWith(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kAnswer, ""})));
  EXPECT_TRUE(refused(RowWith(OutcomeRow{RequestId("r9"), 3, OutcomeKind::kAnswer, ""})));
}

}  // namespace
}  // namespace tacit::ledger
