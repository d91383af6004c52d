#include "accountant/ledger/store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

// One entry of the schema: type, name and table as SQLite files it, and what makes it.
struct SchemaEntry {
  const char* place;
  const char* sql;
};

// The whole schema, compared text by text at every open. The triggers bind any program, ours
// included.
constexpr std::array<SchemaEntry, 3> kSchema = {
    {{"table ledger_row ledger_row ",
      "CREATE TABLE ledger_row (sequence INTEGER PRIMARY KEY CHECK (sequence > 0), "
      "commit_group INTEGER NOT NULL CHECK (commit_group > 0), lineage TEXT NOT NULL, "
      "kind TEXT NOT NULL, payload BLOB NOT NULL, "
      "previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32), "
      "hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT"},
     {"trigger no_update ledger_row ",
      "CREATE TRIGGER no_update BEFORE UPDATE ON ledger_row "
      "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"},
     {"trigger no_delete ledger_row ",
      "CREATE TRIGGER no_delete BEFORE DELETE ON ledger_row "
      "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"}}};

constexpr const char* kColumns =
    "SELECT sequence, commit_group, lineage, kind, payload, previous_hash, hash FROM ledger_row ";
constexpr std::array<int, 7> kColumnTypes = {SQLITE_INTEGER, SQLITE_INTEGER, SQLITE_TEXT,
                                             SQLITE_TEXT,    SQLITE_BLOB,    SQLITE_BLOB,
                                             SQLITE_BLOB};
constexpr size_t kJournalHeaderBytes = 28;            // what SQLite clears when a commit is done
constexpr const char* kApplicationId = "1413695828";  // the bytes "TCIT"

std::string PathIn(const std::string& directory) { return directory + "/ledger.db"; }

absl::Status Damaged(sqlite3* connection, const std::string& what) {
  const int code = sqlite3_extended_errcode(connection);
  if ((code & 0xff) == SQLITE_BUSY) {
    return Refuse(Reason::kLedgerRefused, "ledger.db is open in another process",
                  {.fix = "close the other program; one ledger has one server"});
  }
  if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY) {
    return Refuse(Reason::kLedgerRefused, "a crash interrupted a commit of ledger.db",
                  {.fix = "start the server once, which rolls it back, then verify again"});
  }
  return Refuse(Reason::kLedgerRefused,
                absl::StrCat("ledger.db cannot be used: ", what, " (", sqlite3_errmsg(connection),
                             ", SQLite code ", code, ")"),
                {.fix = "restore ledger and anchor together from a trusted copy"});
}

// A prepared statement with its values bound.
class Statement {
 public:
  Statement(sqlite3* connection, const std::string& sql) : connection_(connection) {
    code_ = sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement_, nullptr);
  }
  Statement(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement& Bind(int64_t value) {
    if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Statement& BindText(const std::string& value) {
    if (code_ != SQLITE_OK) return *this;
    code_ = sqlite3_bind_text64(statement_, ++bound_, value.data(), value.size(), SQLITE_STATIC,
                                SQLITE_UTF8);
    return *this;
  }
  Statement& BindBlob(const void* bytes, size_t size) {
    if (code_ != SQLITE_OK) return *this;
    code_ = sqlite3_bind_blob64(statement_, ++bound_, bytes, size, SQLITE_STATIC);
    return *this;
  }
  // True: a row is there. False: the end. Error: anything else.
  absl::StatusOr<bool> Step() {
    if (code_ == SQLITE_OK) code_ = sqlite3_step(statement_);
    const int code = std::exchange(code_, SQLITE_OK);
    if (code == SQLITE_ROW || code == SQLITE_DONE) return code == SQLITE_ROW;
    return Damaged(connection_, "a statement failed");
  }
  void Reset() {
    sqlite3_reset(statement_);
    bound_ = 0;
  }

  int Type(int column) const { return sqlite3_column_type(statement_, column); }
  int64_t Number(int column) const { return sqlite3_column_int64(statement_, column); }
  // Valid until the next step.
  std::string_view View(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
  }
  std::string Bytes(int column) const { return std::string(View(column)); }

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
};

absl::Status Execute(sqlite3* connection, const std::string& sql) {
  Statement statement(connection, sql);
  return statement.Step().status();
}

// Runs a statement that yields one value, and insists on that value.
absl::Status Expect(sqlite3* connection, const std::string& sql, const std::string& expected) {
  Statement statement(connection, sql);
  TACIT_ASSIGN_OR_RETURN(const bool row, statement.Step());
  const std::string found = row ? statement.Bytes(0) : "nothing";
  if (found == expected) return absl::OkStatus();
  return Damaged(connection, absl::StrCat(sql, " gives ", found, " instead of ", expected));
}

absl::Status Configure(sqlite3* connection, Access access) {
  constexpr std::array<std::pair<int, int>, 7> kSwitches = {
      {{SQLITE_DBCONFIG_DEFENSIVE, 1},
       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
       {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
       {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
       {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
       {SQLITE_DBCONFIG_DQS_DML, 0},
       {SQLITE_DBCONFIG_DQS_DDL, 0}}};
  for (const auto& [option, value] : kSwitches) {
    int now = -1;
    const int code = sqlite3_db_config(connection, option, value, &now);
    TACIT_CHECK(code == SQLITE_OK && now == value);
  }
  for (const char* pragma : {"PRAGMA cell_size_check=ON", "PRAGMA temp_store=MEMORY",
                             "PRAGMA mmap_size=0", "PRAGMA synchronous=EXTRA"}) {
    TACIT_RETURN_IF_ERROR(Execute(connection, pragma));
  }
  TACIT_RETURN_IF_ERROR(Expect(connection, "PRAGMA synchronous", "3"));
  if (access == Access::kReadOnly) return Execute(connection, "PRAGMA query_only=ON");
  TACIT_RETURN_IF_ERROR(Expect(connection, "PRAGMA locking_mode=EXCLUSIVE", "exclusive"));
  TACIT_RETURN_IF_ERROR(Expect(connection, "PRAGMA secure_delete=ON", "1"));
  return Expect(connection, "PRAGMA journal_mode=DELETE", "delete");
}

// The file must be a ledger, whole, and nothing but a ledger.
absl::Status CheckContents(sqlite3* connection) {
  TACIT_RETURN_IF_ERROR(Expect(connection, "PRAGMA application_id", kApplicationId));
  TACIT_RETURN_IF_ERROR(Expect(connection, "PRAGMA journal_mode", "delete"));
  Statement schema(connection,
                   "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || sql "
                   "FROM sqlite_schema ORDER BY rowid");
  for (const SchemaEntry& expected : kSchema) {
    TACIT_ASSIGN_OR_RETURN(const bool row, schema.Step());
    if (!row || schema.Bytes(0) != absl::StrCat(expected.place, expected.sql))
      return Damaged(connection, "its schema was changed");
  }
  TACIT_ASSIGN_OR_RETURN(const bool more, schema.Step());
  if (more) return Damaged(connection, "its schema was changed");
  return Expect(connection, "PRAGMA integrity_check", "ok");
}

std::optional<Digest> ToDigest(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

absl::StatusOr<StoredRow> CurrentRow(sqlite3* connection, const Statement& statement) {
  for (int i = 0; i < static_cast<int>(kColumnTypes.size()); ++i) {
    if (statement.Type(i) != kColumnTypes[i]) return Damaged(connection, "a value of a wrong type");
  }
  const std::optional<Digest> previous = ToDigest(statement.View(5));
  const std::optional<Digest> hash = ToDigest(statement.View(6));
  if (!previous.has_value() || !hash.has_value())
    return Damaged(connection, "a hash of wrong size");
  return StoredRow{statement.Number(0),
                   statement.Number(1),
                   statement.Bytes(2),
                   statement.Bytes(3),
                   statement.Bytes(4),
                   *previous,
                   *hash};
}

}  // namespace

void Store::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Store::Store(OwnedFd lock, std::unique_ptr<sqlite3, Close> connection)
    : lock_(std::move(lock)), connection_(std::move(connection)) {}
Store::~Store() = default;

absl::Status Store::Create(const std::string& directory) {
  if (mkdir(directory.c_str(), 0700) != 0) return RefuseErrno("cannot create", directory);
  TACIT_ASSIGN_OR_RETURN(const OwnedFd lock, LockDirectory(directory));
  const std::string path = PathIn(directory);
  TACIT_RETURN_IF_ERROR(CreatePrivateFile(path).status());
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  const std::unique_ptr<sqlite3, Close> connection(raw);
  if (code != SQLITE_OK) return Damaged(raw, "it cannot be created");
  TACIT_RETURN_IF_ERROR(Execute(raw, "PRAGMA synchronous=EXTRA"));
  TACIT_RETURN_IF_ERROR(Execute(raw, "BEGIN EXCLUSIVE"));
  TACIT_RETURN_IF_ERROR(Execute(raw, absl::StrCat("PRAGMA application_id=", kApplicationId)));
  for (const SchemaEntry& entry : kSchema) TACIT_RETURN_IF_ERROR(Execute(raw, entry.sql));
  TACIT_RETURN_IF_ERROR(Execute(raw, "COMMIT"));
  TACIT_RETURN_IF_ERROR(SyncParent(path));
  return SyncParent(directory);
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& directory, Access access) {
  TACIT_ASSIGN_OR_RETURN(OwnedFd lock, LockDirectory(directory));
  const std::string path = PathIn(directory);
  // Closed again before SQLite opens the file: closing a descriptor later would drop SQLite's
  // locks.
  TACIT_RETURN_IF_ERROR(OpenPrivateFile(path).status());
  const int mode = access == Access::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw,
                                   // Without mutexes of SQLite's own: one thread at a time uses it.
                                   mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
                                       SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
                                   nullptr);
  std::unique_ptr<sqlite3, Close> connection(raw);
  if (code != SQLITE_OK) return Damaged(raw, "it cannot be opened");
  TACIT_RETURN_IF_ERROR(Configure(raw, access));
  if (access == Access::kAppend) {
    // Takes the file lock for good, so that no other program reads or writes until we close.
    TACIT_RETURN_IF_ERROR(Execute(raw, "BEGIN EXCLUSIVE"));
    TACIT_RETURN_IF_ERROR(Execute(raw, "COMMIT"));
    // The process before may have ended its journal and died before that was synced, or because it
    // could not be; a power cut would then undo rows that are about to be believed. And where there
    // is no journal one is made here, because SQLite overlooks a failed fsync of its name, without
    // which a power cut in any later commit breaks the file.
    TACIT_RETURN_IF_ERROR(MakeCleared(path + "-journal", kJournalHeaderBytes));
    TACIT_RETURN_IF_ERROR(SyncParent(path));
  }
  TACIT_RETURN_IF_ERROR(CheckContents(raw));
  return std::unique_ptr<Store>(new Store(std::move(lock), std::move(connection)));
}

absl::Status Store::Append(const std::vector<StoredRow>& rows) {
  TACIT_CHECK(!rows.empty());
  sqlite3* connection = connection_.get();
  TACIT_RETURN_IF_ERROR(Execute(connection, "BEGIN IMMEDIATE"));
  Statement insert(connection,
                   "INSERT INTO ledger_row (sequence, commit_group, lineage, kind, payload, "
                   "previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const StoredRow& row : rows) {
    insert.Bind(row.sequence).Bind(row.group).BindText(row.lineage).BindText(row.kind);
    insert.BindBlob(row.payload.data(), row.payload.size());
    insert.BindBlob(row.previous_hash.bytes.data(), row.previous_hash.bytes.size());
    insert.BindBlob(row.hash.bytes.data(), row.hash.bytes.size());
    TACIT_RETURN_IF_ERROR(insert.Step().status());
    insert.Reset();
  }
  TACIT_RETURN_IF_ERROR(Execute(connection, "COMMIT"));
  TACIT_CHECK(sqlite3_get_autocommit(connection) != 0);
  return absl::OkStatus();
}

absl::Status Store::Scan(const Range& range, Visit visit) const {
  Statement select(
      connection_.get(),
      absl::StrCat(kColumns, range.lineage.empty() ? "WHERE ?2 = '' AND" : "WHERE lineage = ?2 AND",
                   " sequence > ?1 ORDER BY sequence LIMIT ?3"));
  select.Bind(range.after_sequence).BindText(range.lineage).Bind(range.count_max);
  for (int64_t left = range.bytes_max; left > 0;) {
    TACIT_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) break;
    TACIT_ASSIGN_OR_RETURN(StoredRow row, CurrentRow(connection_.get(), select));
    left -= static_cast<int64_t>(row.payload.size());
    TACIT_RETURN_IF_ERROR(visit(std::move(row)));
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredRow> Store::Read(int64_t sequence) const {
  Statement select(connection_.get(), absl::StrCat(kColumns, "WHERE sequence = ?"));
  select.Bind(sequence);
  TACIT_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return Damaged(connection_.get(), absl::StrCat("row ", sequence, " is missing"));
  return CurrentRow(connection_.get(), select);
}

}  // namespace tacit::ledger
