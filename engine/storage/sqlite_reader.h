// SQLite -> Table: one fixed scan of named columns, never any text of an analyst.
#ifndef TACIT_ENGINE_STORAGE_SQLITE_READER_H_
#define TACIT_ENGINE_STORAGE_SQLITE_READER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/storage/table.h"

namespace tacit {

// Rows read so far and, when known, rows in all (a count of the table, for the curator's eyes
// only).
using ReadProgress = std::function<void(int64_t rows_read, int64_t rows_total)>;

struct ReadResult {
  TablePtr table;
  int64_t dropped_rows = 0;
};

// Reads the schema's columns of the table of the same name from the database file at `path`.
// Opened read-only, no symbolic link, defensive settings, authorizer allowing only this read.
// Errors: kSourceInvalid: file missing, not a database, no such table or column, bad row (as
// TableBuilder).
absl::StatusOr<ReadResult> ReadSqliteTable(const std::string& path, const TableSchema& schema,
                                           const ReadProgress& progress);

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_SQLITE_READER_H_
