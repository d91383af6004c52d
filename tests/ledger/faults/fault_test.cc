// Every system call on a ledger fails once, in every way: nothing told is lost, no debit is paid
// twice, and a process that cannot be sure ends.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/accountant/sample_ledger.h"
#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/extent.h"
#include "tests/ledger/faults/image.h"
#include "tests/ledger/faults/judge.h"
#include "tests/ledger/faults/story.h"

namespace tacit::faults {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr int kExitLedgerFailed = 74;
constexpr int kExitRefused = 3;
constexpr int kKilled = 128 + SIGKILL;
constexpr int kShownMax = 20;

// Where the story begins to count its calls.
enum class From { kOpening, kAct };

// How one run ended.
struct End {
  int exit_code = 0;
  bool struck = false;
  bool struck_sync = false;
  bool wrong = false;
  Told told;
};

// What became of all runs.
struct Tally {
  int64_t points = 0;
  std::map<std::string, int64_t> by_end;
  int bad = 0;
};

class FaultTest : public testing::Test {
 protected:
  // Opens the ledger and plays the story in a process of its own, with a fault at call `at`.
  End Run(const Story& story, From from, Fault fault, int64_t at) {
    Reset(progress_);
    Reset(control_, scratch_.paths().directory, scratch_.paths().anchor);
    const pid_t child = fork();
    if (child == 0) {
      std::fclose(stderr);  // a process that stops says so; thousands of times here
      Use(&control_);
      control_.fault = fault;
      if (from == From::kOpening) control_.fault_at = at;
      auto opened = Accountant::Open(scratch_.paths());
      if (!opened.ok()) _exit(kExitRefused);
      if (from == From::kAct) {
        control_.calls = 0;
        control_.fault_at = at;
      }
      Play(story, 0, **opened, progress_, control_);
      control_.closing = true;
      opened->reset();
      _exit(0);
    }
    const int exit_code = WaitFor(child);
    return {exit_code, control_.struck, control_.struck_sync, progress_.wrong,
            ToldBy(story, progress_)};
  }

  // Counts one point and complains when the run or what it left is not as it must be.
  void Check(const Story& story, Fault fault, int64_t at, const End& end) {
    ++tally_.points;
    const bool kill = fault == Fault::kKill || fault == Fault::kKillCut;
    std::string complaint;
    if (kill ? end.exit_code != kKilled
             : end.exit_code != 0 && end.exit_code != kExitLedgerFailed &&
                   end.exit_code != kExitRefused) {
      complaint = "ended with " + std::to_string(end.exit_code);
      // SQLite overlooks a failed fsync of the directory; its journal's name is durable before.
    } else if (!kill && end.struck_sync && end.exit_code == 0) {
      complaint = "went on after a failed fsync";
    } else if (end.wrong) {
      complaint = "told a client what may never be told";
    } else {
      complaint = Judge(scratch_.paths(), story, end.told);
    }
    ++tally_.by_end[kill                            ? "killed"
                    : end.exit_code == 0            ? "went on, call by call"
                    : end.exit_code == kExitRefused ? "refused to open"
                                                    : "stopped with code 74"];
    if (complaint.empty()) return;
    if (++tally_.bad <= kShownMax) {
      ADD_FAILURE() << story.name << ", " << NameOf(fault) << " at call " << at << ": "
                    << complaint;
    }
  }

  // All faults at every `stride`-th call, beginning at another one for each kind of fault.
  void Strike(const Story& story, const Image& image, From from, int64_t stride) {
    for (const Fault fault : kAllFaults) {
      for (int64_t at = 1 + turn_++ % stride;; at += stride) {
        scratch_.Put(image);
        const End end = Run(story, from, fault, at);
        if (!end.struck) {
          EXPECT_EQ(end.exit_code, 0) << story.name;
          break;
        }
        Check(story, fault, at, end);
      }
    }
  }

  // All faults in an opening of what a first fault left. Nobody is told anything by it.
  void StrikeStart(const Story& story, const Image& left, const End& first, int64_t stride) {
    const Story start{story.name + ", started again", {}, {}};
    for (const Fault fault : kAllFaults) {
      for (int64_t at = 1 + turn_++ % stride;; at += stride) {
        scratch_.Put(left);
        End end = Run(start, From::kOpening, fault, at);
        if (!end.struck) break;
        end.told = first.told;
        Check(story, fault, at, end);
      }
    }
  }

  End RunInit(Fault fault, int64_t at) {
    Reset(control_, scratch_.paths().directory, scratch_.paths().anchor);
    const pid_t child = fork();
    if (child == 0) {
      control_.fault = fault;
      control_.fault_at = at;
      Use(&control_);
      _exit(Accountant::Init(scratch_.paths()).ok() ? 0 : kExitRefused);
    }
    End end;
    end.exit_code = WaitFor(child);
    end.struck = control_.struck;
    return end;
  }

  static int WaitFor(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

  static int64_t LargestGroup(const std::string& file) {
    sqlite3* connection = nullptr;
    int64_t largest = 0;
    const auto keep = [](void* into, int, char** values, char**) {
      *static_cast<int64_t*>(into) = std::stoll(values[0]);
      return 0;
    };
    EXPECT_EQ(sqlite3_open(file.c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection,
                           "SELECT max(n) FROM (SELECT count(*) AS n FROM ledger_row "
                           "GROUP BY commit_group)",
                           keep, &largest, nullptr),
              SQLITE_OK);
    sqlite3_close(connection);
    return largest;
  }

  void Show(const char* what) {
    std::printf("COUNT %s: %lld points, %d bad\n", what, static_cast<long long>(tally_.points),
                tally_.bad);
    for (const auto& [end, count] : tally_.by_end) {
      std::printf("COUNT   %s: %lld\n", end.c_str(), static_cast<long long>(count));
    }
    EXPECT_EQ(tally_.bad, 0);
  }

  const Scratch scratch_;
  Control& control_ = *NewControl();
  Progress& progress_ = *NewProgress();
  int64_t turn_ = 0;  // so that a stride begins elsewhere each time
  Tally tally_;
};

TEST_F(FaultTest, AtEveryCallOfEveryStoryNothingIsLostOrDoubled) {
  int64_t largest_group = 0;
  for (const int past : IsWhole() ? std::vector<int>{0, 8, 50} : std::vector<int>{3}) {
    for (const Story& story : EveryStory(past)) {
      const From from = story.name == "open" ? From::kOpening : From::kAct;
      Strike(story, Prepare(story, scratch_), from, IsWhole() ? 1 : 11);
      if (story.name == "crowd") {
        largest_group = std::max(largest_group, LargestGroup(LedgerFile(scratch_.paths())));
      }
    }
  }
  std::printf("COUNT   largest commit group of callers at once: %lld rows\n",
              static_cast<long long>(largest_group));
  Show("faults in every shape of request");
}

// A crash during the start after a crash: the first fault leaves something to roll back or to
// anchor, the second strikes while that is done.
TEST_F(FaultTest, AtEveryCallOfAStartAfterAFaultNothingIsLostOrDoubled) {
  for (const Story& story : EveryStory(3)) {
    if (story.name != "debit and answer" && story.name != "large answer") continue;
    const Image before = Prepare(story, scratch_);
    std::set<Image> seen;
    for (int64_t at = 1;; ++at) {
      scratch_.Put(before);
      const End first = Run(story, From::kAct, Fault::kKillCut, at);
      if (!first.struck) break;
      const Image left = scratch_.Take();
      if (!seen.insert(left).second) continue;
      if (IsWhole() || at % 5 == 0) StrikeStart(story, left, first, IsWhole() ? 3 : 61);
    }
  }
  Show("faults in the start after a kill");
}

TEST_F(FaultTest, AtEveryCallOfInitItIsWholeOrRefused) {
  for (const Fault fault : kAllFaults) {
    for (int64_t at = 1;; ++at) {
      scratch_.Put({});
      const End end = RunInit(fault, at);
      if (!end.struck) break;
      ++tally_.points;
      ++tally_.by_end[end.exit_code == 0         ? "made"
                      : end.exit_code == kKilled ? "killed"
                                                 : "refused"];
      const auto opened = Accountant::Open(scratch_.paths());
      const bool made = end.exit_code == 0;
      const bool fine = opened.ok() ? (*opened)->Policies().empty()
                                    : !made && ReasonOf(opened.status()) == Reason::kLedgerRefused;
      if (!fine && ++tally_.bad <= kShownMax) {
        ADD_FAILURE() << NameOf(fault) << " at call " << at << ": " << opened.status();
      }
    }
  }
  Show("faults in the making of a ledger");
}

}  // namespace
}  // namespace tacit::faults
