#include "accountant/ledger/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

StoredRow RowAt(int64_t sequence, const std::string& lineage) {
  return {sequence, 1, lineage, "DEBIT", "payload", Sha256("previous"), Sha256("hash")};
}

std::unique_ptr<Store> NewStore(const std::string& directory) {
  EXPECT_TRUE(Store::Create(directory).ok());
  auto store = Store::Open(directory, Access::kAppend);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

std::vector<int64_t> Sequences(const Store& store, const Range& range) {
  std::vector<int64_t> found;
  EXPECT_TRUE(store
                  .Scan(range,
                        [&](const StoredRow& row) {
                          found.push_back(row.sequence);
                          return absl::OkStatus();
                        })
                  .ok());
  return found;
}

TEST(StoreTest, ReadsBackWhatItAppended) {
  const std::string directory = FreshPaths().directory;
  {
    const auto store = NewStore(directory);
    ASSERT_TRUE(store->Append({RowAt(1, "a"), RowAt(2, "b")}).ok());
    ASSERT_TRUE(store->Append({RowAt(3, "a")}).ok());
  }
  const auto store = Store::Open(directory, Access::kReadOnly);
  ASSERT_TRUE(store.ok()) << store.status();
  constexpr int64_t kAll = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Sequences(**store, {"", 0, kAll}), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(Sequences(**store, {"a", 0, kAll}), (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(Sequences(**store, {"", 1, 1}), (std::vector<int64_t>{2}));
  const auto row = (*store)->Read(2);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->lineage, "b");
  EXPECT_EQ(row->payload, "payload");
  EXPECT_EQ(row->previous_hash, Sha256("previous"));
  EXPECT_EQ(row->hash, Sha256("hash"));
  EXPECT_EQ(WhyNot((*store)->Read(9).status()), Reason::kLedgerRefused);
}

TEST(StoreTest, AFailedGroupLeavesNothing) {
  const std::string directory = FreshPaths().directory;
  {
    const auto store = NewStore(directory);
    ASSERT_TRUE(store->Append({RowAt(1, "a")}).ok());
    EXPECT_FALSE(store->Append({RowAt(2, "a"), RowAt(1, "a")}).ok());  // the second is there
  }
  const auto store = Store::Open(directory, Access::kAppend);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(Sequences(**store, {"", 0, 10}), (std::vector<int64_t>{1}));
}

TEST(StoreTest, ReadOnlyCannotAppend) {
  const std::string directory = FreshPaths().directory;
  NewStore(directory);
  const auto store = Store::Open(directory, Access::kReadOnly);
  ASSERT_TRUE(store.ok());
  EXPECT_FALSE((*store)->Append({RowAt(1, "a")}).ok());
}

TEST(StoreTest, OpenNeverCreates) {
  const std::string directory = FreshPaths().directory;
  ASSERT_EQ(mkdir(directory.c_str(), 0700), 0);
  EXPECT_EQ(WhyNot(Store::Open(directory, Access::kAppend).status()), Reason::kLedgerRefused);
  struct stat found {};
  EXPECT_NE(stat((directory + "/ledger.db").c_str(), &found), 0);
  EXPECT_EQ(WhyNot(Store::Create(directory)), Reason::kLedgerRefused);
}

TEST(StoreTest, RefusesASecondOpening) {
  const std::string directory = FreshPaths().directory;
  const auto store = NewStore(directory);
  EXPECT_EQ(WhyNot(Store::Open(directory, Access::kReadOnly).status()), Reason::kLedgerRefused);
}

}  // namespace
}  // namespace tacit::ledger
