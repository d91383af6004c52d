#include "accountant/ledger/writer.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "accountant/ledger/anchor.h"
#include "tests/accountant/sample_rows.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

std::unique_ptr<Writer> NewWriter(const LedgerPaths& paths) {
  EXPECT_TRUE(Accountant::Init(paths).ok());
  OpenLedger open;
  open.store = Store::Open(paths.directory, Access::kAppend).value();
  open.anchor = paths.anchor;
  return std::make_unique<Writer>(std::move(open));
}

Work AddPolicy(const std::string& dataset) {
  return {[dataset](const State&, int64_t, std::vector<Row>& rows) {
            LineageTerms terms = Terms();
            terms.dataset = DatasetId(dataset);
            rows.push_back(RowWith(PolicyRowOf(terms), "curator", dataset));
            return absl::OkStatus();
          },
          nullptr};
}

size_t VisibleCount(const Writer& writer) {
  size_t count = 0;
  writer.Read([&](const Lineages& lineages) { count = lineages.all().size(); });
  return count;
}

TEST(WriterTest, AnchorsWhatItCommitsBeforeItReturns) {
  const LedgerPaths paths = FreshPaths();
  const auto writer = NewWriter(paths);
  ASSERT_TRUE(writer->Run(AddPolicy("a")).ok());
  EXPECT_EQ(ReadAnchor(paths.anchor)->head.sequence, 1);
  EXPECT_EQ(VisibleCount(*writer), 1u);
}

TEST(WriterTest, RefusedWorkWritesNothing) {
  const LedgerPaths paths = FreshPaths();
  const auto writer = NewWriter(paths);
  bool finished = false;
  const absl::Status status = writer->Run({[](const State&, int64_t, std::vector<Row>& rows) {
                                             rows.push_back(RowWith(PublishRow{DataVersion(1)}));
                                             return absl::InternalError("refused");
                                           },
                                           [&](const Store&) {
                                             finished = true;
                                             return absl::OkStatus();
                                           }});
  EXPECT_EQ(status.message(), "refused");
  EXPECT_FALSE(finished);
  EXPECT_EQ(ReadAnchor(paths.anchor)->head.sequence, 0);
}

TEST(WriterTest, LaterWorkOfAGroupSeesEarlierRowsAndReadersDoNot) {
  const LedgerPaths paths = FreshPaths();
  const auto writer = NewWriter(paths);
  std::latch entered(1);
  std::latch go(1);
  // Holds the ledger thread until two more are queued, so that those two share one group.
  std::thread holder([&] {
    EXPECT_TRUE(writer
                    ->Run({[&](const State&, int64_t, std::vector<Row>&) {
                             entered.count_down();
                             go.wait();
                             return absl::OkStatus();
                           },
                           nullptr})
                    .ok());
  });
  entered.wait();
  size_t seen = 0;
  size_t visible = 9;
  std::thread first([&] { EXPECT_TRUE(writer->Run(AddPolicy("a")).ok()); });
  std::thread second([&] {
    EXPECT_TRUE(writer
                    ->Run({[&](const State& state, int64_t, std::vector<Row>&) {
                             seen = state.lineages().all().size();
                             visible = VisibleCount(*writer);
                             return absl::OkStatus();
                           },
                           nullptr})
                    .ok());
  });
  go.count_down();
  holder.join();
  first.join();
  second.join();
  // Whether both fell into one group is up to the scheduler; a reader never sees more than a
  // decision.
  EXPECT_LE(visible, seen);
  EXPECT_EQ(VisibleCount(*writer), 1u);
}

TEST(WriterTest, EveryCallerOfAGroupIsToldAfterItsAnchor) {
  const LedgerPaths paths = FreshPaths();
  const auto writer = NewWriter(paths);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 16; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 10; ++i) {
        const std::string own = "d" + std::to_string(caller) + "." + std::to_string(i);
        EXPECT_TRUE(writer->Run(AddPolicy(own)).ok());
        bool visible = false;
        writer->Read(
            [&](const Lineages& lineages) { visible = lineages.Find(DatasetId(own)) != nullptr; });
        EXPECT_TRUE(visible);
        const int64_t shown = static_cast<int64_t>(VisibleCount(*writer));
        EXPECT_GE(ReadAnchor(paths.anchor)->head.sequence, shown);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(VisibleCount(*writer), 160u);
}

TEST(WriterTest, FinishesWhatIsQueuedBeforeItStops) {
  const LedgerPaths paths = FreshPaths();
  std::vector<std::thread> callers;
  {
    const auto writer = NewWriter(paths);
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back(
          [&, i] { EXPECT_TRUE(writer->Run(AddPolicy("d" + std::to_string(i))).ok()); });
    }
    for (std::thread& caller : callers) caller.join();
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 8);
}

}  // namespace
}  // namespace tacit::ledger
