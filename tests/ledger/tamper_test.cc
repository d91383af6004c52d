// Whoever edits, restores or replaces the ledger's files is noticed.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

// A closed ledger with rows of every kind but RERUN.
LedgerPaths ClosedLedger() {
  const LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths);
  const Charge charge = WithKey(Ask("request-1", "0.5"), "k");
  MustDebit(*accountant, charge);
  MustStore(*accountant, charge, "the answer that was sent");
  MustRecall(*accountant, As(WithKey(Ask("request-2", "0.5"), "k"), kBob));
  MustDebit(*accountant, Ask("request-3", "0.25"));
  return paths;
}

// True when the ledger is refused for the right reason.
bool IsRefused(const LedgerPaths& paths) {
  const auto opened = Accountant::Open(paths);
  return !opened.ok() && ReasonOf(opened.status()) == Reason::kLedgerRefused;
}

TEST(TamperTest, AnEditThatSqliteCannotSeeBreaksTheChain) {
  const LedgerPaths paths = ClosedLedger();
  std::string edited = ReadFile(LedgerFile(paths));
  const size_t at = edited.find("the answer that was sent");
  ASSERT_NE(at, std::string::npos);
  edited[at] = 'T';
  WriteFile(LedgerFile(paths), edited);
  const absl::Status status = Accountant::Open(paths).status();
  EXPECT_EQ(WhyNot(status), Reason::kLedgerRefused);
  EXPECT_TRUE(Says(status, "hash chain of the ledger breaks at row 4: a row was edited"));
  EXPECT_EQ(VerifyLedger(paths).status().message(), status.message());
}

TEST(TamperTest, AnOlderCopyIsBehindItsAnchor) {
  const LedgerPaths paths = ClosedLedger();
  const std::string yesterday = ReadFile(LedgerFile(paths));
  MustDebit(*MustOpen(paths), Ask("request-4", "0.5"));
  WriteFile(LedgerFile(paths), yesterday);
  const absl::Status status = Accountant::Open(paths).status();
  EXPECT_EQ(WhyNot(status), Reason::kLedgerRefused);
  EXPECT_TRUE(Says(status,
                   "behind its anchor: it ends at row 6 of commit group 6, the anchor "
                   "expects row 7 of commit group 7"));
  EXPECT_EQ(WhyNot(VerifyLedger(paths).status()), Reason::kLedgerRefused);
}

TEST(TamperTest, AnotherHistoryIsBesideItsAnchor) {
  const LedgerPaths paths = ClosedLedger();
  const std::string before = ReadFile(LedgerFile(paths));
  const std::string anchor_before = ReadFile(paths.anchor);
  MustDebit(*MustOpen(paths), Ask("request-4", "0.5"));
  const std::string spent_anchor = ReadFile(paths.anchor);
  // Roll both back, spend less, and put the true anchor in place again.
  WriteFile(LedgerFile(paths), before);
  WriteFile(paths.anchor, anchor_before);
  MustDebit(*MustOpen(paths), Ask("request-4", "0.1"));
  WriteFile(paths.anchor, spent_anchor);
  const absl::Status status = Accountant::Open(paths).status();
  EXPECT_EQ(WhyNot(status), Reason::kLedgerRefused);
  EXPECT_TRUE(Says(status, "has another history than its anchor"));
}

TEST(TamperTest, OneGroupAheadIsACrashAndTwoAreNot) {
  const LedgerPaths paths = ClosedLedger();
  const std::string anchor_before = ReadFile(paths.anchor);
  MustDebit(*MustOpen(paths), Ask("request-4", "0.5"));
  const std::string anchor_after = ReadFile(paths.anchor);
  WriteFile(paths.anchor, anchor_before);
  EXPECT_EQ(Spent(*MustOpen(paths)), Pure("1.25"));
  EXPECT_EQ(ReadFile(paths.anchor), anchor_after);  // brought up

  MustDebit(*MustOpen(paths), Ask("request-5", "0.5"));
  WriteFile(paths.anchor, anchor_before);
  const absl::Status status = Accountant::Open(paths).status();
  EXPECT_EQ(WhyNot(status), Reason::kLedgerRefused);
  EXPECT_TRUE(Says(status, "ahead of its anchor by more than one commit group"));
  EXPECT_EQ(ReadFile(paths.anchor), anchor_before);  // nothing is repaired
}

TEST(TamperTest, RefusesFilesThatAreNotTheLedgersOwn) {
  const std::vector<std::function<void(const std::string&)>> spoils = {
      [](const std::string& file) { unlink(file.c_str()); },
      [](const std::string& file) { WriteFile(file, ""); },
      [](const std::string& file) { WriteFile(file, "not a database at all"); },
      [](const std::string& file) { chmod(file.c_str(), 0666); },
      [](const std::string& file) { chmod(file.c_str(), 0400); },
      [](const std::string& file) {
        std::filesystem::rename(file, file + ".real");
        std::filesystem::create_symlink(file + ".real", file);
      },
      [](const std::string& file) {
        unlink(file.c_str());
        mkfifo(file.c_str(), 0600);
      },
      [](const std::string& file) {
        unlink(file.c_str());
        mkdir(file.c_str(), 0700);
      }};
  for (size_t i = 0; i < spoils.size(); ++i) {
    const LedgerPaths ledger_spoiled = ClosedLedger();
    spoils[i](LedgerFile(ledger_spoiled));
    EXPECT_TRUE(IsRefused(ledger_spoiled)) << "ledger, spoil " << i;
    EXPECT_FALSE(VerifyLedger(ledger_spoiled).ok()) << "ledger, spoil " << i;
    const LedgerPaths anchor_spoiled = ClosedLedger();
    spoils[i](anchor_spoiled.anchor);
    EXPECT_TRUE(IsRefused(anchor_spoiled)) << "anchor, spoil " << i;
  }
  const LedgerPaths paths = ClosedLedger();
  chmod(paths.directory.c_str(), 0755);
  EXPECT_TRUE(IsRefused(paths));
}

TEST(TamperTest, OpenNeverCreatesALedger) {
  const LedgerPaths paths = FreshPaths();
  EXPECT_TRUE(IsRefused(paths));
  EXPECT_FALSE(std::filesystem::exists(paths.directory));
  EXPECT_FALSE(std::filesystem::exists(paths.anchor));
}

}  // namespace
}  // namespace tacit
