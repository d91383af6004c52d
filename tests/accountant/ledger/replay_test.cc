#include "accountant/ledger/replay.h"

#include <gtest/gtest.h>

#include "accountant/ledger/anchor.h"
#include "tests/accountant/sample_rows.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

TEST(ReplayTest, VisitsEveryRowInOrderAlsoPastALateAnchor) {
  const LedgerPaths paths = FreshPaths();
  Anchor before;
  {
    const auto accountant = NewLedger(paths);
    before = ReadAnchor(paths.anchor).value();
    MustDebit(*accountant, Ask("r1", "0.5"));
  }
  const Anchor after = ReadAnchor(paths.anchor).value();
  const auto store = Store::Open(paths.directory, Access::kReadOnly);
  std::vector<int64_t> visited;
  const auto visit = [&](const StoredRow& stored, const Row&) {
    visited.push_back(stored.sequence);
    return absl::OkStatus();
  };
  const auto level = Replay(**store, after, visit);
  ASSERT_TRUE(level.ok()) << level.status();
  EXPECT_EQ(level->head(), after.head);
  EXPECT_EQ(visited, (std::vector<int64_t>{1, 2, 3}));
  const auto late = Replay(**store, before, visit);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ(late->head(), after.head);
}

// More rows than are read at once, in one group; the one at `wrong` has another hash.
Head WriteMany(const LedgerPaths& paths, int64_t count, int64_t wrong = 0) {
  EXPECT_TRUE(Accountant::Init(paths).ok());
  const auto store = Store::Open(paths.directory, Access::kAppend);
  Chain chain;
  std::vector<StoredRow> rows;
  for (int64_t i = 1; i <= count; ++i) {
    rows.push_back(Encode(RowWith(PublishRow{DataVersion(i)})));
    chain.Seal(rows.back(), 1);
    if (i == wrong) rows.back().hash = Sha256("wrong");
  }
  EXPECT_TRUE((*store)->Append(rows).ok());
  return chain.head();
}

// The rows that a visitor sees, and what Replay says.
std::pair<int64_t, absl::Status> CountVisited(const LedgerPaths& paths, const Head& anchored) {
  const auto store = Store::Open(paths.directory, Access::kReadOnly);
  int64_t visited = 0;
  const auto visit = [&](const StoredRow& stored, const Row& row) {
    EXPECT_EQ(stored.sequence, ++visited);
    EXPECT_EQ(std::get<PublishRow>(row.body).version, DataVersion(visited));
    return absl::OkStatus();
  };
  const absl::Status status = Replay(**store, {anchored}, visit).status();
  return {visited, status};
}

constexpr int64_t kManyRows = 5000;

TEST(ReplayTest, VisitsEveryRowOfManyBatches) {
  const LedgerPaths paths = FreshPaths();
  const Head head = WriteMany(paths, kManyRows);
  const auto [visited, status] = CountVisited(paths, head);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(visited, kManyRows);
}

TEST(ReplayTest, VisitsEveryRowBeforeABrokenOneAndNoneAfterIt) {
  for (const int64_t wrong : {1, 2, 1024, 1025, 3000, 5000}) {
    const LedgerPaths paths = FreshPaths();
    const Head head = WriteMany(paths, kManyRows, wrong);
    const auto [visited, status] = CountVisited(paths, head);
    EXPECT_EQ(visited, wrong - 1);
    EXPECT_NE(status.message().find("breaks at row"), std::string::npos) << status;
  }
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
