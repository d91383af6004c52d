#include "accountant/private_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kPermissionBits = 07777;
constexpr int kSafeFlags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

std::string Octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof(text), "%04o", static_cast<unsigned>(mode & kPermissionBits));
  return text;
}

absl::Status CheckPrivate(const OwnedFd& file, const std::string& path) {
  struct stat found {};
  if (fstat(file.get(), &found) != 0) return RefuseErrno("cannot examine", path);
  if (!S_ISREG(found.st_mode)) {
    return Refuse(Reason::kLedgerRefused, absl::StrCat(path, " is not a regular file"),
                  {.fix = "put the ledger's own file there"});
  }
  if ((found.st_mode & kPermissionBits) != kFileMode) {
    return Refuse(Reason::kLedgerRefused,
                  absl::StrCat(path, " has mode ", Octal(found.st_mode), ", expected 0600"),
                  {.fix = "find out who could have changed it, then chmod 0600"});
  }
  if (found.st_nlink != 1) {
    return Refuse(Reason::kLedgerRefused, absl::StrCat(path, " has a second name (hard link)"),
                  {.fix = "remove the other name"});
  }
  return absl::OkStatus();
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<OwnedFd> OpenPrivateFile(const std::string& path, int mode) {
  OwnedFd file(open(path.c_str(), mode | kSafeFlags));
  if (file.get() < 0) return RefuseErrno("cannot open", path);
  TACIT_RETURN_IF_ERROR(CheckPrivate(file, path));
  return file;
}

absl::StatusOr<OwnedFd> CreatePrivateFile(const std::string& path) {
  OwnedFd file(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | kSafeFlags, kFileMode));
  if (file.get() < 0) return RefuseErrno("cannot create", path);
  if (fchmod(file.get(), kFileMode) != 0) return RefuseErrno("cannot set the mode of", path);
  return file;
}

absl::StatusOr<std::string> ResolvePrivateDirectory(const std::string& path) {
  std::error_code error;
  const std::string resolved = std::filesystem::canonical(path, error).string();
  struct stat found {};
  if (error || stat(resolved.c_str(), &found) != 0) {
    return Refuse(Reason::kLedgerRefused, absl::StrCat("there is no ledger directory ", path),
                  {.fix = "create a ledger with `tacit ledger init`; a server never does"});
  }
  if (!S_ISDIR(found.st_mode) || (found.st_mode & kPermissionBits) != kDirectoryMode) {
    return Refuse(
        Reason::kLedgerRefused,
        absl::StrCat(path, " is not a directory of mode 0700 but has mode ", Octal(found.st_mode)),
        {.fix = "find out who could have changed it, then chmod 0700"});
  }
  return resolved;
}

absl::StatusOr<OwnedFd> LockDirectory(const std::string& directory) {
  const std::string path = directory + "/ledger.lock";
  OwnedFd file(open(path.c_str(), O_RDWR | O_CREAT | kSafeFlags, kFileMode));
  if (file.get() < 0) return RefuseErrno("cannot open", path);
  TACIT_RETURN_IF_ERROR(CheckPrivate(file, path));
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return Refuse(Reason::kLedgerRefused,
                  absl::StrCat("the ledger is open in another process, which holds ", path),
                  {.fix = "stop that process first; one ledger has one server"});
  }
  return file;
}

absl::Status WriteAndSync(const OwnedFd& file, const std::string& bytes, int64_t offset) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = pwrite(file.get(), bytes.data() + done, bytes.size() - done,
                                   offset + static_cast<int64_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return RefuseErrno("cannot write", "a file of the ledger");
    done += static_cast<size_t>(written);
  }
  if (fdatasync(file.get()) != 0) return RefuseErrno("cannot fdatasync", "a file of the ledger");
  return absl::OkStatus();
}

absl::Status MakeCleared(const std::string& path, size_t count) {
  const OwnedFd file(open(path.c_str(), O_RDWR | O_CREAT | kSafeFlags, kFileMode));
  if (file.get() < 0) return RefuseErrno("cannot open", path);
  char first = '\0';
  if (pread(file.get(), &first, 1, 0) < 0) return RefuseErrno("cannot read", path);
  if (first != '\0') {
    return Refuse(Reason::kLedgerRefused, absl::StrCat(path, " is still in use"),
                  {.fix = "close the program that uses it"});
  }
  return WriteAndSync(file, std::string(count, '\0'));
}

absl::Status SyncParent(const std::string& path) {
  const std::string parent = std::filesystem::absolute(path).parent_path().string();
  const OwnedFd directory(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return RefuseErrno("cannot open", parent);
  if (fsync(directory.get()) != 0) return RefuseErrno("cannot fsync", parent);
  return absl::OkStatus();
}

absl::Status RefuseErrno(const std::string& what, const std::string& path) {
  const std::string reason = std::error_code(errno, std::generic_category()).message();
  return Refuse(Reason::kLedgerRefused, absl::StrCat(what, " ", path, ": ", reason),
                {.fix = "check the path and its permissions"});
}

}  // namespace tacit::ledger
