// The real server with faults in the system calls of its ledger: killed or stopped at every one of
// them, it comes back with every answer it gave, and nobody pays twice.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/e2e/clinic.h"
#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/extent.h"
#include "tests/ledger/faults/image.h"
#include "tests/ledger/faults/session.h"
#include "tests/support/tacitd_process.h"

namespace tacit::faults {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitLedgerFailed = 74;
constexpr int kKilled = 128 + SIGKILL;
constexpr int kSessionsOfOneLedger = 25;  // a start reads every row
constexpr int kShownMax = 20;
constexpr int kPasses = 7;

class ServerFaultTest : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "Debian's gRPC is not built for ThreadSanitizer";
#endif
    // Set once, before there are threads; the command line gets them too, which does no harm.
    setenv("TACIT_FAULTS", (scratch_.root() + "/faults").c_str(), 1);
    setenv("LD_PRELOAD", FAULT_CALLS, 1);
    // Preloaded calls stand before the sanitizer's own, which is wanted here.
    const char* options = std::getenv("ASAN_OPTIONS");
    const std::string before = options == nullptr ? "" : std::string(options) + ":";
    setenv("ASAN_OPTIONS", (before + "verify_asan_link_order=0").c_str(), 1);
    NewServer();
  }
  void TearDown() override { unsetenv("LD_PRELOAD"); }

  // A new ledger with a policy and data, served by a program whose calls are watched.
  void NewServer() {
    server_.reset();
    folder_ = MakeClinic(scratch_.root());
    Arm(Fault::kNone, 0);
    server_ = std::make_unique<TacitdProcess>(TACITD, "carol", folder_);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"policy", "apply", folder_ + "/clinic.toml"},
          std::vector<std::string>{"dataset", "publish", "clinic"}}) {
      ASSERT_EQ(RunTacit(*server_, folder_, "carol", words).exit_code, 0);
    }
    sessions_ = 0;
  }

  void Arm(Fault fault, int64_t at) {
    Reset(control_, folder_ + "/state/ledger", folder_ + "/anchor");
    control_.fault = fault;
    control_.fault_at = at;
  }

  // One session with a fault at call `at`, a restart, and the judgement. False: there was no such
  // call.
  bool StrikeSession(Fault fault, int64_t at) {
    if (++sessions_ > kSessionsOfOneLedger) NewServer();
    Session session(++number_);
    Arm(fault, at);
    session.Ask(server_->address());
    const bool struck = control_.struck;
    Arm(Fault::kNone, 0);
    const int ended = server_->Stop(SIGKILL);
    const bool kill = fault == Fault::kKill || fault == Fault::kKillCut;
    if (struck) {
      ++by_end_[kill               ? "killed"
                : ended == kKilled ? "went on, call by call, until it was stopped"
                                   : "stopped with code 74"];
    }
    std::string complaint;
    if (ended != kKilled && ended != kExitLedgerFailed) {
      complaint = "ended with " + std::to_string(ended);
    }
    Finish(session, struck, fault, at, complaint);
    return struck;
  }

  // A start with a fault at call `at`, then a good one and the judgement of a session that was done
  // before.
  bool StrikeStart(Session& before, Fault fault, int64_t at) {
    server_->Stop(SIGKILL);
    Arm(fault, at);
    const std::optional<int> ended = server_->TryStart();
    const bool struck = control_.struck;
    Arm(Fault::kNone, 0);
    std::string complaint;
    if (ended.has_value() && *ended != kKilled && *ended != kExitFailure &&
        *ended != kExitLedgerFailed) {
      complaint = "ended with " + std::to_string(*ended);
    }
    if (struck) {
      ++by_end_[!ended.has_value()  ? "started all the same"
                : *ended == kKilled ? "killed while it started"
                                    : "refused to start"];
    }
    if (!ended.has_value()) server_->Stop(SIGKILL);
    Finish(before, struck, fault, at, complaint);
    return struck;
  }

  void Finish(Session& session, bool struck, Fault fault, int64_t at, std::string complaint) {
    points_ += struck ? 1 : 0;
    if (server_->TryStart().has_value()) {
      complaint = "did not come up again";
    } else if (complaint.empty()) {
      complaint = session.Judge(server_->address());
    }
    if (complaint.empty()) return;
    if (++bad_ <= kShownMax) {
      ADD_FAILURE() << NameOf(fault) << " at call " << at << ": " << complaint;
    }
    NewServer();
  }

  void Show(const char* what) {
    std::printf("COUNT %s: %lld points, %d bad\n", what, static_cast<long long>(points_), bad_);
    for (const auto& [end, count] : by_end_) {
      std::printf("COUNT   %s: %lld\n", end.c_str(), static_cast<long long>(count));
    }
    EXPECT_EQ(bad_, 0);
  }

  const Scratch scratch_;
  std::string folder_;
  Control& control_ = *NewControlIn(scratch_.root() + "/faults");
  std::unique_ptr<TacitdProcess> server_;
  int sessions_ = 0;  // on this ledger
  int number_ = 0;
  int64_t turn_ = 0;  // so that a stride begins elsewhere each time
  int64_t points_ = 0;
  int bad_ = 0;
  std::map<std::string, int64_t> by_end_;
};

TEST_F(ServerFaultTest, AtEveryCallOfASessionNoAnswerIsLostAndNoneIsPaidTwice) {
  const int64_t stride = IsWhole() ? 1 : 61;
  // Again and again at night: each time the ledger is another one, and the four at once meet anew.
  for (int pass = 0; pass < (IsWhole() ? kPasses : 1); ++pass) {
    for (const Fault fault : kAllFaults) {
      int64_t at = 1 + (turn_++ * 17) % stride;
      while (StrikeSession(fault, at)) at += stride;
    }
  }
  Show("faults in sessions with the real server");
}

TEST_F(ServerFaultTest, AtEveryCallOfItsStartNothingIsLost) {
  const int64_t stride = IsWhole() ? 1 : 41;
  Session before(++number_);
  before.Ask(server_->address());
  for (const Fault fault : kAllFaults) {
    int64_t at = 1 + (turn_++ * 17) % stride;
    while (StrikeStart(before, fault, at)) at += stride;
  }
  Show("faults in starts of the real server");
}

}  // namespace
}  // namespace tacit::faults
