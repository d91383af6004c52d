#include "engine/storage/durable_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

constexpr char kPartialSuffix[] = ".partial";

absl::Status SystemError(std::string_view operation, const std::string& path, int error) {
  return Refuse(Reason::kInternal,
                absl::StrCat("cannot ", std::string(operation), " ", path, ": ", strerror(error)));
}

absl::Status NotUsable(const std::string& path, std::string_view problem) {
  return Refuse(Reason::kSourceInvalid, absl::StrCat("file ", path, ": ", std::string(problem)),
                {.fix = "publish the dataset again"});
}

absl::Status AlreadyThere(const std::string& path) {
  return Refuse(Reason::kAlreadyExists, absl::StrCat("file ", path, " already exists"));
}

bool Exists(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0;
}

// Closes a descriptor at the end of a scope.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int value) : value_(value) {}
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() {
    if (value_ >= 0) close(value_);
  }
  int value() const { return value_; }

 private:
  const int value_;
};

}  // namespace

std::string ParentOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncDirectory(const std::string& path) {
  const OwnedDescriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.value() < 0) return SystemError("open directory", path, errno);
  if (fsync(directory.value()) != 0) return SystemError("sync directory", path, errno);
  return absl::OkStatus();
}

absl::Status RenameDurably(const std::string& from, const std::string& to) {
  int result = renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (result != 0 && (errno == EINVAL || errno == ENOSYS)) {
    // The file system cannot refuse by itself. These directories are ours alone, so looking first
    // is enough.
    if (Exists(to)) return AlreadyThere(to);
    result = rename(from.c_str(), to.c_str());
  }
  if (result != 0) {
    if (errno == EEXIST) return AlreadyThere(to);
    return SystemError("rename to", to, errno);
  }
  return SyncDirectory(ParentOf(to));
}

absl::StatusOr<std::unique_ptr<DurableFile>> DurableFile::Create(std::string path) {
  if (Exists(path)) return AlreadyThere(path);
  const std::string partial = path + kPartialSuffix;
  if (unlink(partial.c_str()) != 0 && errno != ENOENT) {
    return SystemError("replace", partial, errno);
  }
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const int descriptor = open(partial.c_str(), flags, 0600);
  if (descriptor < 0) return SystemError("create", partial, errno);
  return std::unique_ptr<DurableFile>(new DurableFile(std::move(path), descriptor));
}

DurableFile::~DurableFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink((path_ + kPartialSuffix).c_str());
}

absl::Status DurableFile::Append(std::string_view bytes) {
  TACIT_CHECK(descriptor_ >= 0);
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", path_, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status DurableFile::Commit() {
  TACIT_CHECK(descriptor_ >= 0);
  // Without this the name could survive a crash that the bytes do not.
  if (fsync(descriptor_) != 0) return SystemError("sync", path_, errno);
  TACIT_RETURN_IF_ERROR(RenameDurably(path_ + kPartialSuffix, path_));
  const int descriptor = std::exchange(descriptor_, -1);
  if (close(descriptor) != 0) return SystemError("close", path_, errno);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const MappedFile>> MappedFile::Open(const std::string& path) {
  // O_NONBLOCK keeps a FIFO of that name from hanging the open.
  const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  const OwnedDescriptor file(open(path.c_str(), flags));
  if (file.value() < 0) return NotUsable(path, strerror(errno));
  struct stat status;
  if (fstat(file.value(), &status) != 0) return NotUsable(path, strerror(errno));
  if (!S_ISREG(status.st_mode)) return NotUsable(path, "not a regular file");
  const auto size = static_cast<size_t>(status.st_size);
  if (size == 0) return NotUsable(path, "empty");
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value(), 0);
  if (address == MAP_FAILED) return SystemError("map", path, errno);
  // Advice only: all of it is read once for the checksum, and then by every query.
  madvise(address, size, MADV_WILLNEED);
  return std::shared_ptr<const MappedFile>(new MappedFile(address, size));
}

MappedFile::~MappedFile() { munmap(address_, size_); }

}  // namespace tacit
