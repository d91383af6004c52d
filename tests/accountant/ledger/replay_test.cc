#include "accountant/ledger/replay.h"

#include <gtest/gtest.h>

#include "accountant/ledger/anchor.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

TEST(ReplayTest, VisitsEveryRowInOrderAndKnowsALateAnchor) {
  const LedgerPaths paths = FreshPaths();
  Head before;
  {
    const auto accountant = NewLedger(paths);
    before = ReadAnchor(paths.anchor).value();
    MustDebit(*accountant, Ask("r1", "0.5"));
  }
  const Head after = ReadAnchor(paths.anchor).value();
  const auto store = Store::Open(paths.directory, Access::kReadOnly);
  std::vector<int64_t> visited;
  const auto visit = [&](const StoredRow& stored, const Row&) {
    visited.push_back(stored.sequence);
    return absl::OkStatus();
  };
  const auto level = Replay(**store, after, visit);
  ASSERT_TRUE(level.ok()) << level.status();
  EXPECT_FALSE(level->anchor_is_late);
  EXPECT_EQ(level->chain.head(), after);
  EXPECT_EQ(visited, (std::vector<int64_t>{1, 2, 3}));
  const auto late = Replay(**store, before, visit);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_TRUE(late->anchor_is_late);
}

TEST(ReplayTest, StopsAtTheVisitorsError) {
  const LedgerPaths paths = FreshPaths();
  NewLedger(paths);
  const auto store = Store::Open(paths.directory, Access::kReadOnly);
  const auto stop = [](const StoredRow&, const Row&) { return absl::InternalError("enough"); };
  EXPECT_EQ(Replay(**store, ReadAnchor(paths.anchor).value(), stop).status().message(), "enough");
}

}  // namespace
}  // namespace tacit::ledger
