// A process that dies at any moment loses no acknowledged debit and pays none twice.
//
// kill -9 at random moments shows what a crash of the process leaves; the page cache survives it.
// tests/ledger/faults strikes every system call, and cuts the power.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/accountant/lease/sample_lease.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr int kKillsMax = 300;
constexpr int kKillsOfOneLedger = 10;  // keeps reopening, which reads every row, short
constexpr auto kTimeMax = std::chrono::seconds(10);
constexpr int kKillAfterMicrosecondsMax = 10'000;

LineageTerms AmpleTerms() {
  LineageTerms terms = Terms();
  terms.limit = Pure("1000000");
  terms.analysts = {{kAna, Pure("1000000"), Eps("1")}};
  return terms;
}

struct Acknowledged {
  int64_t id = 0;
  bool outcome = false;
};

// Debits and stores until it is killed; reports its start (id 0) and each acknowledgement.
[[noreturn]] void DebitUntilKilled(const LedgerPaths& paths, int pipe, int64_t first_id) {
  auto opened = Accountant::Open(paths);
  if (!opened.ok()) _exit(3);
  const Acknowledged started;
  if (write(pipe, &started, sizeof(started)) != sizeof(started)) _exit(5);
  for (int64_t id = first_id;; ++id) {
    const Charge charge = Ask(std::to_string(id), "0.001");
    if (!(*opened)->Spend(charge).ok()) _exit(4);
    const Acknowledged debit{id, false};
    if (write(pipe, &debit, sizeof(debit)) != sizeof(debit)) _exit(5);
    if (!(*opened)
             ->StoreOutcome(kSurvey, kAna, charge.request, OutcomeKind::kAnswer,
                            charge.request.value())
             .ok()) {
      _exit(6);
    }
    const Acknowledged outcome{id, true};
    if (write(pipe, &outcome, sizeof(outcome)) != sizeof(outcome)) _exit(5);
  }
}

// When a child dies: so long after it was forked, or after it had opened the ledger.
struct KillPoint {
  bool while_opening = false;
  int microseconds = 0;
};

// Runs a child, kills it and returns what it had acknowledged.
std::vector<Acknowledged> RunAndKill(const LedgerPaths& paths, int64_t first_id,
                                     const KillPoint& point) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    DebitUntilKilled(paths, ends[1], first_id);
  }
  close(ends[1]);
  Acknowledged one;
  if (!point.while_opening) {
    EXPECT_EQ(read(ends[0], &one, sizeof(one)), ssize_t{sizeof(one)});
  }
  usleep(static_cast<useconds_t>(point.microseconds));
  EXPECT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child stopped by itself, code " << WEXITSTATUS(status);
  std::vector<Acknowledged> seen;
  while (read(ends[0], &one, sizeof(one)) == sizeof(one)) {
    if (one.id != 0) seen.push_back(one);
  }
  close(ends[0]);
  return seen;
}

// What the log of a reopened ledger says about each request.
struct Recorded {
  std::map<std::string, int> debits;
  std::map<std::string, int> outcomes;
  Amount total;
};

Recorded ReadLog(const Accountant& accountant) {
  Recorded recorded;
  const std::vector<LogEntry> log = *accountant.Log(kSurvey, 0, 1'000'000);
  for (const LogEntry& row : log) {
    recorded.total = AddSaturating(recorded.total, row.charged);
    if (row.kind == "DEBIT") ++recorded.debits[row.request];
    if (row.kind == "OUTCOME") ++recorded.outcomes[row.request];
  }
  return recorded;
}

// Opens the ledger again and compares it with every acknowledgement since it was made. Returns the
// next unused id.
int64_t ExpectNothingLost(const LedgerPaths& paths, const std::vector<Acknowledged>& seen) {
  const auto accountant = MustOpen(paths);
  if (accountant == nullptr) return 0;
  const Recorded recorded = ReadLog(*accountant);
  EXPECT_EQ(Spent(*accountant), recorded.total);
  int64_t next_id = 1;
  for (const auto& [request, count] : recorded.debits) {
    EXPECT_EQ(count, 1) << "doubled debit " << request;
    next_id = std::max(next_id, int64_t{std::stoll(request)} + 1);
  }
  for (const Acknowledged& one : seen) {
    const std::string request = std::to_string(one.id);
    EXPECT_EQ(recorded.debits.count(request), 1u) << "lost debit " << request;
    EXPECT_TRUE(!one.outcome || recorded.outcomes.count(request) == 1) << "lost answer " << request;
  }
  return next_id;
}

TEST(CrashTest, KilledAtAnyMomentItKeepsEveryAcknowledgedDebitOnce) {
  // Memory-backed where there is such a place: a kill leaves the same behind, and many more commits
  // fit into the time, so that kills fall into more different moments.
  const bool in_memory = access("/dev/shm", W_OK) == 0;
  std::mt19937 random(20240611);  // fixed seed: only the kill points vary with the machine
  std::uniform_int_distribution<int> wait(0, kKillAfterMicrosecondsMax);
  const auto deadline = std::chrono::steady_clock::now() + kTimeMax;
  int kills = 0;
  size_t acknowledged = 0;
  while (kills < kKillsMax && std::chrono::steady_clock::now() < deadline) {
    const LedgerPaths paths = in_memory ? FreshPathsIn("/dev/shm") : FreshPaths();
    NewLedger(paths, AmpleTerms());
    std::vector<Acknowledged> seen;
    int64_t next_id = 1;
    for (int kill = 0; kill < kKillsOfOneLedger; ++kill) {
      const KillPoint point{kill % 5 == 4, wait(random)};
      const std::vector<Acknowledged> last = RunAndKill(paths, next_id, point);
      seen.insert(seen.end(), last.begin(), last.end());
      next_id = ExpectNothingLost(paths, seen);
      ASSERT_GT(next_id, 0) << "after kill " << kills + kill;
    }
    kills += kKillsOfOneLedger;
    acknowledged += seen.size();
    EXPECT_TRUE(VerifyLedger(paths).ok());
    std::filesystem::remove_all(std::filesystem::path(paths.anchor).parent_path());
  }
  EXPECT_GT(acknowledged, 0u);
  RecordProperty("kills", kills);
  RecordProperty("acknowledged", static_cast<int>(acknowledged));
}

TEST(CrashTest, AnUnansweredDebitOfAKilledProcessRunsOnceMore) {
  const LedgerPaths paths = FreshPaths();
  NewLedger(paths, AmpleTerms());
  const Charge charge = Ask("1", "0.5");
  const pid_t child = fork();
  if (child == 0) {
    auto opened = Accountant::Open(paths);
    if (!opened.ok() || !(*opened)->Spend(charge).ok()) _exit(1);
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto accountant = MustOpen(paths);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
  MustDebit(*accountant, charge);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
  MustStore(*accountant, charge, "answer");
}

// Killed between a lease and its last step: what was leased stays paid, and no step comes back.
TEST(CrashTest, ALeaseOfAKilledProcessStaysPaidAndEnds) {
  const LedgerPaths paths = FreshPaths();
  NewLedger(paths, ApproximateTerms());
  const LeaseCharge lease = AskSteps("1", 100);
  for (const int64_t steps_taken : {0, 37}) {
    const pid_t child = fork();
    if (child == 0) {
      auto opened = Accountant::Open(paths);
      if (!opened.ok()) _exit(1);
      const bool is_first = steps_taken == 0;
      // The second process finds the lease of the first, and cannot take it up.
      if (!is_first && ReasonOf((*opened)->Lease(lease).status()) != Reason::kLeaseEnded) _exit(2);
      auto leased = (*opened)->Lease(is_first ? lease : AskSteps("2", 100));
      if (!leased.ok()) _exit(3);
      for (int64_t i = 0; i < steps_taken; ++i) {
        if (!std::get<StepLease>(*leased).Next().has_value()) _exit(4);
      }
      raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  }
  {
    const auto accountant = MustOpen(paths);
    const Amount both = AddSaturating(PriceOf(lease), PriceOf(lease));
    EXPECT_EQ(Spent(*accountant), both);
    for (const char* request : {"1", "2"}) {
      EXPECT_EQ(WhyNot(accountant->Lease(AskSteps(request, 100)).status()), Reason::kLeaseEnded);
    }
    EXPECT_EQ(Spent(*accountant), both);
    // The 63 later steps are leased anew.
    const LeaseCharge later = AskSteps("3", 63);
    const StepLease rest = MustLease(*accountant, later);
    EXPECT_EQ(Spent(*accountant), AddSaturating(both, PriceOf(later)));
  }
  EXPECT_TRUE(VerifyLedger(paths).ok());
}

TEST(CrashTest, ASecondProcessIsRefusedAtOnce) {
  const LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths);
  const pid_t child = fork();
  if (child == 0) {
    const absl::Status status = Accountant::Open(paths).status();
    const bool named = std::string(status.message()).find("ledger.lock") != std::string::npos;
    _exit(!status.ok() && ReasonOf(status) == Reason::kLedgerRefused && named ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  MustDebit(*accountant, Ask("r1", "0.5"));  // the first goes on undisturbed
}

// Lets no file grow past `bytes`, so that the next commit fails in a write.
void LimitFileSize(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(1);
}

TEST(CrashTest, AFailedCommitEndsTheProcessAndLeavesTheLedgerWhole) {
  const LedgerPaths paths = FreshPaths();
  NewLedger(paths, AmpleTerms());
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    auto opened = Accountant::Open(paths);
    if (!opened.ok()) _exit(1);
    LimitFileSize(2048);  // the journal of a commit needs more
    (void)(*opened)->Spend(Ask("1", "0.5"));
    _exit(2);  // came back: not fail-stop
  }
  close(ends[1]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 74);
  std::string said(4096, '\0');
  said.resize(static_cast<size_t>(std::max<ssize_t>(0, read(ends[0], said.data(), said.size()))));
  close(ends[0]);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_NE(said.find("the ledger could not be made durable"), std::string::npos) << said;
  const auto accountant = MustOpen(paths);
  ASSERT_NE(accountant, nullptr);
  EXPECT_EQ(Spent(*accountant), Amount());
  MustDebit(*accountant, Ask("1", "0.5"));
}

TEST(CrashTest, AnAnchorThatCannotBeWrittenEndsTheProcess) {
  const LedgerPaths paths = FreshPaths();
  NewLedger(paths, AmpleTerms());
  const pid_t child = fork();
  if (child == 0) {
    auto opened = Accountant::Open(paths);
    if (!opened.ok()) _exit(1);
    // Somebody took it away; a new one would hide that.
    if (rename(paths.anchor.c_str(), (paths.anchor + ".gone").c_str()) != 0) _exit(1);
    (void)(*opened)->Spend(Ask("1", "0.5"));
    _exit(2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 74);
  ASSERT_EQ(rename((paths.anchor + ".gone").c_str(), paths.anchor.c_str()), 0);
  // The debit is in the ledger and one group ahead of the anchor: a crash, and it counts.
  EXPECT_EQ(Spent(*MustOpen(paths)), Pure("0.5"));
}

}  // namespace
}  // namespace tacit
