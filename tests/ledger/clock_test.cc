// The wall clock is shown and never decides: stepped between one process and the next, it changes
// nothing but the times in the log.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/accountant/sample_ledger.h"
#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/image.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr int64_t kYear = 365 * 86400;

// Runs `act` in a process of its own, whose clock is `seconds` off. This process asks for no time
// itself, so that none is remembered across the fork. True if `act` returned true.
template <typename Act>
bool AtClock(int64_t seconds, const Act& act) {
  const pid_t child = fork();
  if (child == 0) {
    faults::Control* control = faults::NewControl();
    control->clock_shift = seconds;
    faults::Use(control);
    _exit(act() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Debits, and answers what the process before has left unanswered.
bool DebitAndAnswer(const LedgerPaths& paths, const Charge& charge, const Charge& orphan) {
  const auto opened = Accountant::Open(paths);
  if (!opened.ok()) return false;
  Accountant& accountant = **opened;
  const auto receipt = [&](const Charge& wanted) {
    const auto result = accountant.Spend(wanted);
    return result.ok() && std::holds_alternative<SpendReceipt>(*result);
  };
  if (!orphan.request.value().empty() &&
      (!receipt(orphan) || !accountant
                                .StoreOutcome(kSurvey, kAna, orphan.request, OutcomeKind::kAnswer,
                                              orphan.request.value())
                                .ok())) {
    return false;
  }
  return receipt(charge);
}

TEST(ClockTest, StepsBetweenProcessesChangeNothing) {
  const faults::Scratch scratch;
  const LedgerPaths paths = scratch.paths();
  ASSERT_TRUE(AtClock(kYear, [&] { return NewLedger(paths) != nullptr; }));
  // A year back and forth, a small step, before 1970, and past the year 9999.
  const std::vector<int64_t> steps = {0, -kYear, kYear, -3, -60 * kYear, 8'000 * kYear, 0};
  Charge orphan;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Charge charge = Ask("r" + std::to_string(i), "0.1");
    EXPECT_TRUE(AtClock(steps[i], [&] { return DebitAndAnswer(paths, charge, orphan); })) << i;
    EXPECT_TRUE(AtClock(-steps[i], [&] { return VerifyLedger(paths).ok(); })) << i;
    orphan = charge;
  }
  const auto accountant = MustOpen(paths);
  EXPECT_EQ(Spent(*accountant), Pure("0.7"));
  EXPECT_EQ(SpentBy(*accountant, kAna), Pure("0.7"));
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const std::string id = "r" + std::to_string(i);
    EXPECT_EQ(MustRecall(*accountant, Ask(id, "0.1")).bytes, id);
  }
  const std::vector<LogEntry> log = *accountant->Log(kSurvey, 0, 100);
  ASSERT_EQ(log.size(), 2 + 3 * steps.size() - 2);
  int stays = 0;
  for (size_t i = 1; i < log.size(); ++i) {
    EXPECT_EQ(log[i].sequence, log[i - 1].sequence + 1);
    EXPECT_GE(log[i].time.size(), log[i - 1].time.size());  // the year may have five digits
    stays += log[i].time == log[i - 1].time ? 1 : 0;
  }
  // The clock did step back for the ledger, whose own time never does.
  EXPECT_GE(stays, 3);
}

}  // namespace
}  // namespace tacit
