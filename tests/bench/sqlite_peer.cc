#include "tests/bench/sqlite_peer.h"

#include <cstdio>
#include <cstdlib>

namespace tacit {
namespace {

void Require(bool fine, sqlite3* database) {
  if (fine) return;
  std::fprintf(stderr, "sqlite3: %s\n", sqlite3_errmsg(database));
  std::exit(1);
}

// Fetches the cell as its own type does; what it holds is not needed.
void Touch(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      sqlite3_column_int64(statement, column);
      break;
    case SQLITE_FLOAT:
      sqlite3_column_double(statement, column);
      break;
    default:
      sqlite3_column_text(statement, column);
  }
}

}  // namespace

SqlitePeer::SqlitePeer(const std::string& path) {
  Require(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, database_);
}

SqlitePeer::~SqlitePeer() { sqlite3_close(database_); }

SqlitePeer::Statement SqlitePeer::Prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int status = sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
  Require(status == SQLITE_OK, database_);
  return Statement(statement);
}

SqlitePeer::Statement::~Statement() { sqlite3_finalize(statement_); }

void SqlitePeer::Statement::BindInteger(int position, int64_t value) {
  Require(sqlite3_bind_int64(statement_, position, value) == SQLITE_OK,
          sqlite3_db_handle(statement_));
}

void SqlitePeer::Statement::BindReal(int position, double value) {
  Require(sqlite3_bind_double(statement_, position, value) == SQLITE_OK,
          sqlite3_db_handle(statement_));
}

void SqlitePeer::Statement::BindText(int position, const std::string& value) {
  const int status = sqlite3_bind_text(statement_, position, value.data(),
                                       static_cast<int>(value.size()), SQLITE_TRANSIENT);
  Require(status == SQLITE_OK, sqlite3_db_handle(statement_));
}

int64_t SqlitePeer::Statement::RunToEnd() {
  const int columns = sqlite3_column_count(statement_);
  int64_t rows = 0;
  int status = SQLITE_ROW;
  while ((status = sqlite3_step(statement_)) == SQLITE_ROW) {
    ++rows;
    for (int column = 0; column < columns; ++column) Touch(statement_, column);
  }
  Require(status == SQLITE_DONE, sqlite3_db_handle(statement_));
  sqlite3_reset(statement_);
  return rows;
}

}  // namespace tacit
