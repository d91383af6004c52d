// Files that only the operator's account may touch: how they are checked, locked and made durable.
#ifndef TACIT_ACCOUNTANT_PRIVATE_FILE_H_
#define TACIT_ACCOUNTANT_PRIVATE_FILE_H_

#include <fcntl.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tacit::ledger {

// Owns a file descriptor and closes it.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();
  int get() const { return fd_; }

 private:
  int fd_;
};

// Opens with the access mode `mode`, O_RDONLY or O_RDWR. kLedgerRefused: missing, a symbolic link,
// not a regular file, reachable under a second name, or a mode other than 0600. Never blocks, not
// even on a FIFO.
absl::StatusOr<OwnedFd> OpenPrivateFile(const std::string& path, int mode = O_RDONLY);

// Makes an empty file of mode 0600. kLedgerRefused when anything of that name exists.
absl::StatusOr<OwnedFd> CreatePrivateFile(const std::string& path);

// The directory without symbolic links. kLedgerRefused: missing, no directory, or a mode other than
// 0700.
absl::StatusOr<std::string> ResolvePrivateDirectory(const std::string& path);

// Takes the lock file of `directory`, made where missing. kLedgerRefused, naming the file, while
// anyone else holds it. The lock lasts as long as the descriptor, also through a crash.
absl::StatusOr<OwnedFd> LockDirectory(const std::string& directory);

// Writes all of `bytes` at `offset` and makes them durable, with the file's size but not its times.
absl::Status WriteAndSync(const OwnedFd& file, const std::string& bytes, int64_t offset = 0);

// Makes the file where there is none, and makes durable that it begins with `count` zero bytes.
// They are written anew, because after a failed fsync another one may sync nothing. kLedgerRefused
// when its first byte is another. Its name is left to SyncParent.
absl::Status MakeCleared(const std::string& path, size_t count);

// Makes the entry `path` durable in the directory that holds it.
absl::Status SyncParent(const std::string& path);

// kLedgerRefused with "<what> <path>: <strerror(errno)>".
absl::Status RefuseErrno(const std::string& what, const std::string& path);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_PRIVATE_FILE_H_
