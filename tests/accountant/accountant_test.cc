#include "accountant/accountant.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

TEST(AccountantTest, InitMakesPrivateFilesAndNeverOverwrites) {
  const LedgerPaths paths = FreshPaths();
  ASSERT_TRUE(Accountant::Init(paths).ok());
  struct stat found {};
  ASSERT_EQ(stat(paths.directory.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0700u);
  for (const std::string& file : {LedgerFile(paths), paths.anchor}) {
    ASSERT_EQ(stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600u) << file;
  }
  EXPECT_EQ(WhyNot(Accountant::Init(paths)), Reason::kLedgerRefused);
  EXPECT_EQ(WhyNot(Accountant::Init({FreshPaths().directory, paths.anchor})),
            Reason::kLedgerRefused);
  EXPECT_EQ(VerifyLedger(paths).value(), 0);
}

TEST(AccountantTest, RefusesAnAnchorInsideTheLedgersDirectory) {
  const LedgerPaths paths = FreshPaths();
  EXPECT_EQ(WhyNot(Accountant::Init({paths.directory, paths.directory + "/anchor"})),
            Reason::kLedgerRefused);
}

TEST(AccountantTest, DebitsDatasetAndAnalystTogether) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, Ask("r1", "0.5"));
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
  EXPECT_EQ(SpentBy(*accountant, kAna), Pure("0.5"));
  EXPECT_EQ(SpentBy(*accountant, kBob), Amount());
  EXPECT_EQ(accountant->DatasetBudget(kSurvey)->remaining, Pure("2.5"));
}

TEST(AccountantTest, ReceiptNamesWhatWasPaidFor) {
  const auto accountant = NewLedger(FreshPaths());
  auto result = accountant->Spend(Ask("r1", "0.5"));
  ASSERT_TRUE(result.ok());
  const auto& receipt = std::get<SpendReceipt>(*result);
  EXPECT_TRUE(receipt.valid());
  EXPECT_EQ(receipt.certificate(), Ask("r1", "0.5").certificate);
  EXPECT_EQ(receipt.data_version(), DataVersion(1));
  EXPECT_EQ(receipt.request(), RequestId("r1"));
}

// What others have left is the curator's to know.
TEST(AccountantTest, RefusesPastTheDatasetsBudgetWithoutSayingWhatRemains) {
  const auto accountant = NewLedger(FreshPaths());
  for (const char* request : {"a", "b"}) MustDebit(*accountant, Ask(request, "1"));
  MustDebit(*accountant, As(Ask("c", "0.8"), kBob));
  const size_t rows = RowCount(*accountant);
  const absl::Status refused = accountant->Spend(As(Ask("d", "0.5"), AnalystId("eve"))).status();
  EXPECT_EQ(WhyNot(refused), Reason::kBudgetExhausted);
  EXPECT_TRUE(Says(refused, "needs epsilon 0.5, more than remains of the dataset's budget"));
  EXPECT_EQ(DetailOf(refused).requested, "0.5");
  EXPECT_EQ(DetailOf(refused).remaining, "");
  EXPECT_EQ(DetailOf(refused).scope, "dataset");
  EXPECT_EQ(RowCount(*accountant), rows);
  EXPECT_EQ(Spent(*accountant), Pure("2.8"));
}

TEST(AccountantTest, RefusesPastTheAnalystsBudgetWithoutChargingTheDataset) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, As(Ask("a", "0.7"), kBob));
  const absl::Status refused = accountant->Spend(As(Ask("b", "0.4"), kBob)).status();
  EXPECT_EQ(WhyNot(refused), Reason::kBudgetExhausted);
  EXPECT_EQ(DetailOf(refused).scope, "analyst");
  EXPECT_EQ(DetailOf(refused).remaining, "0.3");
  EXPECT_EQ(Spent(*accountant), Pure("0.7"));
  MustDebit(*accountant, As(Ask("c", "0.3"), kBob));  // an exact fit is admitted
  EXPECT_EQ(accountant->AnalystBudget(kSurvey, kBob)->remaining, Amount());
}

TEST(AccountantTest, TenTenthsAreOne) {
  const auto accountant = NewLedger(FreshPaths());
  for (int i = 0; i < 10; ++i) {
    MustDebit(*accountant, As(Ask("r" + std::to_string(i), "0.1"), kBob));
  }
  EXPECT_EQ(SpentBy(*accountant, kBob), Pure("1"));
  EXPECT_EQ(WhyNot(accountant->Spend(As(Ask("x", "1e-12"), kBob)).status()),
            Reason::kBudgetExhausted);
}

TEST(AccountantTest, AnyoneHasHisOwnTotalUnderTheStarTerms) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, As(Ask("r", "0.5"), AnalystId("eve")));
  MustDebit(*accountant, As(Ask("r", "0.5"), AnalystId("joe")));
  EXPECT_EQ(SpentBy(*accountant, AnalystId("eve")), Pure("0.5"));
  EXPECT_EQ(accountant->Grant(kSurvey, AnalystId("eve"))->limit.amount, Pure("0.5"));
  EXPECT_FALSE(accountant->Grant(kSurvey, AnalystId("*")).has_value());
}

TEST(AccountantTest, UnknownDatasetAndMissingGrantLookTheSame) {
  LineageTerms terms = Terms();
  terms.analysts.pop_back();
  const auto accountant = NewLedger(FreshPaths(), terms);
  const absl::Status no_grant = accountant->Spend(As(Ask("r", "0.1"), AnalystId("eve"))).status();
  Charge elsewhere = Ask("r", "0.1");
  elsewhere.dataset = DatasetId("other");
  const absl::Status no_dataset = accountant->Spend(elsewhere).status();
  EXPECT_EQ(WhyNot(no_grant), Reason::kNotFound);
  EXPECT_EQ(WhyNot(no_dataset), Reason::kNotFound);
  EXPECT_EQ(no_grant.message(),
            "there is no dataset survey for you; check the name or ask the "
            "curator for a grant");
  EXPECT_EQ(WhyNot(accountant->AnalystBudget(kSurvey, AnalystId("eve")).status()),
            Reason::kNotFound);
  EXPECT_EQ(WhyNot(accountant->Log(DatasetId(""), 0, 100).status()), Reason::kNotFound);
}

TEST(AccountantTest, RetryReturnsTheStoredBytesFree) {
  const auto accountant = NewLedger(FreshPaths());
  const Charge charge = Ask("r1", "0.5");
  MustDebit(*accountant, charge);
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kRequestInFlight);
  const std::string bytes("an\0swer", 7);
  MustStore(*accountant, charge, bytes);
  const size_t rows = RowCount(*accountant);
  const StoredOutcome again = MustRecall(*accountant, charge);
  EXPECT_EQ(again.bytes, bytes);
  EXPECT_FALSE(again.reused);
  EXPECT_EQ(again.dataset_charged, Pure("0.5"));
  EXPECT_EQ(again.analyst_charged, Pure("0.5"));
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
  EXPECT_EQ(RowCount(*accountant), rows);
}

TEST(AccountantTest, OneRequestIdMeansOneRequest) {
  const auto accountant = NewLedger(FreshPaths());
  Charge charge = Ask("r1", "0.5");
  MustDebit(*accountant, charge);
  charge.request_digest = Sha256("something else");
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kRequestIdReused);
  EXPECT_EQ(
      WhyNot(
          accountant->FindRequest(kSurvey, kAna, charge.request, charge.request_digest).status()),
      Reason::kRequestIdReused);
  MustDebit(*accountant, As(charge, kBob));  // another analyst's ids are his own
}

TEST(AccountantTest, OneOutcomeADebit) {
  const auto accountant = NewLedger(FreshPaths());
  const Charge charge = Ask("r1", "0.5");
  const auto store = [&] {
    return accountant->StoreOutcome(kSurvey, kAna, charge.request, OutcomeKind::kAnswer, "x");
  };
  EXPECT_EQ(WhyNot(store()), Reason::kInternal);
  MustDebit(*accountant, charge);
  EXPECT_TRUE(store().ok());
  EXPECT_EQ(WhyNot(store()), Reason::kInternal);
}

TEST(AccountantTest, MakerReusesHisReleaseFree) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, WithKey(Ask("r1", "0.5"), "k"));
  MustStore(*accountant, Ask("r1", "0.5"), "answer");
  const Charge again = WithKey(Ask("r2", "0.5"), "k");
  const StoredOutcome reused = MustRecall(*accountant, again);
  EXPECT_EQ(reused.bytes, "answer");
  EXPECT_TRUE(reused.reused);
  EXPECT_EQ(reused.analyst_charged, Amount());
  EXPECT_EQ(SpentBy(*accountant, kAna), Pure("0.5"));
  // The reusing request id is on record too: the same id with other content is refused.
  Charge other = again;
  other.request_digest = Sha256("other");
  EXPECT_EQ(WhyNot(accountant->Spend(other).status()), Reason::kRequestIdReused);
}

TEST(AccountantTest, AnotherReaderPaysOnceFromHisOwnBudgetAlone) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, WithKey(Ask("r1", "0.5"), "k"));
  MustStore(*accountant, Ask("r1", "0.5"), "answer");
  const Charge first = As(WithKey(Ask("b1", "0.5"), "k"), kBob);
  for (int call = 0; call < 2; ++call) {  // the second is a retry and shows the same amounts
    const StoredOutcome reused = MustRecall(*accountant, first);
    EXPECT_TRUE(reused.reused);
    EXPECT_EQ(reused.dataset_charged, Amount());
    EXPECT_EQ(reused.analyst_charged, Pure("0.5"));
  }
  const StoredOutcome later = MustRecall(*accountant, As(WithKey(Ask("b2", "0.5"), "k"), kBob));
  EXPECT_EQ(later.analyst_charged, Amount());
  EXPECT_EQ(SpentBy(*accountant, kBob), Pure("0.5"));
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
}

TEST(AccountantTest, ReuseIsRefusedByTheReadersOwnLimit) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, WithKey(Ask("r1", "0.5"), "k"));
  MustStore(*accountant, Ask("r1", "0.5"), "answer");
  MustDebit(*accountant, As(Ask("b0", "0.6"), kBob));
  const absl::Status refused = accountant->Spend(As(WithKey(Ask("b1", "0.5"), "k"), kBob)).status();
  EXPECT_EQ(WhyNot(refused), Reason::kBudgetExhausted);
  EXPECT_EQ(DetailOf(refused).scope, "analyst");
}

TEST(AccountantTest, FreshPaysForANewDraw) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, WithKey(Ask("r1", "0.5"), "k"));
  MustStore(*accountant, Ask("r1", "0.5"), "answer");
  Charge fresh = WithKey(Ask("r2", "0.5"), "k");
  fresh.fresh = true;
  MustDebit(*accountant, fresh);
  EXPECT_EQ(Spent(*accountant), Pure("1"));
}

TEST(AccountantTest, AReleaseOfAnotherPriceOrVersionIsNotReused) {
  const auto accountant = NewLedger(FreshPaths());
  ASSERT_TRUE(accountant->Publish(kSurvey, "curator").ok());
  MustDebit(*accountant, WithKey(Ask("r1", "0.5"), "k"));
  MustStore(*accountant, Ask("r1", "0.5"), "answer");
  MustDebit(*accountant, WithKey(Ask("r2", "0.1"), "k"));
  Charge newer = WithKey(Ask("r3", "0.5"), "k");
  newer.data_version = DataVersion(2);
  MustDebit(*accountant, newer);
}

TEST(AccountantTest, AFailureIsKeptForItsOwnRequestAlone) {
  const auto accountant = NewLedger(FreshPaths());
  const Charge charge = WithKey(Ask("r1", "0.5"), "k");
  MustDebit(*accountant, charge);
  MustStore(*accountant, charge, "failed", OutcomeKind::kFailure);
  EXPECT_EQ(MustRecall(*accountant, charge).bytes, "failed");
  EXPECT_FALSE(accountant->Check(charge)->stored);
  MustDebit(*accountant, WithKey(Ask("r2", "0.5"), "k"));
}

TEST(AccountantTest, CheckQuotesWhatSpendWouldCharge) {
  const auto accountant = NewLedger(FreshPaths());
  const Charge charge = Ask("r1", "0.5");
  const absl::StatusOr<Quote> fresh = accountant->Check(charge);
  ASSERT_TRUE(fresh.ok());
  EXPECT_EQ(fresh->dataset_charged, Pure("0.5"));
  EXPECT_EQ(fresh->analyst_charged, Pure("0.5"));
  EXPECT_FALSE(fresh->stored);
  MustDebit(*accountant, charge);
  MustStore(*accountant, charge, "answer");
  const absl::StatusOr<Quote> payer = accountant->Check(charge);
  ASSERT_TRUE(payer.ok());
  EXPECT_TRUE(payer->stored);
  EXPECT_EQ(payer->dataset_charged, Amount());
  EXPECT_EQ(payer->analyst_charged, Amount());
  const absl::StatusOr<Quote> other = accountant->Check(As(charge, kBob));
  ASSERT_TRUE(other.ok());
  EXPECT_TRUE(other->stored);
  EXPECT_EQ(other->dataset_charged, Amount());
  EXPECT_EQ(other->analyst_charged, Pure("0.5"));
}

TEST(AccountantTest, RefusesLossesThatNoBudgetShouldBear) {
  const auto accountant = NewLedger(FreshPaths());
  const size_t rows = RowCount(*accountant);
  Charge charge = Ask("r1", "1.000000000001");
  const absl::Status above = accountant->Spend(charge).status();
  EXPECT_EQ(WhyNot(above), Reason::kPrivacyParameter);
  EXPECT_TRUE(Says(above, "needs epsilon 1.000000000001"));
  EXPECT_TRUE(Says(above, "above the 1 "));
  charge.losses = {};
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kPrivacyParameter);
  charge.losses = {PureLoss{}};
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kPrivacyParameter);
  charge.losses = {DiscreteLaplaceLoss{-1, {1, 0}}};
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kPrivacyParameter);
  charge.losses = {PureLoss{Eps("9000000")}, PureLoss{Eps("9000000")}};  // the sum would wrap
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(RowCount(*accountant), rows);
}

TEST(AccountantTest, RefusesUnpublishedVersions) {
  const LedgerPaths paths = FreshPaths();
  ASSERT_TRUE(Accountant::Init(paths).ok());
  const auto accountant = MustOpen(paths);
  ASSERT_TRUE(accountant->AddPolicy(Terms(), "policy", "curator").ok());
  EXPECT_EQ(WhyNot(accountant->Spend(Ask("r1", "0.5")).status()), Reason::kNotPublished);
  EXPECT_EQ(accountant->Publish(kSurvey, "curator").value(), DataVersion(1));
  Charge charge = Ask("r1", "0.5");
  charge.data_version = DataVersion(2);
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kNotPublished);
  charge.data_version = DataVersion(0);
  EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kNotPublished);
  EXPECT_EQ(WhyNot(accountant->Publish(DatasetId("other"), "curator").status()), Reason::kNotFound);
}

TEST(AccountantTest, CheckSaysWhatSpendWouldAndWritesNothing) {
  const auto accountant = NewLedger(FreshPaths());
  Charge charge = Ask("", "0.5");  // a validation needs no request id
  const size_t rows = RowCount(*accountant);
  EXPECT_TRUE(accountant->Check(charge).ok());
  EXPECT_EQ(WhyNot(accountant->Check(As(charge, AnalystId(""))).status()), Reason::kNotFound);
  EXPECT_EQ(WhyNot(accountant->Check(Ask("", "1.5")).status()), Reason::kPrivacyParameter);
  MustDebit(*accountant, As(Ask("a", "1"), kBob));
  EXPECT_EQ(WhyNot(accountant->Check(As(Ask("", "0.1"), kBob)).status()), Reason::kBudgetExhausted);
  EXPECT_EQ(RowCount(*accountant), rows + 1);
}

TEST(AccountantTest, PolicyVersionsCountUpAndImmutablesStay) {
  const auto accountant = NewLedger(FreshPaths());
  LineageTerms raised = Terms();
  raised.limit = Pure("5");
  EXPECT_TRUE(accountant->CheckPolicy(raised).ok());
  EXPECT_EQ(accountant->Policies()[0].version, PolicyVersion(1));
  EXPECT_EQ(accountant->AddPolicy(raised, "second", "curator").value(), PolicyVersion(2));
  EXPECT_EQ(accountant->DatasetBudget(kSurvey)->limit, Pure("5"));
  EXPECT_EQ(accountant->Policies()[0].policy, "second");

  LineageTerms other_unit = raised;
  other_unit.privacy_unit = "survey.person_id";
  const absl::Status refused = accountant->AddPolicy(other_unit, "third", "curator").status();
  EXPECT_EQ(WhyNot(refused), Reason::kLineageImmutable);
  EXPECT_EQ(accountant->CheckPolicy(other_unit).message(), refused.message());
  EXPECT_EQ(accountant->Policies()[0].version, PolicyVersion(2));
  EXPECT_EQ(WhyNot(accountant->CheckPolicy({})), Reason::kPolicyInvalid);
}

TEST(AccountantTest, ACutBelowWhatIsSpentRefusesEverythingMore) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, Ask("r1", "1"));
  LineageTerms cut = Terms();
  cut.limit = Pure("0.5");
  ASSERT_TRUE(accountant->AddPolicy(cut, "cut", "curator").ok());
  EXPECT_EQ(accountant->DatasetBudget(kSurvey)->remaining, Amount());
  const absl::Status refused = accountant->Spend(Ask("r2", "0.1")).status();
  EXPECT_EQ(WhyNot(refused), Reason::kBudgetExhausted);
  EXPECT_EQ(DetailOf(refused).scope, "dataset");
}

TEST(AccountantTest, DeltaIsHeldUnderTheApproximateFilter) {
  LineageTerms terms = Terms();
  terms.filter = Filter::kApproximate;
  terms.limit.amount.delta = Del("1e-6");
  const auto accountant = NewLedger(FreshPaths(), terms);
  MustDebit(*accountant, Ask("r1", "0.5"));
  EXPECT_EQ(accountant->DatasetBudget(kSurvey)->remaining, (Amount{Eps("2.5"), Del("2.5e-7")}));
}

TEST(AccountantTest, TotalPriceAddsWhatEachLossCosts) {
  EXPECT_EQ(TotalPrice({PureLoss{Eps("0.1")}, DiscreteLaplaceLoss{1, {4, 0}}}), Pure("0.35"));
  EXPECT_EQ(TotalPrice({}), Amount());
}

TEST(AccountantTest, LogShowsEveryRowInPages) {
  const auto accountant = NewLedger(FreshPaths());
  MustDebit(*accountant, Ask("r1", "0.5"));
  MustStore(*accountant, Ask("r1", "0.5"), "answer");
  const std::vector<LogEntry> all = *accountant->Log(kSurvey, 0, 100);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].kind, "POLICY");
  EXPECT_EQ(all[1].kind, "PUBLISH");
  EXPECT_EQ(all[2].kind, "DEBIT");
  EXPECT_EQ(all[2].actor, "ana");
  EXPECT_EQ(all[2].request, "r1");
  EXPECT_EQ(all[2].charged, Pure("0.5"));
  EXPECT_EQ(all[2].detail, "Pure{epsilon=0.5}, data version 1, policy version 1");
  EXPECT_EQ(all[3].kind, "OUTCOME");
  EXPECT_EQ(all[3].time.size(), std::string("2024-01-01T00:00:00Z").size());
  const std::vector<LogEntry> page = *accountant->Log(kSurvey, all[1].sequence, 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].hash, all[2].hash);
}

}  // namespace
}  // namespace tacit
