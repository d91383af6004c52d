// A ledger of a hundred rows, edited in every byte, in a thousand rows and back to a hundred
// earlier states: all refused, or nothing that counts has changed. And it is never refused for
// nothing.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "accountant/ledger/chain.h"
#include "accountant/ledger/row.h"
#include "accountant/ledger/store.h"
#include "tests/accountant/sample_ledger.h"
#include "tests/ledger/faults/extent.h"
#include "tests/ledger/faults/image.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests
using faults::IsWhole;
using ledger::StoredRow;

constexpr int kRows = 100;

// One connection to a ledger that nobody has open.
class Database {
 public:
  explicit Database(const std::string& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &connection_), SQLITE_OK);
  }
  Database(const Database&) = delete;
  ~Database() { sqlite3_close(connection_); }

  // The rows of a query, each as its values behind one another.
  std::vector<std::string> Run(const std::string& sql) {
    std::vector<std::string> rows;
    const auto keep = [](void* into, int count, char** values, char**) {
      std::string row;
      for (int i = 0; i < count; ++i) row += std::string(values[i] ? values[i] : "NULL") + "|";
      static_cast<std::vector<std::string>*>(into)->push_back(row);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), keep, &rows, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
    return rows;
  }

 private:
  sqlite3* connection_ = nullptr;
};

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    char two[3];
    std::snprintf(two, sizeof(two), "%02x", static_cast<unsigned char>(byte));
    hex += two;
  }
  return "x'" + hex + "'";
}
std::string Hex(const Digest& digest) { return "x'" + digest.Hex() + "'"; }

class HundredRowsTest : public testing::Test {
 protected:
  // Rows of every kind, each a commit group of its own; keeps the file as it was after each.
  HundredRowsTest() {
    const Charge orphan = Ask("orphan", "0.01");
    const auto keep = [&] { earlier_.push_back(ReadFile(LedgerFile(paths_))); };
    EXPECT_TRUE(Accountant::Init(paths_).ok());
    auto accountant = MustOpen(paths_);
    keep();
    EXPECT_TRUE(accountant->AddPolicy(Terms(), "policy text", "curator").ok());
    keep();
    EXPECT_TRUE(accountant->Publish(kSurvey, "curator").ok());
    for (int i = 0; i < 47; ++i) {
      const Charge charge = WithKey(Ask("request-" + std::to_string(i), "0.01"), std::to_string(i));
      keep();
      MustDebit(*accountant, charge);
      keep();
      MustStore(*accountant, charge, "answer " + std::to_string(i));
    }
    keep();
    MustDebit(*accountant, orphan);
    accountant.reset();
    accountant = MustOpen(paths_);
    keep();
    MustDebit(*accountant, orphan);  // runs again
    keep();
    MustStore(*accountant, orphan, "answer");
    keep();
    MustRecall(*accountant, As(WithKey(Ask("reuse", "0.01"), "0"), kBob));
    EXPECT_EQ(RowCount(*accountant), static_cast<size_t>(kRows));
    accountant.reset();
    whole_ = ReadFile(LedgerFile(paths_));
    truth_ = Dump();
    said_ = Says(*MustOpen(paths_));
  }

  // Schema and rows, byte for byte, as any program would read them.
  std::vector<std::string> Dump() const {
    Database database(LedgerFile(paths_));
    std::vector<std::string> all =
        database.Run("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid");
    for (const std::string& row : database.Run(
             "SELECT sequence, commit_group, lineage, kind, hex(payload), hex(previous_hash), "
             "hex(hash) FROM ledger_row ORDER BY sequence")) {
      all.push_back(row);
    }
    return all;
  }

  // All that the ledger says of itself.
  static std::string Says(const Accountant& accountant) {
    std::string text = accountant.Policies()[0].policy + "\n";
    const std::vector<LogEntry> log = *accountant.Log(kSurvey, 0, 1000);
    for (const LogEntry& row : log) {
      text += row.kind + row.actor + row.request + row.detail + row.time + row.hash.Hex() + "\n";
    }
    for (const AnalystId& analyst : {kAna, kBob}) {
      text += SpentBy(accountant, analyst).epsilon.ToDecimal() + "\n";
    }
    return text + Spent(accountant).epsilon.ToDecimal();
  }

  // Puts the file back, without what SQLite may have left beside a strange one.
  void Restore(const std::string& bytes) const {
    for (const char* suffix : {"-journal", "-wal", "-shm"}) {
      unlink((LedgerFile(paths_) + suffix).c_str());
    }
    WriteFile(LedgerFile(paths_), bytes);
  }

  bool IsRefused() const {
    const auto opened = Accountant::Open(paths_);
    return !opened.ok() && ReasonOf(opened.status()) == Reason::kLedgerRefused;
  }

  // Changes rows with the triggers out of the way and back again.
  void Edit(const std::function<void(Database&)>& edit) const {
    Restore(whole_);
    Database database(LedgerFile(paths_));
    const std::vector<std::string> triggers =
        database.Run("SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid");
    database.Run("DROP TRIGGER no_update; DROP TRIGGER no_delete");
    edit(database);
    for (const std::string& sql : triggers) database.Run(sql.substr(0, sql.size() - 1));
  }

  const faults::Scratch scratch_;
  const LedgerPaths paths_ = scratch_.paths();
  std::vector<std::string> earlier_;
  std::string whole_;
  std::vector<std::string> truth_;
  std::string said_;
};

TEST_F(HundredRowsTest, EveryFlippedByteIsRefusedOrChangesNothing) {
  int refused = 0;
  int harmless = 0;
  // A stride that falls on every part of a page.
  for (size_t offset = 0; offset < whole_.size(); offset += IsWhole() ? 1 : 53) {
    std::string flipped = whole_;
    flipped[offset] = static_cast<char>(flipped[offset] ^ (1 << (offset % 8)));
    Restore(flipped);
    auto opened = Accountant::Open(paths_);
    if (!opened.ok()) {
      ASSERT_EQ(ReasonOf(opened.status()), Reason::kLedgerRefused) << "byte " << offset;
      ++refused;
      continue;
    }
    ASSERT_EQ(Says(**opened), said_) << "byte " << offset;
    opened->reset();
    ASSERT_EQ(Dump(), truth_) << "byte " << offset;
    ++harmless;
  }
  std::printf("COUNT bytes flipped: %d of %zu; %d refused, %d in space that no row uses\n",
              refused + harmless, whole_.size(), refused, harmless);
  EXPECT_GT(refused, harmless / 2);
  Restore(whole_);
  EXPECT_EQ(Says(*MustOpen(paths_)), said_);
}

// One change of the rows that a hand could make. `at` is a row, `other` another one.
std::string EditOf(std::mt19937_64& random, int at, int other) {
  const std::string row = " WHERE sequence = " + std::to_string(at);
  const std::string to = std::to_string(other);
  const auto byte_of = [&](const std::string& column) {
    // Another byte at a random place; hex() doubles every byte.
    const std::string place =
        "(1 + " + std::to_string(random() % 1000) + " % length(" + column + "))";
    return "UPDATE ledger_row SET " + column + " = CAST(substr(" + column + ", 1, " + place +
           " - 1) || CAST(CASE hex(substr(" + column + ", " + place +
           ", 1)) WHEN '41' THEN 'B' ELSE 'A' END AS BLOB) || substr(" + column + ", " + place +
           " + 1) AS BLOB)" + row;
  };
  const auto copy = [&](const std::string& column) {
    return "UPDATE ledger_row SET " + column + " = (SELECT " + column +
           " FROM ledger_row WHERE sequence = " + to + ")" + row;
  };
  switch (random() % 12) {
    case 0:
      return byte_of("payload");
    case 1:
      return byte_of("hash");
    case 2:
      return byte_of("previous_hash");
    case 3:
      return "DELETE FROM ledger_row" + row;
    case 4:
      return "DELETE FROM ledger_row WHERE sequence > " + std::to_string(at - 1);
    case 5:
      return copy("payload");
    case 6:
      return copy("hash");
    case 7:
      return "UPDATE ledger_row SET commit_group = commit_group + 1 WHERE sequence >= " +
             std::to_string(at);
    case 8:
      return "UPDATE ledger_row SET lineage = 'other'" + row;
    case 9:
      return "UPDATE ledger_row SET kind = iif(kind = 'DEBIT', 'OUTCOME', 'DEBIT')" + row;
    case 10:
      return "INSERT INTO ledger_row SELECT 101, 101, lineage, kind, payload, previous_hash, hash "
             "FROM ledger_row" +
             row;
    default:  // two rows change places
      return "UPDATE ledger_row SET sequence = -sequence WHERE sequence IN (" + std::to_string(at) +
             ", " + to + ")";
  }
}

TEST_F(HundredRowsTest, EveryEditedRowIsRefused) {
  std::mt19937_64 random(faults::Seed());
  const int edits = IsWhole() ? 1000 : 100;
  int refused = 0;
  for (int i = 0; i < edits; ++i) {
    const int at = static_cast<int>(1 + random() % kRows);
    const int other = static_cast<int>(1 + (at + random() % (kRows - 1)) % kRows);
    const std::string sql = EditOf(random, at, other);
    Edit([&](Database& database) {
      database.Run("PRAGMA ignore_check_constraints = ON");
      database.Run(sql);
      database.Run("UPDATE ledger_row SET sequence = " + std::to_string(at + other) +
                   " + sequence WHERE sequence < 0");
    });
    ASSERT_NE(Dump(), truth_) << sql;
    EXPECT_TRUE(IsRefused()) << sql;
    EXPECT_FALSE(VerifyLedger(paths_).ok()) << sql;
    refused += IsRefused() ? 1 : 0;
  }
  std::printf("COUNT rows edited by hand: %d, %d refused\n", edits, refused);
}

// Somebody who knows the format seals all rows anew behind his edit. Only the anchor can tell.
TEST_F(HundredRowsTest, EveryForgedHistoryIsBesideItsAnchor) {
  std::vector<StoredRow> rows;
  {
    const auto store = ledger::Store::Open(paths_.directory, ledger::Access::kReadOnly);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE((*store)
                    ->Scan({.lineage = "", .after_sequence = 0, .count_max = kRows},
                           [&](const StoredRow& row) {
                             rows.push_back(row);
                             return absl::OkStatus();
                           })
                    .ok());
  }
  int refused = 0;
  for (int at = 0; at < kRows; at += IsWhole() ? 1 : 9) {
    Edit([&](Database& database) {
      database.Run("DELETE FROM ledger_row");
      ledger::Chain chain;
      for (int i = 0; i < kRows; ++i) {
        StoredRow row = rows[i];
        if (i == at) row.payload.back() = static_cast<char>(row.payload.back() ^ 1);
        chain.Seal(row, row.group);
        database.Run("INSERT INTO ledger_row VALUES (" + std::to_string(row.sequence) + ", " +
                     std::to_string(row.group) + ", '" + row.lineage + "', '" + row.kind + "', " +
                     Hex(row.payload) + ", " + Hex(row.previous_hash) + ", " + Hex(row.hash) + ")");
      }
    });
    EXPECT_TRUE(IsRefused()) << "row " << at + 1;
    refused += IsRefused() ? 1 : 0;
  }
  std::printf("COUNT histories forged: %d refused\n", refused);
}

TEST_F(HundredRowsTest, EveryRollbackIsRefused) {
  ASSERT_EQ(earlier_.size(), static_cast<size_t>(kRows));
  for (size_t i = 0; i < earlier_.size(); ++i) {
    Restore(earlier_[i]);
    EXPECT_TRUE(IsRefused()) << "state " << i;
    EXPECT_FALSE(VerifyLedger(paths_).ok()) << "state " << i;
  }
  std::printf("COUNT rollbacks: %zu, all refused\n", earlier_.size());
}

TEST_F(HundredRowsTest, NoCleanStartIsRefused) {
  const int starts = IsWhole() ? 10'000 : 300;
  for (int i = 0; i < starts; ++i) {
    const auto opened = Accountant::Open(paths_);
    ASSERT_TRUE(opened.ok()) << "start " << i << ": " << opened.status();
    ASSERT_EQ(SpentBy(**opened, kAna), Pure("0.48"));
  }
  EXPECT_EQ(Dump(), truth_);
  std::printf("COUNT clean starts: %d, none refused\n", starts);
}

}  // namespace
}  // namespace tacit
