#include "accountant/ledger/state.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

Row RowWith(RowBody body, const std::string& actor = "ana") {
  return {kSurvey, 0, actor, std::move(body)};
}

DebitRow DebitOf(const std::string& request, const std::string& epsilon) {
  const Charge charge = Ask(request, epsilon);
  return {charge.request,      charge.request_digest, charge.certificate, Sha256("key"),
          charge.data_version, charge.policy_version, charge.losses,      Pure(epsilon)};
}

// Policy, publication, a debit of row 3 with its answer of row 4.
State StateWithRelease() {
  State state;
  EXPECT_TRUE(state.Apply(1, RowWith(PolicyRow{{PolicyVersion(1), Terms(), ""}})).ok());
  EXPECT_TRUE(state.Apply(2, RowWith(PublishRow{DataVersion(1)})).ok());
  EXPECT_TRUE(state.Apply(3, RowWith(DebitOf("r1", "0.5"))).ok());
  EXPECT_TRUE(
      state.Apply(4, RowWith(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kAnswer, "x"})).ok());
  return state;
}

TEST(StateTest, FoldsTotalsRequestsAndReleases) {
  State state = StateWithRelease();
  ASSERT_TRUE(
      state.Apply(5, RowWith(ReuseRow{RequestId("b1"), Sha256("d"), 3, Pure("0.5")}, "bob")).ok());
  const Lineage& lineage = *state.lineages().Find(kSurvey);
  EXPECT_EQ(lineage.spent, Pure("0.5"));
  EXPECT_EQ(lineage.SpentBy(kAna), Pure("0.5"));
  EXPECT_EQ(lineage.SpentBy(kBob), Pure("0.5"));
  EXPECT_TRUE(state.FindRequest(kSurvey, kBob, RequestId("b1"))->reused);
  EXPECT_EQ(state.FindRequest(kSurvey, kBob, RequestId("r1")), nullptr);
  EXPECT_EQ(state.DebitAt(3).outcome_sequence, 4);
  EXPECT_TRUE(state.FindRelease(kSurvey, Sha256("key"), kBob).paid);
  EXPECT_FALSE(state.FindRelease(kSurvey, Sha256("key"), AnalystId("eve")).paid);
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("other"), kBob).debit, nullptr);
}

TEST(StateTest, PrefersTheReleaseThatTheAskerPaidFor) {
  State state = StateWithRelease();
  ASSERT_TRUE(state.Apply(5, RowWith(DebitOf("b1", "0.5"), "bob")).ok());
  ASSERT_TRUE(
      state.Apply(6, RowWith(OutcomeRow{RequestId("b1"), 5, OutcomeKind::kAnswer, "y"}, "bob"))
          .ok());
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("key"), kAna).debit->sequence, 3);
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("key"), kBob).debit->sequence, 5);
  EXPECT_EQ(state.FindRelease(kSurvey, Sha256("key"), AnalystId("eve")).debit->sequence, 5);
}

TEST(StateTest, RunningIsWhatThisProcessDebited) {
  State state = StateWithRelease();
  ASSERT_TRUE(state.Apply(5, RowWith(DebitOf("old", "0.1"))).ok());
  state.MarkOpened(5);
  EXPECT_FALSE(state.IsRunning(state.DebitAt(5)));
  ASSERT_TRUE(state.Apply(6, RowWith(DebitOf("new", "0.1"))).ok());
  EXPECT_TRUE(state.IsRunning(state.DebitAt(6)));
  ASSERT_TRUE(state.Apply(7, RowWith(RerunRow{RequestId("old"), 5})).ok());
  EXPECT_TRUE(state.IsRunning(state.DebitAt(5)));
  EXPECT_FALSE(state.IsRunning(state.DebitAt(3)));  // it has its outcome
}

TEST(StateTest, RefusesRowsThatContradictWhatCameBefore) {
  const auto refused = [](const Row& row) {
    State state = StateWithRelease();
    return ReasonOf(state.Apply(9, row)) == Reason::kLedgerRefused;
  };
  Row elsewhere = RowWith(PublishRow{DataVersion(1)});
  elsewhere.lineage = DatasetId("unknown");
  EXPECT_TRUE(refused(elsewhere));
  EXPECT_TRUE(refused(RowWith(PolicyRow{{PolicyVersion(3), Terms(), ""}})));
  EXPECT_TRUE(refused(RowWith(PublishRow{DataVersion(1)})));
  EXPECT_TRUE(refused(RowWith(DebitOf("r1", "0.5"))));
  DebitRow unpublished = DebitOf("r9", "0.5");
  unpublished.data_version = DataVersion(2);
  EXPECT_TRUE(refused(RowWith(unpublished)));
  EXPECT_TRUE(refused(RowWith(ReuseRow{RequestId("r9"), Sha256("d"), 2, Amount()})));
  EXPECT_TRUE(refused(RowWith(ReuseRow{RequestId("r1"), Sha256("d"), 3, Amount()})));
  EXPECT_TRUE(refused(RowWith(RerunRow{RequestId("r1"), 3})));
  EXPECT_TRUE(refused(RowWith(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kAnswer, ""})));
  EXPECT_TRUE(refused(RowWith(OutcomeRow{RequestId("r9"), 3, OutcomeKind::kAnswer, ""})));
}

}  // namespace
}  // namespace tacit::ledger
