// A Table as one memory-mapped, checksummed file.
#ifndef TACIT_ENGINE_STORAGE_SNAPSHOT_H_
#define TACIT_ENGINE_STORAGE_SNAPSHOT_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/storage/table.h"

namespace tacit {

// Writes `table` to `path` (mode 0600), file and directory synced, by rename: a half-written file
// never bears the name. Refuses an existing path. Equal tables give equal files.
absl::Status WriteSnapshot(const Table& table, const std::string& path);

// Maps a file written by WriteSnapshot. The file must have been written for the names, types,
// nullability and unit of `schema`; its bounds, public values and limits may differ. Errors:
// kSourceInvalid for another format, schema, length or checksum; nothing of it is used then.
absl::StatusOr<TablePtr> MapSnapshot(const std::string& path, const TableSchema& schema);

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_SNAPSHOT_H_
