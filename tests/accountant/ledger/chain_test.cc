#include "accountant/ledger/chain.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "accountant/refusal.h"

namespace tacit::ledger {
namespace {

StoredRow Unsealed(const std::string& lineage, const std::string& payload) {
  StoredRow row;
  row.lineage = lineage;
  row.kind = "DEBIT";
  row.payload = payload;
  return row;
}

// Two lineages, three commit groups.
std::vector<StoredRow> SealedRows() {
  std::vector<StoredRow> rows = {Unsealed("a", "1"), Unsealed("b", "2"), Unsealed("a", "3"),
                                 Unsealed("a", "4")};
  const std::vector<int64_t> groups = {1, 1, 2, 3};
  Chain chain;
  for (size_t i = 0; i < rows.size(); ++i) chain.Seal(rows[i], groups[i]);
  return rows;
}

absl::Status CheckAll(const std::vector<StoredRow>& rows) {
  Chain chain;
  for (const StoredRow& row : rows) {
    if (absl::Status status = chain.Check(row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

TEST(ChainTest, AcceptsWhatItSealed) {
  const std::vector<StoredRow> rows = SealedRows();
  EXPECT_TRUE(CheckAll(rows).ok());
  EXPECT_EQ(rows[2].previous_hash, rows[0].hash);  // a chain per lineage
  EXPECT_EQ(rows[1].previous_hash, Digest());
  EXPECT_EQ(rows[3].sequence, 4);
}

TEST(ChainTest, RefusesAnyChangedColumn) {
  const std::vector<std::function<void(StoredRow&)>> edits = {
      [](StoredRow& row) { row.payload += "x"; },
      [](StoredRow& row) { row.kind = "REUSE"; },
      [](StoredRow& row) { row.lineage = "b"; },
      [](StoredRow& row) { row.sequence += 1; },
      [](StoredRow& row) { row.group += 1; },
      [](StoredRow& row) { row.group -= 1; },
      [](StoredRow& row) { row.hash.bytes[7] ^= 1; },
      [](StoredRow& row) { row.previous_hash.bytes[7] ^= 1; }};
  for (size_t i = 0; i < edits.size(); ++i) {
    std::vector<StoredRow> rows = SealedRows();
    edits[i](rows[2]);
    EXPECT_EQ(ReasonOf(CheckAll(rows)), Reason::kLedgerRefused) << "edit " << i;
  }
}

TEST(ChainTest, RefusesRemovedSwappedAndDoubledRows) {
  std::vector<StoredRow> rows = SealedRows();
  rows.erase(rows.begin() + 1);
  EXPECT_FALSE(CheckAll(rows).ok());
  rows = SealedRows();
  std::swap(rows[2], rows[3]);
  EXPECT_FALSE(CheckAll(rows).ok());
  rows = SealedRows();
  rows.insert(rows.begin() + 1, rows[0]);
  EXPECT_FALSE(CheckAll(rows).ok());
}

TEST(ChainTest, HeadTellsHistoriesApart) {
  const std::vector<StoredRow> rows = SealedRows();
  Chain one;
  Chain two;
  EXPECT_EQ(one.head(), two.head());
  EXPECT_TRUE(one.Check(rows[0]).ok());
  EXPECT_NE(one.head().digest, two.head().digest);
  StoredRow other = Unsealed("a", "another");
  two.Seal(other, 1);
  EXPECT_NE(one.head().digest, two.head().digest);
  EXPECT_EQ(one.head().sequence, two.head().sequence);
}

TEST(ChainDeathTest, AGroupIsNeverSkippedOrReopened) {
  Chain chain;
  StoredRow row = Unsealed("a", "1");
  EXPECT_DEATH(chain.Seal(row, 2), "invariant broken");
  EXPECT_DEATH(chain.Seal(row, 0), "invariant broken");
}

}  // namespace
}  // namespace tacit::ledger
