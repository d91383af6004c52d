#include "engine/storage/sqlite_reader.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/storage/table_builder.h"

namespace tacit {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int64_t kRowsPerProgress = 100'000;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

absl::Status Unusable(std::string_view what, std::string fix) {
  return Refuse(Reason::kSourceInvalid, what, {.fix = std::move(fix)});
}

// The message names SQLite's code, never its text, which may quote SQL or values.
absl::Status Failed(const std::string& path, int code) {
  const std::string what = absl::StrCat("source ", path, ": ", sqlite3_errstr(code));
  if (code == SQLITE_NOTADB) return Unusable(what, "point the policy at a SQLite database file");
  return Unusable(what, "check the file with `PRAGMA integrity_check`");
}

absl::Status CheckRegularFile(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) {
    return Unusable(absl::StrCat("source ", path, ": ", strerror(errno)),
                    "correct the path in the policy");
  }
  if (S_ISLNK(status.st_mode)) {
    return Unusable(absl::StrCat("source ", path, " is a symbolic link"),
                    "name the file that it points to");
  }
  if (!S_ISREG(status.st_mode)) {
    return Unusable(absl::StrCat("source ", path, " is not a regular file"),
                    "correct the path in the policy");
  }
  return absl::OkStatus();
}

// An identifier as SQLite reads it whatever it holds. With DQS off it can never turn into a string.
std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

bool SameName(std::string_view left, const char* right) {
  return right != nullptr && absl::EqualsIgnoreCase(std::string(left), right);
}

// Allows reading the declared columns of the declared table and count(*), nothing else.
int Authorize(void* context, int action, const char* first, const char* second, const char*,
              const char*) {
  const auto& schema = *static_cast<const TableSchema*>(context);
  if (action == SQLITE_SELECT) return SQLITE_OK;
  if (action == SQLITE_FUNCTION) return SameName("count", second) ? SQLITE_OK : SQLITE_DENY;
  if (action != SQLITE_READ || !SameName(schema.name, first)) return SQLITE_DENY;
  // count(*) reads the column with the empty name.
  if (second != nullptr && *second == '\0') return SQLITE_OK;
  for (const ColumnSchema& column : schema.columns) {
    if (SameName(column.name, second)) return SQLITE_OK;
  }
  return SQLITE_DENY;
}

void Harden(sqlite3* database) {
  const std::pair<int, int> settings[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},         {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},  {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_ENABLE_QPSG, 1},     {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
  };
  for (const auto& [setting, value] : settings) {
    int now = -1;
    TACIT_CHECK(sqlite3_db_config(database, setting, value, &now) == SQLITE_OK && now == value);
  }
  // Limits that the text of CREATE TABLE in the file passes too (statement length, depth,
  // arguments) are left where an honest schema fits.
  const std::pair<int, int> limits[] = {
      {SQLITE_LIMIT_LENGTH, 1'000'000}, {SQLITE_LIMIT_SQL_LENGTH, 100'000},
      {SQLITE_LIMIT_EXPR_DEPTH, 100},   {SQLITE_LIMIT_COMPOUND_SELECT, 3},
      {SQLITE_LIMIT_VDBE_OP, 25'000},   {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 10}, {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_WORKER_THREADS, 0}, {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
  };
  for (const auto& [limit, value] : limits) sqlite3_limit(database, limit, value);
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  // A virtual table runs code of its module while it is read; without modules there is none.
  sqlite3_drop_modules(database, nullptr);
}

absl::StatusOr<Database> OpenReadOnly(const std::string& path) {
  // No SQLITE_OPEN_URI, and an absolute or dotted path: "file:x?mode=rwc" is a file name here, even
  // where the library was built to read such names as URIs.
  const std::string plain = path.empty() || path[0] == '/' ? path : "./" + path;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE |
                    SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_FULLMUTEX;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(plain.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code == SQLITE_CANTOPEN_SYMLINK) {
    return Unusable(absl::StrCat("source ", path, " is reached through a symbolic link"),
                    "name the directory that it points to");
  }
  if (code != SQLITE_OK) return Failed(path, code);
  Harden(raw);
  constexpr char kPragmas[] =
      "PRAGMA query_only=ON; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"
      "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY";
  const int pragmas = sqlite3_exec(raw, kPragmas, nullptr, nullptr, nullptr);
  if (pragmas != SQLITE_OK) return Failed(path, pragmas);
  return database;
}

// True when SQLite finds the name; a column of null asks for the table. Views are not found.
absl::StatusOr<bool> Finds(sqlite3* database, const std::string& path, const std::string& table,
                           const char* column) {
  const int code = sqlite3_table_column_metadata(database, "main", table.c_str(), column, nullptr,
                                                 nullptr, nullptr, nullptr, nullptr);
  // The call answers a missing name with the plain error code; others mean a file it cannot read.
  if (code != SQLITE_OK && code != SQLITE_ERROR) return Failed(path, code);
  return code == SQLITE_OK;
}

absl::Status CheckNames(sqlite3* database, const std::string& path, const TableSchema& schema) {
  TACIT_ASSIGN_OR_RETURN(const bool has_table, Finds(database, path, schema.name, nullptr));
  if (!has_table) {
    return Unusable(absl::StrCat("source ", path, " has no table \"", schema.name, "\""),
                    "name a table (not a view) of the file in the policy");
  }
  for (const ColumnSchema& column : schema.columns) {
    TACIT_ASSIGN_OR_RETURN(const bool has_column,
                           Finds(database, path, schema.name, column.name.c_str()));
    if (has_column) continue;
    return Unusable(absl::StrCat("source ", path, ", table \"", schema.name,
                                 "\": there is no column \"", column.name, "\""),
                    "correct the column's name in the policy");
  }
  return absl::OkStatus();
}

absl::StatusOr<Statement> Prepare(sqlite3* database, const std::string& path,
                                  const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  Statement statement(raw);
  if (code != SQLITE_OK) return Failed(path, code);
  // The text is ours: one statement that only reads.
  TACIT_CHECK(tail == sql.data() + sql.size());
  TACIT_CHECK(sqlite3_stmt_readonly(raw) == 1 && sqlite3_stmt_isexplain(raw) == 0);
  return statement;
}

absl::StatusOr<int64_t> CountRows(sqlite3* database, const std::string& path,
                                  const TableSchema& schema) {
  TACIT_ASSIGN_OR_RETURN(
      const Statement count,
      Prepare(database, path, absl::StrCat("SELECT count(*) FROM ", Quoted(schema.name))));
  const int code = sqlite3_step(count.get());
  if (code != SQLITE_ROW) return Failed(path, code);
  return sqlite3_column_int64(count.get(), 0);
}

// The type is asked for before the value, since asking for a value may convert the cell.
CellView CellOf(sqlite3_stmt* statement, int index, ValueType declared) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER: {
      const int64_t integer = sqlite3_column_int64(statement, index);
      // SQLite has no booleans of its own; another integer is left for the builder to refuse.
      const bool is_boolean = declared == ValueType::kBool && (integer == 0 || integer == 1);
      return is_boolean ? CellView::Bool(integer == 1) : CellView::Integer(integer);
    }
    case SQLITE_FLOAT:
      return CellView::Float(sqlite3_column_double(statement, index));
    case SQLITE_TEXT: {
      const unsigned char* text = sqlite3_column_text(statement, index);
      const int bytes = sqlite3_column_bytes(statement, index);
      if (text == nullptr) return CellView::Blob();
      return CellView::Text({reinterpret_cast<const char*>(text), static_cast<size_t>(bytes)});
    }
    default:
      return CellView::Blob();
  }
}

absl::Status ReadRows(sqlite3_stmt* scan, const std::string& path, const TableSchema& schema,
                      const std::function<void(int64_t)>& on_rows, TableBuilder& builder) {
  std::vector<CellView> cells(schema.columns.size());
  int64_t rows = 0;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(scan)) == SQLITE_ROW) {
    for (size_t i = 0; i < cells.size(); ++i) {
      cells[i] = CellOf(scan, static_cast<int>(i), schema.columns[i].type);
    }
    TACIT_RETURN_IF_ERROR(builder.AddCells(cells));
    if (++rows % kRowsPerProgress == 0) on_rows(rows);
  }
  if (code == SQLITE_TOOBIG) {
    return Unusable(absl::StrCat("table \"", schema.name, "\", row ", rows + 1,
                                 ": a row of more than 1,000,000 bytes"),
                    "shorten or remove the row");
  }
  if (code != SQLITE_DONE) return Failed(path, code);
  on_rows(rows);
  return absl::OkStatus();
}

// NOT INDEXED makes it a scan of the table itself, so that rows come, and are numbered, by rowid.
std::string ScanText(const TableSchema& schema) {
  std::string sql = "SELECT ";
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    absl::StrAppend(&sql, i == 0 ? "" : ", ", Quoted(schema.columns[i].name));
  }
  absl::StrAppend(&sql, " FROM main.", Quoted(schema.name), " NOT INDEXED");
  return sql;
}

}  // namespace

absl::StatusOr<ReadResult> ReadSqliteTable(const std::string& path, const TableSchema& schema,
                                           const ReadProgress& progress) {
  TACIT_CHECK(!schema.columns.empty());
  TACIT_RETURN_IF_ERROR(CheckRegularFile(path));
  TACIT_ASSIGN_OR_RETURN(const Database database, OpenReadOnly(path));
  TACIT_RETURN_IF_ERROR(CheckNames(database.get(), path, schema));
  void* context = const_cast<TableSchema*>(&schema);
  TACIT_CHECK(sqlite3_set_authorizer(database.get(), Authorize, context) == SQLITE_OK);

  int64_t total = 0;
  if (progress) {
    TACIT_ASSIGN_OR_RETURN(total, CountRows(database.get(), path, schema));
  }
  const auto on_rows = [&](int64_t rows) {
    if (progress) progress(rows, total);
  };
  TACIT_ASSIGN_OR_RETURN(const Statement scan, Prepare(database.get(), path, ScanText(schema)));
  TableBuilder builder(schema);
  TACIT_RETURN_IF_ERROR(ReadRows(scan.get(), path, schema, on_rows, builder));
  ReadResult result;
  result.dropped_rows = builder.dropped_rows();
  TACIT_ASSIGN_OR_RETURN(result.table, builder.Build());
  return result;
}

}  // namespace tacit
