#include "engine/storage/dataset_store.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/storage/cells_kept.h"
#include "engine/storage/durable_file.h"
#include "engine/storage/snapshot.h"

namespace tacit {
namespace {

constexpr char kStagingPrefix[] = ".staging-";

absl::Status Failed(std::string_view operation, const std::string& path, int error) {
  return Refuse(Reason::kInternal,
                absl::StrCat("cannot ", std::string(operation), " ", path, ": ", strerror(error)));
}

// A name as one component of a path: every byte but letters, digits, "-" and "_" is written as %XX,
// so no name leaves its directory and no two names share a file.
std::string PathPart(std::string_view name) {
  TACIT_CHECK(!name.empty());
  std::string part;
  for (const char c : name) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_') {
      part += c;
    } else {
      absl::StrAppend(&part, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return part;
}

std::string TableFile(const std::string& directory, std::string_view table) {
  return absl::StrCat(directory, "/", PathPart(table), ".snap");
}

// Makes a directory of mode 0700 whose name survives a crash; one that exists is left as it is.
absl::Status MakeDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return absl::OkStatus();
    return Failed("create directory", path, errno);
  }
  return SyncDirectory(ParentOf(path));
}

void RemoveTree(const std::string& path) {
  // Best effort: what stays is a staging directory, which the next Open removes.
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

absl::StatusOr<std::vector<std::string>> StagingDirectories(const std::string& root) {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(root.c_str()), closedir);
  if (directory == nullptr) return Failed("open directory", root, errno);
  std::vector<std::string> found;
  while (const dirent* entry = readdir(directory.get())) {
    if (absl::StartsWith(entry->d_name, kStagingPrefix)) {
      found.push_back(absl::StrCat(root, "/", entry->d_name));
    }
  }
  return found;
}

}  // namespace

StagedSnapshot::StagedSnapshot(StagedSnapshot&& other) noexcept
    : directory_(std::exchange(other.directory_, "")),
      rows_(other.rows_),
      dropped_rows_(other.dropped_rows_),
      bytes_(other.bytes_) {}

StagedSnapshot::~StagedSnapshot() {
  if (!directory_.empty()) RemoveTree(directory_);
}

absl::StatusOr<std::unique_ptr<DatasetStore>> DatasetStore::Open(std::string root) {
  TACIT_CHECK(!root.empty());
  TACIT_RETURN_IF_ERROR(MakeDirectory(root));
  struct stat status;
  if (stat(root.c_str(), &status) != 0) return Failed("open directory", root, errno);
  if (!S_ISDIR(status.st_mode)) return Failed("open directory", root, ENOTDIR);
  // A directory made by hand may be open to others; the snapshot is as private as the source.
  if ((status.st_mode & 0777) != 0700 && chmod(root.c_str(), 0700) != 0) {
    return Failed("set the mode of", root, errno);
  }
  TACIT_ASSIGN_OR_RETURN(const std::vector<std::string> leftovers, StagingDirectories(root));
  for (const std::string& leftover : leftovers) RemoveTree(leftover);
  return std::unique_ptr<DatasetStore>(new DatasetStore(std::move(root)));
}

absl::StatusOr<StagedSnapshot> DatasetStore::Stage(const DatasetSchema& schema,
                                                   const std::string& source_path,
                                                   const BuildObserver& observer,
                                                   const DatasetSnapshot* before) {
  std::string directory = absl::StrCat(root_, "/", kStagingPrefix, "XXXXXX");
  if (mkdtemp(directory.data()) == nullptr) return Failed("create", directory, errno);
  StagedSnapshot staged(directory, 0, 0, 0);
  for (const TableSchema& table : schema.tables) {
    ReadProgress progress;
    if (observer) {
      progress = [&](int64_t rows_read, int64_t rows_total) {
        observer({.table = table.name, .rows_read = rows_read, .rows_total = rows_total});
      };
    }
    TACIT_ASSIGN_OR_RETURN(const ReadResult result, ReadSqliteTable(source_path, table, progress));
    if (before != nullptr && !table.partition_columns.empty()) {
      TACIT_RETURN_IF_ERROR(CheckCellsKept(*before->tables.at(table.name), *result.table));
    }
    const std::string file = TableFile(directory, table.name);
    TACIT_RETURN_IF_ERROR(WriteSnapshot(*result.table, file));
    struct stat status;
    if (stat(file.c_str(), &status) != 0) return Failed("look at", file, errno);
    staged.rows_ += result.table->row_count;
    staged.dropped_rows_ += result.dropped_rows;
    staged.bytes_ += status.st_size;
  }
  return staged;
}

absl::Status DatasetStore::Adopt(const DatasetId& dataset, StagedSnapshot staged,
                                 DataVersion version) {
  TACIT_CHECK(version.value() > 0 && !staged.directory_.empty());
  const std::string parent = absl::StrCat(root_, "/", PathPart(dataset.value()));
  TACIT_RETURN_IF_ERROR(MakeDirectory(parent));
  const auto directory_of = [&](int64_t number) { return absl::StrCat(parent, "/", number); };
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, snapshot] : loaded_) {
      if (absl::StartsWith(key,
                           absl::StrCat(PathPart(dataset.value()), "/", version.value(), "/"))) {
        return Refuse(Reason::kAlreadyExists,
                      absl::StrCat("data version ", version.value(), " is being served"));
      }
    }
  }
  RemoveTree(directory_of(version.value()));
  TACIT_RETURN_IF_ERROR(RenameDurably(staged.directory_, directory_of(version.value())));
  staged.directory_.clear();
  // Private rows are not kept longer than a request may need them. Who has a version mapped keeps
  // it.
  for (int64_t old = version.value() - 2; old > 0; --old) {
    if (access(directory_of(old).c_str(), F_OK) != 0) break;
    RemoveTree(directory_of(old));
  }
  return absl::OkStatus();
}

absl::StatusOr<DatasetSnapshotPtr> DatasetStore::Load(const DatasetSchema& schema,
                                                      DataVersion version) {
  // A policy change keeps the files but not the schema that the mapped tables carry.
  const std::string prefix = absl::StrCat(PathPart(schema.id.value()), "/");
  const std::string key = absl::StrCat(prefix, version.value(), "/", schema.policy_version.value());
  {
    const std::lock_guard lock(mutex_);
    const auto found = loaded_.find(key);
    if (found != loaded_.end()) return found->second;
  }
  // Mapped outside the lock: reading a large file for its checksum must not hold up other datasets.
  const std::string directory = absl::StrCat(root_, "/", prefix, version.value());
  struct stat status;
  if (stat(directory.c_str(), &status) != 0) {
    return Refuse(Reason::kNotFound,
                  absl::StrCat("dataset ", schema.id.value(), ": the files of data version ",
                               version.value(), " are gone"),
                  {.fix = "publish the dataset again"});
  }
  auto snapshot = std::make_shared<DatasetSnapshot>();
  snapshot->version = version;
  for (const TableSchema& table : schema.tables) {
    TACIT_ASSIGN_OR_RETURN(snapshot->tables[table.name],
                           MapSnapshot(TableFile(directory, table.name), table));
  }
  const std::lock_guard lock(mutex_);
  // Earlier versions of the dataset leave the cache; queries that still use them hold them.
  absl::erase_if(loaded_, [&](const auto& entry) {
    return absl::StartsWith(entry.first, prefix) && entry.second->version <= version;
  });
  loaded_[key] = snapshot;
  return DatasetSnapshotPtr(std::move(snapshot));
}

}  // namespace tacit
