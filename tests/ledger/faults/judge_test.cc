// The judge of the fault tests convicts: without this, ledgers that lose or double could pass.
#include "tests/ledger/faults/judge.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/accountant/sample_ledger.h"

namespace tacit::faults {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

class JudgeTest : public testing::Test {
 protected:
  JudgeTest() {
    for (const Story& story : EveryStory(1)) {
      if (story.name == "debit and answer") story_ = story;
    }
    before_ = Prepare(story_, scratch_);
    const auto accountant = MustOpen(scratch_.paths());
    Play(story_, 0, *accountant, *NewProgress(), *NewControl());
  }

  std::string Judged(const Told& told) { return Judge(scratch_.paths(), story_, told); }
  bool Accuses(const Told& told, const std::string& what) {
    const std::string complaint = Judged(told);
    EXPECT_NE(complaint.find(what), std::string::npos) << complaint;
    return complaint.find(what) != std::string::npos;
  }

  const Scratch scratch_;
  Story story_;
  Image before_;
  const Told begun_{{true, true}, {false, false}};
  const Told done_{{true, true}, {true, true}};
};

TEST_F(JudgeTest, AcquitsWhatWasToldAndWhatWasOnlyBegun) {
  EXPECT_EQ(Judged(done_), "");
  EXPECT_EQ(Judged(begun_), "");
  scratch_.Put(before_);
  EXPECT_EQ(Judged(begun_), "");
}

TEST_F(JudgeTest, ConvictsALedgerThatLostWhatWasTold) {
  scratch_.Put(before_);
  EXPECT_TRUE(Accuses(done_, "lost DEBIT/survey/ana/next"));
}

TEST_F(JudgeTest, ConvictsALedgerThatCannotBeOpened) {
  Image mixed = scratch_.Take();
  mixed.files["ledger/ledger.db"] = before_.files["ledger/ledger.db"];
  scratch_.Put(mixed);
  EXPECT_TRUE(Accuses(begun_, "refused: the ledger is behind its anchor"));
}

TEST_F(JudgeTest, ConvictsRowsThatNobodyAsked) {
  EXPECT_TRUE(Accuses(Nothing(story_), "doubled or never asked DEBIT/survey/ana/next"));
  MustDebit(*MustOpen(scratch_.paths()), Ask("stranger", "0.5"));
  EXPECT_TRUE(Accuses(done_, "asked by nobody: DEBIT/survey/ana/stranger"));
}

TEST_F(JudgeTest, ConvictsAnotherAnswerThanWasStored) {
  story_.act[1].text = "another answer";
  EXPECT_TRUE(Accuses(done_, "lost the answer to next"));
}

TEST_F(JudgeTest, ConvictsATotalThatIsNotWhatTheClientsAsked) {
  story_.act[0].dataset_charged = Pure("0.5");
  EXPECT_TRUE(Accuses(done_, "the dataset's end total"));
}

}  // namespace
}  // namespace tacit::faults
