#include "accountant/audit/audit.h"

#include <gtest/gtest.h>

#include "tests/accountant/lease/sample_lease.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

// Has seen a policy, and a debit of 0.5 in row 2 with its answer in row 3.
Auditor AuditorWithRelease() {
  Auditor auditor;
  EXPECT_TRUE(auditor.Visit(1, RowWith(PolicyRowOf(Terms()))).ok());
  EXPECT_TRUE(auditor.Visit(2, RowWith(DebitRowOf("r1", "0.5"))).ok());
  EXPECT_TRUE(
      auditor.Visit(3, RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""})).ok());
  return auditor;
}

absl::Status Next(const Row& row) {
  Auditor auditor = AuditorWithRelease();
  return auditor.Visit(4, row);
}

TEST(AuditTest, AcceptsWhatTheAccountantWrites) {
  EXPECT_TRUE(Next(RowWith(DebitRowOf("r2", "1"))).ok());
  EXPECT_TRUE(Next(RowWith(ReuseRowOf("b", 2, Pure("0.5")), "bob")).ok());
  EXPECT_TRUE(Next(RowWith(ReuseRowOf("b", 2))).ok());
}

TEST(AuditTest, RefusesAChargeThatIsNotThePrice) {
  DebitRow cheap = DebitRowOf("r2", "0.5");
  cheap.by_track = OnBasic(Pure("0.4"));
  EXPECT_EQ(WhyNot(Next(RowWith(cheap))), Reason::kLedgerRefused);
  cheap = DebitRowOf("r2", "0.5");
  cheap.charged = Pure("0.4");
  EXPECT_EQ(WhyNot(Next(RowWith(cheap))), Reason::kLedgerRefused);
  DebitRow empty = DebitRowOf("r2", "0.5");
  empty.losses.clear();
  empty.charged = Amount();
  empty.by_track = OnBasic(Amount());
  EXPECT_FALSE(Next(RowWith(empty)).ok());
  EXPECT_FALSE(Next(RowWith(ReuseRowOf("b", 2, Pure("0.1")), "bob")).ok());
}

TEST(AuditTest, AddsDeltaLikeEpsilonAndEveryTrack) {
  DebitRow debit = DebitRowOf("r1", "0.1");
  debit.losses = EveryLoss();
  debit.charged = {Eps("0.86"), Del("8e-7")};
  const auto audit = [&](const LineageTerms& terms) {
    const PolicyRow policy = PolicyRowOf(terms);
    debit.by_track = PriceOn(policy.tracks, debit.losses);
    Auditor auditor;
    EXPECT_TRUE(auditor.Visit(1, RowWith(policy)).ok());
    return auditor.Visit(2, RowWith(debit));
  };
  EXPECT_TRUE(audit(ApproximateTerms()).ok());
  EXPECT_FALSE(audit(Terms()).ok());  // no delta at all is allowed there
  LineageTerms tight = ApproximateTerms();
  tight.limit.amount.delta = Delta::FromAtto(4 * debit.charged.delta.atto());
  EXPECT_TRUE(audit(tight).ok());
  tight.limit.amount.delta = Delta::FromAtto(2 * debit.charged.delta.atto() - 4);
  EXPECT_FALSE(audit(tight).ok());
  debit.charged.delta = Del("7e-7");
  EXPECT_FALSE(audit(ApproximateTerms()).ok());
  debit.charged.delta = Del("8e-7");
  // A claim that is not true has no price, whoever wrote it into the ledger.
  debit.losses[5] = ThresholdLoss{6, 1000, LaplaceScale{100, 0}, Del("2e-7")};
  EXPECT_FALSE(audit(ApproximateTerms()).ok());
}

TEST(AuditTest, RefusesTotalsPastTheLimit) {
  EXPECT_FALSE(Next(RowWith(DebitRowOf("r2", "1.500000000001"))).ok());  // ana's 2
  EXPECT_FALSE(Next(RowWith(DebitRowOf("r2", "1.1"), "bob")).ok());      // bob's 1
  EXPECT_FALSE(Next(RowWith(DebitRowOf("r2", "0.6"), "eve")).ok());      // anyone's 0.5
  Auditor auditor = AuditorWithRelease();
  LineageTerms cut = Terms();
  cut.limit = Pure("0.9");
  ASSERT_TRUE(auditor.Visit(4, RowWith(PolicyRowOf(cut, 2))).ok());
  EXPECT_FALSE(auditor.Visit(5, RowWith(DebitRowOf("r2", "0.5"))).ok());  // the dataset's 0.9
}

TEST(AuditTest, RefusesDoublesAndStrays) {
  EXPECT_FALSE(Next(RowWith(DebitRowOf("r1", "0.1"))).ok());
  EXPECT_FALSE(Next(RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""})).ok());
  EXPECT_FALSE(Next(RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""}, "bob")).ok());
  EXPECT_FALSE(Next(RowWith(RerunRow{RequestId("r1"), 2})).ok());
  EXPECT_FALSE(Next(RowWith(ReuseRowOf("b", 1))).ok());
  LineageTerms other = Terms();
  other.privacy_unit = "survey.id";
  EXPECT_FALSE(Next(RowWith(PolicyRowOf(other, 2))).ok());
  Row elsewhere = RowWith(PublishRow{DataVersion(1)});
  elsewhere.dataset = DatasetId("unknown");
  EXPECT_FALSE(Next(elsewhere).ok());
}

// A policy, then a lease of 10 steps in row 2 and its outcome in row 3.
Auditor AuditorWithLease() {
  Auditor auditor;
  EXPECT_TRUE(auditor.Visit(1, RowWith(PolicyRowOf(ApproximateTerms()))).ok());
  EXPECT_TRUE(auditor.Visit(2, RowWith(LeaseRowOf("r1", 10))).ok());
  EXPECT_TRUE(
      auditor.Visit(3, RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""})).ok());
  return auditor;
}

absl::Status AfterLease(const RowBody& body) {
  Auditor auditor = AuditorWithLease();
  return auditor.Visit(4, RowWith(body));
}

TEST(AuditTest, ALeasePaysForItsStepsAlone) {
  EXPECT_TRUE(AfterLease(LeaseRowOf("r2", 20)).ok());
  LeaseRow lease = LeaseRowOf("r2", 10);
  lease.steps = 20;  // of which 10 are paid
  EXPECT_FALSE(AfterLease(lease).ok());
  lease = LeaseRowOf("r2", 10);
  std::get<SubsampledGaussianLoss>(lease.debit.losses[0]).steps = lease.steps = 1000;
  EXPECT_FALSE(AfterLease(lease).ok());  // neither claim nor divergence is that of 1,000
  lease = LeaseRowOf("r2", 10);
  lease.debit.by_track[1].divergence = Divergence::FromPico(1);
  EXPECT_FALSE(AfterLease(lease).ok());
  lease = LeaseRowOf("r2", 10);
  lease.job = JobId();
  EXPECT_FALSE(AfterLease(lease).ok());
  lease = LeaseRowOf("r2", 10);
  lease.debit.losses.push_back(PureLoss{Eps("0.1")});
  lease.debit.charged = TotalPrice(lease.debit.losses);
  lease.debit.by_track = PriceOn(PolicyRowOf(ApproximateTerms()).tracks, lease.debit.losses);
  EXPECT_FALSE(AfterLease(lease).ok());
  EXPECT_FALSE(AfterLease(LeaseRowOf("r2", 10).debit).ok());  // an answer at the price of steps
}

TEST(AuditTest, ALeaseIsNeitherRunAgainNorReused) {
  Auditor auditor;
  ASSERT_TRUE(auditor.Visit(1, RowWith(PolicyRowOf(ApproximateTerms()))).ok());
  ASSERT_TRUE(auditor.Visit(2, RowWith(LeaseRowOf("r1", 10))).ok());
  EXPECT_FALSE(auditor.Visit(3, RowWith(RerunRow{RequestId("r1"), 2})).ok());
  EXPECT_FALSE(AfterLease(ReuseRowOf("r2", 2)).ok());
  EXPECT_FALSE(AfterLease(LeaseRowOf("r1", 10)).ok());
}

}  // namespace
}  // namespace tacit::ledger
