// Files that are whole or absent: written aside, synced, then named; and read-only maps of them.
#ifndef TACIT_ENGINE_STORAGE_DURABLE_FILE_H_
#define TACIT_ENGINE_STORAGE_DURABLE_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tacit {

// Errors of this file are kInternal and name the operation, the path and the system's reason,
// unless a function says otherwise.

// Syncs a directory, so that names made or removed in it survive a crash.
absl::Status SyncDirectory(const std::string& path);

// Renames a file or directory and syncs the directory of the new name. kAlreadyExists when there is
// something of that name.
absl::Status RenameDurably(const std::string& from, const std::string& to);

// The directory a path names something in.
std::string ParentOf(const std::string& path);

// A file that bears its name only once it is complete. Dropped before Commit it leaves nothing.
class DurableFile {
 public:
  // Opens `path` + ".partial" with mode 0600. kAlreadyExists when `path` exists.
  static absl::StatusOr<std::unique_ptr<DurableFile>> Create(std::string path);
  ~DurableFile();

  absl::Status Append(std::string_view bytes);
  // Syncs the bytes, gives the file its name and syncs the directory.
  absl::Status Commit();

 private:
  DurableFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  const std::string path_;
  int descriptor_ = -1;
};

// A regular file mapped read-only and privately.
class MappedFile {
 public:
  // kSourceInvalid when the path is missing, a symbolic link or no regular file.
  static absl::StatusOr<std::shared_ptr<const MappedFile>> Open(const std::string& path);
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(address_), size_}; }

 private:
  MappedFile(void* address, size_t size) : address_(address), size_(size) {}

  void* const address_;
  const size_t size_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_DURABLE_FILE_H_
