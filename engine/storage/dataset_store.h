// The published data versions of every dataset: builds, keeps and hands out snapshots.
//
// Directory: <root>/<dataset>/<version>/<table>.snap, mode 0700 / 0600. One version is served per
// dataset at a time by the engine; older ones stay readable until removed, so that a running query
// keeps its own.
#ifndef TACIT_ENGINE_STORAGE_DATASET_STORE_H_
#define TACIT_ENGINE_STORAGE_DATASET_STORE_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "engine/storage/sqlite_reader.h"
#include "engine/storage/table.h"

namespace tacit {

// The tables of one data version. Immutable.
struct DatasetSnapshot {
  DataVersion version;
  absl::flat_hash_map<std::string, TablePtr> tables;
};
using DatasetSnapshotPtr = std::shared_ptr<const DatasetSnapshot>;

// Progress over all tables of one build.
struct BuildProgress {
  std::string table;
  int64_t rows_read = 0;
  int64_t rows_total = 0;
};
using BuildObserver = std::function<void(const BuildProgress&)>;

// Built but not yet a version: files in a staging directory that is removed unless adopted.
class StagedSnapshot {
 public:
  StagedSnapshot(std::string directory, int64_t rows, int64_t dropped_rows, int64_t bytes)
      : directory_(std::move(directory)), rows_(rows), dropped_rows_(dropped_rows), bytes_(bytes) {}
  StagedSnapshot(StagedSnapshot&& other) noexcept;
  StagedSnapshot& operator=(StagedSnapshot&&) = delete;
  ~StagedSnapshot();

  const std::string& directory() const { return directory_; }
  int64_t rows() const { return rows_; }
  int64_t dropped_rows() const { return dropped_rows_; }
  int64_t bytes() const { return bytes_; }

 private:
  friend class DatasetStore;
  std::string directory_;
  int64_t rows_ = 0;
  int64_t dropped_rows_ = 0;
  int64_t bytes_ = 0;
};

// Thread-safe.
class DatasetStore {
 public:
  // Creates `root` (mode 0700) when missing and removes staging directories left by a crash.
  static absl::StatusOr<std::unique_ptr<DatasetStore>> Open(std::string root);

  // Reads the source into staged snapshot files. Nothing served changes, whatever happens here.
  // `before`: the version served now, whose units must keep their cells; null: none is known.
  absl::StatusOr<StagedSnapshot> Stage(const DatasetSchema& schema, const std::string& source_path,
                                       const BuildObserver& observer,
                                       const DatasetSnapshot* before = nullptr);
  // Names the staged files after `version`, which the ledger must not have named yet: files that
  // have that name are left of a crash before it could, and are replaced. All but the last version
  // go.
  absl::Status Adopt(const DatasetId& dataset, StagedSnapshot staged, DataVersion version);
  // Maps a version, or returns it mapped already. kNotFound when its files are gone.
  absl::StatusOr<DatasetSnapshotPtr> Load(const DatasetSchema& schema, DataVersion version);

 private:
  explicit DatasetStore(std::string root) : root_(std::move(root)) {}

  const std::string root_;
  std::mutex mutex_;
  absl::flat_hash_map<std::string, DatasetSnapshotPtr> loaded_;  // guarded by mutex_
};

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_DATASET_STORE_H_
