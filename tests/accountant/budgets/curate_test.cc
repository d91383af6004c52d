#include "accountant/budgets/curate.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_rows.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

const CuratorNote kNote{"carol", "the board agreed"};

TEST(CurateTest, GrantsLimitsAndStatusAreRowsWithAuthorAndReason) {
  LineageTerms terms = Terms();
  terms.analysts.pop_back();  // "*"
  const LedgerPaths paths = FreshPaths();
  {
    const auto accountant = NewLedger(paths, terms);
    const AnalystId eve("eve");
    EXPECT_EQ(WhyNot(accountant->Spend(As(Ask("e1", "0.2"), eve)).status()), Reason::kNotFound);
    ASSERT_TRUE(accountant->GrantAnalyst(kSurvey, {eve, Pure("0.5"), Eps("0.3")}, kNote).ok());
    MustDebit(*accountant, As(Ask("e1", "0.3"), eve));
    EXPECT_EQ(WhyNot(accountant->Spend(As(Ask("e2", "0.3"), eve)).status()),
              Reason::kBudgetExhausted);
    ASSERT_TRUE(accountant->ChangeLimit(kSurvey, "analyst:eve", Pure("0.6"), kNote).ok());
    MustDebit(*accountant, As(Ask("e2", "0.3"), eve));
    const std::vector<LogEntry> log = *accountant->Log(kSurvey, 2, 10);
    EXPECT_EQ(log[0].kind, "GRANT");
    EXPECT_EQ(log[0].actor, "carol");
    EXPECT_NE(log[0].detail.find("the board agreed"), std::string::npos);
    EXPECT_EQ(log[2].kind, "LIMIT");
  }
  EXPECT_TRUE(VerifyLedger(paths).ok());
  EXPECT_EQ(SpentBy(*MustOpen(paths), AnalystId("eve")), Pure("0.6"));
}

TEST(CurateTest, AFrozenDatasetAnswersNothingNewAndARetiredOneNeverAgain) {
  const LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths);
  const Charge made = Ask("r1", "0.5");
  MustDebit(*accountant, made);
  MustStore(*accountant, made, "answer");
  ASSERT_TRUE(accountant->SetStatus(kSurvey, DatasetStatus::kFrozen, kNote).ok());
  EXPECT_EQ(WhyNot(accountant->SetStatus(kSurvey, DatasetStatus::kFrozen, kNote)),
            Reason::kDatasetClosed);
  EXPECT_EQ(WhyNot(accountant->Spend(Ask("r2", "0.5")).status()), Reason::kDatasetClosed);
  EXPECT_EQ(MustRecall(*accountant, made).bytes, "answer");  // a retry is no new question
  ASSERT_TRUE(accountant->SetStatus(kSurvey, DatasetStatus::kActive, kNote).ok());
  MustDebit(*accountant, Ask("r2", "0.5"));
  ASSERT_TRUE(accountant->SetStatus(kSurvey, DatasetStatus::kRetired, kNote).ok());
  EXPECT_EQ(WhyNot(accountant->Spend(Ask("r3", "0.5")).status()), Reason::kDatasetClosed);
  EXPECT_EQ(WhyNot(accountant->SetStatus(kSurvey, DatasetStatus::kActive, kNote)),
            Reason::kDatasetClosed);
  EXPECT_EQ(WhyNot(accountant->AddPolicy(Terms(), "again", "carol").status()),
            Reason::kDatasetClosed);
  EXPECT_EQ(WhyNot(accountant->Publish(kSurvey, "carol").status()), Reason::kDatasetClosed);
}

TEST(CurateTest, RefusesWhatNamesNothingOrSaysNothing) {
  const auto accountant = NewLedger(FreshPaths());
  const auto why = [](const absl::Status& status) { return WhyNot(status); };
  EXPECT_EQ(why(accountant->GrantAnalyst(kSurvey, {kAna, Pure("1"), Eps("1")}, kNote)),
            Reason::kAlreadyExists);
  EXPECT_EQ(why(accountant->GrantAnalyst(kSurvey, {AnalystId(""), Pure("1"), Eps("1")}, kNote)),
            Reason::kPolicyInvalid);
  EXPECT_EQ(why(accountant->GrantAnalyst(kSurvey, {AnalystId("x"), Limit(), Eps("1")}, kNote)),
            Reason::kPolicyInvalid);
  EXPECT_EQ(why(accountant->ChangeLimit(kSurvey, "role:none", Pure("1"), kNote)),
            Reason::kPolicyInvalid);
  EXPECT_EQ(why(accountant->ChangeLimit(kSurvey, "dataset", Limit(), kNote)),
            Reason::kPolicyInvalid);
  EXPECT_EQ(why(accountant->ChangeLimit(kSurvey, "analyst:ana", Pure("0.5"), kNote)),
            Reason::kPolicyInvalid);  // one query may cost 1
  EXPECT_EQ(why(accountant->ChangeLimit(DatasetId("none"), "dataset", Pure("9"), kNote)),
            Reason::kNotFound);
  EXPECT_EQ(why(accountant->ChangeLimit(kSurvey, "dataset", Pure("9"), {"carol", ""})),
            Reason::kRequest);
  EXPECT_EQ(why(accountant->SetStatus(kSurvey, DatasetStatus::kFrozen, {"", "why"})),
            Reason::kRequest);
  EXPECT_EQ(RowCount(*accountant), 2u);
}

TEST(CurateTest, TheSamePeopleUnderANewNameShareWhatIsSpent) {
  const LedgerPaths paths = FreshPaths();
  const DatasetId later("survey-2025");
  LineageTerms renamed = Terms();
  renamed.dataset = later;
  renamed.lineage = LineageId("survey");
  {
    const auto accountant = NewLedger(paths);
    MustDebit(*accountant, Ask("r1", "1"));
    ASSERT_TRUE(accountant->AddPolicy(renamed, "text", "carol").ok());
    ASSERT_TRUE(accountant->Publish(later, "carol").ok());
    EXPECT_EQ(accountant->DatasetBudget(later)->spent, Pure("1"));
    EXPECT_EQ(accountant->AnalystBudget(later, kAna)->spent, Pure("1"));
    Charge charge = Ask("r1", "1");  // another dataset's request ids are its own
    charge.dataset = later;
    MustDebit(*accountant, charge);
    EXPECT_EQ(Spent(*accountant), Pure("2"));
    EXPECT_EQ(WhyNot(accountant->Spend(Ask("r2", "0.1")).status()), Reason::kBudgetExhausted);
  }
  EXPECT_TRUE(VerifyLedger(paths).ok());
  EXPECT_EQ(MustOpen(paths)->DatasetBudget(later)->spent, Pure("2"));
}

TEST(CurateTest, ALineageMustBeThereAndStaysWhatItIs) {
  const auto accountant = NewLedger(FreshPaths());
  LineageTerms other = Terms();
  other.dataset = DatasetId("other");
  other.lineage = LineageId("surbey");
  EXPECT_EQ(WhyNot(accountant->CheckPolicy(other)), Reason::kPolicyInvalid);  // a slip of the pen
  other.lineage = LineageId("survey");
  EXPECT_TRUE(accountant->CheckPolicy(other).ok());
  const auto immutable = [&](const LineageTerms& terms) {
    const absl::Status status = accountant->CheckPolicy(terms);
    EXPECT_EQ(WhyNot(status), Reason::kLineageImmutable);
    return DetailOf(status).field;
  };
  LineageTerms changed = other;
  changed.privacy_unit = "other:row";
  EXPECT_EQ(immutable(changed), "privacy_unit");
  changed = other;
  changed.filter = Filter::kApproximate;
  EXPECT_EQ(immutable(changed), "filter");
  changed = other;
  changed.partition = {"sex{F,M}", 4};
  EXPECT_EQ(immutable(changed), "partition");
  changed = Terms();
  changed.lineage = LineageId("another");
  EXPECT_EQ(immutable(changed), "lineage");
}

TEST(CurateTest, APartitionIsForEver) {
  LineageTerms terms = Terms();
  terms.partition = {"sex{F,M}", 2};
  const LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths, terms);
  EXPECT_TRUE(accountant->AddPolicy(terms, "the same", "carol").ok());
  for (const Partition& other : {Partition{}, Partition{"sex{F,M}", 3}, Partition{"sex{F,W}", 2},
                                 Partition{"age{F,M}", 2}}) {
    terms.partition = other;
    const absl::Status status = accountant->AddPolicy(terms, "another", "carol").status();
    EXPECT_EQ(WhyNot(status), Reason::kLineageImmutable) << other.columns;
    EXPECT_EQ(DetailOf(status).field, "partition");
  }
  EXPECT_EQ(accountant->DatasetBudget(kSurvey)->cells, 2);
  EXPECT_EQ(accountant->Log(kSurvey, 0, 100)->size(), 3u);  // two policies and a publish
}

}  // namespace
}  // namespace tacit
