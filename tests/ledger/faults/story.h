// What is asked of a ledger while faults strike it: one story for each shape of request.
#ifndef TACIT_TESTS_LEDGER_FAULTS_STORY_H_
#define TACIT_TESTS_LEDGER_FAULTS_STORY_H_

#include <array>
#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "accountant/accountant.h"
#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/image.h"

namespace tacit::faults {

// One call of the accountant and what must come of it.
struct Step {
  enum class Kind { kPolicy, kPublish, kFind, kSpend, kLease, kAnswer };
  Kind kind = Kind::kSpend;
  LineageTerms terms;      // of kPolicy; its dataset is that of kPublish too
  Charge charge;           // of kSpend, kLease, kAnswer; of kFind, which reads an answer by its id
  std::string row;         // the kind of row it adds; empty: none
  std::string text;        // the policy, the answer to store, or the stored answer to expect
  bool refused = false;    // the budget does not admit it
  Amount dataset_charged;  // what the totals must grow by
  Amount analyst_charged;
  int caller = 0;  // steps of one caller come one after another
  int life = 0;    // which process takes the step, counted from 0
};

struct Story {
  std::string name;
  std::vector<Step> before;  // done and the ledger closed when the faults begin
  std::vector<Step> act;
};

// The steps that a test is made of. Answers are as long as `answer_bytes`.
Step FirstPolicy(const LineageTerms& terms, size_t policy_bytes);
Step Publish(const DatasetId& dataset);
Step Debit(const Charge& charge);
Step Answer(const Charge& charge, size_t answer_bytes);
// What kLease asks the accountant for.
LeaseCharge LeaseOf(const Step& step);

// Every shape of request, each on a ledger with `past` answered requests.
std::vector<Story> EveryStory(int past);
// The same story with one more commit by the process that is started next.
Story WithSecondLife(Story story);

// How far a story has come, in memory that the process under test shares: what it had begun and
// what it had been told is done.
inline constexpr size_t kStepsMax = 64;
struct Progress {
  std::array<std::atomic<bool>, kStepsMax> begun;
  std::array<std::atomic<bool>, kStepsMax> done;
  std::atomic<bool> wrong;  // something came back that may never
};
Progress* NewProgress();

// What the clients know, taken from a Progress or from the remarks of a trace.
struct Told {
  std::vector<bool> begun;
  std::vector<bool> done;
};
// Clears it for the next run.
void Reset(Progress& progress);
Told ToldBy(const Story& story, const Progress& progress);
Told Nothing(const Story& story);
// Counts one remark of Play.
void Hear(int64_t remark, Told& told);

// Carries out one life of the story's act, each caller on a thread of his own when there are
// several. Goes on after a call that fails, as other callers of a server would.
void Play(const Story& story, int life, Accountant& accountant, Progress& progress,
          Control& control);

// One step. Not OK when it did not come to what it should; kInternal "wrong" when it may never.
absl::Status Perform(const Step& step, Accountant& accountant);

// An image of the story's ledger before the act.
Image Prepare(const Story& story, const Scratch& scratch);

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_STORY_H_
