#include "accountant/audit.h"

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
  return {charge.request,      charge.request_digest, charge.certificate, charge.release_key,
          charge.data_version, charge.policy_version, charge.losses,      Pure(epsilon)};
}

// Has seen a policy, and a debit of 0.5 in row 2 with its answer in row 3.
Auditor AuditorWithRelease() {
  Auditor auditor;
  EXPECT_TRUE(auditor.Visit(1, RowWith(PolicyRow{{PolicyVersion(1), Terms(), ""}})).ok());
  EXPECT_TRUE(auditor.Visit(2, RowWith(DebitOf("r1", "0.5"))).ok());
  EXPECT_TRUE(
      auditor.Visit(3, RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""})).ok());
  return auditor;
}

absl::Status Next(const Row& row) {
  Auditor auditor = AuditorWithRelease();
  return auditor.Visit(4, row);
}

TEST(AuditTest, AcceptsWhatTheAccountantWrites) {
  EXPECT_TRUE(Next(RowWith(DebitOf("r2", "1"))).ok());
  EXPECT_TRUE(Next(RowWith(ReuseRow{RequestId("b"), Digest(), 2, Pure("0.5")}, "bob")).ok());
  EXPECT_TRUE(Next(RowWith(ReuseRow{RequestId("b"), Digest(), 2, Amount()})).ok());
}

TEST(AuditTest, RefusesAChargeThatIsNotThePrice) {
  DebitRow cheap = DebitOf("r2", "0.5");
  cheap.charged = Pure("0.4");
  EXPECT_EQ(WhyNot(Next(RowWith(cheap))), Reason::kLedgerRefused);
  DebitRow empty = DebitOf("r2", "0.5");
  empty.losses.clear();
  empty.charged = Amount();
  EXPECT_FALSE(Next(RowWith(empty)).ok());
  EXPECT_FALSE(Next(RowWith(ReuseRow{RequestId("b"), Digest(), 2, Pure("0.1")}, "bob")).ok());
}

TEST(AuditTest, AddsDeltaLikeEpsilon) {
  DebitRow debit = DebitOf("r1", "0.1");
  debit.losses = EveryLoss();
  debit.charged = {Eps("0.86"), Del("8e-7")};
  const auto audit = [&](const LineageTerms& terms) {
    Auditor auditor;
    EXPECT_TRUE(auditor.Visit(1, RowWith(PolicyRow{{PolicyVersion(1), terms, ""}})).ok());
    return auditor.Visit(2, RowWith(debit));
  };
  EXPECT_TRUE(audit(ApproximateTerms()).ok());
  EXPECT_FALSE(audit(Terms()).ok());  // no delta at all is allowed there
  LineageTerms tight = ApproximateTerms();
  tight.limit.delta = Delta::FromAtto(debit.charged.delta.atto() - 1);
  EXPECT_FALSE(audit(tight).ok());
  debit.charged.delta = Del("7e-7");
  EXPECT_FALSE(audit(ApproximateTerms()).ok());
  debit.charged.delta = Del("8e-7");
  // A claim that is not true has no price, whoever wrote it into the ledger.
  debit.losses[5] = ThresholdLoss{6, 1000, LaplaceScale{100, 0}, Del("2e-7")};
  EXPECT_FALSE(audit(ApproximateTerms()).ok());
}

TEST(AuditTest, RefusesTotalsPastTheLimit) {
  EXPECT_FALSE(Next(RowWith(DebitOf("r2", "1.500000000001"))).ok());  // ana's 2
  EXPECT_FALSE(Next(RowWith(DebitOf("r2", "1.1"), "bob")).ok());      // bob's 1
  EXPECT_FALSE(Next(RowWith(DebitOf("r2", "0.6"), "eve")).ok());      // anyone's 0.5
  Auditor auditor = AuditorWithRelease();
  LineageTerms cut = Terms();
  cut.limit = Pure("0.9");
  ASSERT_TRUE(auditor.Visit(4, RowWith(PolicyRow{{PolicyVersion(2), cut, ""}})).ok());
  EXPECT_FALSE(auditor.Visit(5, RowWith(DebitOf("r2", "0.5"))).ok());  // the dataset's 0.9
}

TEST(AuditTest, RefusesDoublesAndStrays) {
  EXPECT_FALSE(Next(RowWith(DebitOf("r1", "0.1"))).ok());
  EXPECT_FALSE(Next(RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""})).ok());
  EXPECT_FALSE(Next(RowWith(OutcomeRow{RequestId("r1"), 2, OutcomeKind::kAnswer, ""}, "bob")).ok());
  EXPECT_FALSE(Next(RowWith(RerunRow{RequestId("r1"), 2})).ok());
  EXPECT_FALSE(Next(RowWith(ReuseRow{RequestId("b"), Digest(), 1, Amount()})).ok());
  LineageTerms other = Terms();
  other.privacy_unit = "survey.id";
  EXPECT_FALSE(Next(RowWith(PolicyRow{{PolicyVersion(2), other, ""}})).ok());
  Row elsewhere = RowWith(PublishRow{DataVersion(1)});
  elsewhere.lineage = DatasetId("unknown");
  EXPECT_FALSE(Next(elsewhere).ok());
}

}  // namespace
}  // namespace tacit::ledger
