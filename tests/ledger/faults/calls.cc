// The system calls of a ledger, interposed between it and the C library.
//
// Linked before the C library or preloaded, these definitions are the ones that SQLite and the
// accountant reach. Calls on files that nobody watches go straight to the kernel. The names are
// given by asm labels, because the C library's own declarations of them must not be repeated.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <mutex>

#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/recorder.h"

namespace tacit::faults {
namespace {

constexpr int kFdsMax = 65536;
// The trace's handle of each open watched descriptor; 0: not watched.
std::array<std::atomic<int32_t>, kFdsMax> handles;
// Calls on one ledger come one after another; in order with them stand count, fault and trace.
std::mutex calling;

bool IsParent(const char* path, const char* child) {
  const size_t size = std::strlen(path);
  return std::strncmp(path, child, size) == 0 && child[size] == '/' &&
         std::strchr(child + size + 1, '/') == nullptr;
}

bool IsWatched(const char* path) {
  const Control* control = Current();
  if (control == nullptr || path == nullptr) return false;
  for (const char* place : {control->directory, control->anchor}) {
    if (place[0] == '\0') return false;
    if (std::strncmp(path, place, std::strlen(place)) == 0 || IsParent(path, place)) return true;
  }
  return false;
}

int32_t HandleOf(int fd) { return fd >= 0 && fd < kFdsMax ? handles[fd].load() : 0; }
bool IsWatched(int fd) { return Current() != nullptr && HandleOf(fd) != 0; }

[[noreturn]] void Die() {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  while (true) syscall(SYS_sched_yield);
}

// Counts a call and says what strikes it.
Fault Strike(Control& control, bool takes_space) {
  const int64_t number = ++control.calls;
  if (number == control.fault_at) {
    control.struck = true;
    const Fault fault = control.fault;
    if (fault == Fault::kNoSpace || fault == Fault::kNoSpaceCut) control.out_of_space = true;
    if (fault == Fault::kKill) Die();
    return fault;
  }
  return takes_space && control.out_of_space ? Fault::kNoSpace : Fault::kNone;
}

// One watched call. `perform` does it, `note` records it.
template <typename Perform, typename Note>
long Watch(bool takes_space, const Perform& perform, const Note& note) {
  Control& control = *Current();
  const std::lock_guard lock(calling);
  const Fault fault = Strike(control, takes_space);
  if (fault == Fault::kNone || fault == Fault::kErrorThough) {
    const long result = perform();
    if (result >= 0) note(control, result);
    if (fault == Fault::kNone) return result;
  }
  if (fault == Fault::kKillCut) Die();
  errno = fault == Fault::kError || fault == Fault::kErrorThough ? EIO : ENOSPC;
  return -1;
}

template <typename Perform>
long Watch(const Perform& perform) {
  return Watch(false, perform, [](Control&, long) {});
}

long Write(int fd, const void* bytes, size_t size, int64_t offset, bool at_position) {
  Control& control = *Current();
  const std::lock_guard lock(calling);
  const auto write = [&](size_t count) {
    if (at_position) offset = syscall(SYS_lseek, fd, 0, SEEK_CUR);
    const long done = at_position ? syscall(SYS_write, fd, bytes, count)
                                  : syscall(SYS_pwrite64, fd, bytes, count, offset);
    if (done > 0) {
      Append(control, {Record::kWrite, HandleOf(fd), offset, done, "",
                       std::string(static_cast<const char*>(bytes), static_cast<size_t>(done))});
    }
    return done;
  };
  const Fault fault = Strike(control, true);
  if (fault == Fault::kNone) return write(size);
  const bool cut = fault == Fault::kKillCut || fault == Fault::kNoSpaceCut;
  if (cut || fault == Fault::kErrorThough) {
    const long done = write(cut ? size / 2 : size);
    if (fault == Fault::kKillCut) Die();
    // The kernel says how much it wrote; the next attempt then finds no space.
    if (fault == Fault::kNoSpaceCut && done > 0) return done;
  }
  errno = fault == Fault::kError || fault == Fault::kErrorThough ? EIO : ENOSPC;
  return -1;
}

// Whether it is the ledger's directory.
bool IsDirectory(const Control& control, int fd) {
  struct stat open {};
  struct stat directory {};
  return syscall(SYS_fstat, fd, &open) == 0 &&
         syscall(SYS_newfstatat, AT_FDCWD, control.directory, &directory, 0) == 0 &&
         open.st_ino == directory.st_ino;
}

long Sync(long call, int fd) {
  Control& control = *Current();
  const bool struck = control.struck;
  const long result = Watch(
      true, [&] { return syscall(call, fd); },
      [&](Control& with, long) {
        Append(with, {Record::kSync, HandleOf(fd), 0, 0, "", ""});
      });
  if (control.struck && !struck && !control.closing)
    control.struck_sync = !IsDirectory(control, fd);
  if (result < 0) Append(control, {Record::kFailedSync, HandleOf(fd), 0, 0, "", ""});
  return result;
}

int Open(const char* path, int flags, mode_t mode) {
  const auto open = [&] { return syscall(SYS_openat, AT_FDCWD, path, flags, mode); };
  if (!IsWatched(path)) {
    const int fd = static_cast<int>(open());
    if (fd >= 0 && fd < kFdsMax) handles[fd] = 0;
    return fd;
  }
  bool existed = true;
  return static_cast<int>(
      Watch((flags & O_CREAT) != 0,
            [&] {
              existed = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
              return open();
            },
            [&](Control& control, long fd) {
              if (fd >= kFdsMax) Die();
              handles[fd] = ++control.last_handle;
              Append(control,
                     {Record::kOpen, HandleOf(static_cast<int>(fd)), 0, existed ? 0 : 1, path, ""});
              if ((flags & O_TRUNC) != 0) {
                Append(control, {Record::kTruncate, HandleOf(static_cast<int>(fd)), 0, 0, "", ""});
              }
            }));
}

long Stat(const char* path, struct stat* found, int flags) {
  const auto stat = [&] { return syscall(SYS_newfstatat, AT_FDCWD, path, found, flags); };
  return IsWatched(path) ? Watch(stat) : stat();
}

long StatFd(int fd, struct stat* found) {
  const auto stat = [&] { return syscall(SYS_fstat, fd, found); };
  return IsWatched(fd) ? Watch(stat) : stat();
}

long Truncate(int fd, int64_t size) {
  const auto truncate = [&] { return syscall(SYS_ftruncate, fd, size); };
  if (!IsWatched(fd)) return truncate();
  return Watch(true, truncate, [&](Control& control, long) {
    Append(control, {Record::kTruncate, HandleOf(fd), 0, size, "", ""});
  });
}

}  // namespace

extern "C" {

int CallOpen(const char* path, int flags, mode_t mode) __asm__("open");
int CallOpen(const char* path, int flags, mode_t mode) { return Open(path, flags, mode); }
int CallOpen64(const char* path, int flags, mode_t mode) __asm__("open64");
int CallOpen64(const char* path, int flags, mode_t mode) { return Open(path, flags, mode); }

// What a fortified build calls where flags are not constant.
int CallOpenChecked(const char* path, int flags) __asm__("__open_2");
int CallOpenChecked(const char* path, int flags) { return Open(path, flags, 0); }
int CallOpen64Checked(const char* path, int flags) __asm__("__open64_2");
int CallOpen64Checked(const char* path, int flags) { return Open(path, flags, 0); }

int CallClose(int fd) __asm__("close");
int CallClose(int fd) {
  const auto close = [&] { return syscall(SYS_close, fd); };
  if (!IsWatched(fd)) return static_cast<int>(close());
  return static_cast<int>(
      Watch(false, close, [&](Control&, long) { handles[static_cast<size_t>(fd)] = 0; }));
}

ssize_t CallRead(int fd, void* bytes, size_t size) __asm__("read");
ssize_t CallRead(int fd, void* bytes, size_t size) {
  const auto read = [&] { return syscall(SYS_read, fd, bytes, size); };
  return IsWatched(fd) ? Watch(read) : read();
}

ssize_t CallPread64(int fd, void* bytes, size_t size, off_t offset) __asm__("pread64");
ssize_t CallPread64(int fd, void* bytes, size_t size, off_t offset) {
  const auto read = [&] { return syscall(SYS_pread64, fd, bytes, size, offset); };
  return IsWatched(fd) ? Watch(read) : read();
}

ssize_t CallPread(int fd, void* bytes, size_t size, off_t offset) __asm__("pread");
ssize_t CallPread(int fd, void* bytes, size_t size, off_t offset) {
  return CallPread64(fd, bytes, size, offset);
}

ssize_t CallWrite(int fd, const void* bytes, size_t size) __asm__("write");
ssize_t CallWrite(int fd, const void* bytes, size_t size) {
  return IsWatched(fd) ? Write(fd, bytes, size, 0, true) : syscall(SYS_write, fd, bytes, size);
}

ssize_t CallPwrite64(int fd, const void* bytes, size_t size, off_t offset) __asm__("pwrite64");
ssize_t CallPwrite64(int fd, const void* bytes, size_t size, off_t offset) {
  return IsWatched(fd) ? Write(fd, bytes, size, offset, false)
                       : syscall(SYS_pwrite64, fd, bytes, size, offset);
}

ssize_t CallPwrite(int fd, const void* bytes, size_t size, off_t offset) __asm__("pwrite");
ssize_t CallPwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return CallPwrite64(fd, bytes, size, offset);
}

int CallFtruncate(int fd, off_t size) __asm__("ftruncate");
int CallFtruncate(int fd, off_t size) { return static_cast<int>(Truncate(fd, size)); }
int CallFtruncate64(int fd, off_t size) __asm__("ftruncate64");
int CallFtruncate64(int fd, off_t size) { return static_cast<int>(Truncate(fd, size)); }

int CallFsync(int fd) __asm__("fsync");
int CallFsync(int fd) {
  return static_cast<int>(IsWatched(fd) ? Sync(SYS_fsync, fd) : syscall(SYS_fsync, fd));
}
int CallFdatasync(int fd) __asm__("fdatasync");
int CallFdatasync(int fd) {
  return static_cast<int>(IsWatched(fd) ? Sync(SYS_fdatasync, fd) : syscall(SYS_fdatasync, fd));
}

int CallUnlink(const char* path) __asm__("unlink");
int CallUnlink(const char* path) {
  const auto unlink = [&] { return syscall(SYS_unlinkat, AT_FDCWD, path, 0); };
  if (!IsWatched(path)) return static_cast<int>(unlink());
  return static_cast<int>(Watch(false, unlink, [&](Control& control, long) {
    Append(control, {Record::kUnlink, 0, 0, 0, path, ""});
  }));
}

int CallMkdir(const char* path, mode_t mode) __asm__("mkdir");
int CallMkdir(const char* path, mode_t mode) {
  const auto mkdir = [&] { return syscall(SYS_mkdirat, AT_FDCWD, path, mode); };
  if (!IsWatched(path)) return static_cast<int>(mkdir());
  return static_cast<int>(Watch(true, mkdir, [&](Control& control, long) {
    Append(control, {Record::kMakeDirectory, 0, 0, 0, path, ""});
  }));
}

int CallFchmod(int fd, mode_t mode) __asm__("fchmod");
int CallFchmod(int fd, mode_t mode) {
  const auto chmod = [&] { return syscall(SYS_fchmod, fd, mode); };
  return static_cast<int>(IsWatched(fd) ? Watch(chmod) : chmod());
}

int CallFchown(int fd, uid_t user, gid_t group) __asm__("fchown");
int CallFchown(int fd, uid_t user, gid_t group) {
  const auto chown = [&] { return syscall(SYS_fchown, fd, user, group); };
  return static_cast<int>(IsWatched(fd) ? Watch(chown) : chown());
}

int CallFlock(int fd, int operation) __asm__("flock");
int CallFlock(int fd, int operation) {
  const auto lock = [&] { return syscall(SYS_flock, fd, operation); };
  return static_cast<int>(IsWatched(fd) ? Watch(lock) : lock());
}

int CallFcntl(int fd, int command, void* argument) __asm__("fcntl");
int CallFcntl(int fd, int command, void* argument) {
  const auto control = [&] { return syscall(SYS_fcntl, fd, command, argument); };
  return static_cast<int>(IsWatched(fd) ? Watch(control) : control());
}
int CallFcntl64(int fd, int command, void* argument) __asm__("fcntl64");
int CallFcntl64(int fd, int command, void* argument) { return CallFcntl(fd, command, argument); }

int CallStat(const char* path, struct stat* found) __asm__("stat");
int CallStat(const char* path, struct stat* found) {
  return static_cast<int>(Stat(path, found, 0));
}
int CallStat64(const char* path, struct stat* found) __asm__("stat64");
int CallStat64(const char* path, struct stat* found) {
  return static_cast<int>(Stat(path, found, 0));
}
int CallLstat(const char* path, struct stat* found) __asm__("lstat");
int CallLstat(const char* path, struct stat* found) {
  return static_cast<int>(Stat(path, found, AT_SYMLINK_NOFOLLOW));
}
int CallLstat64(const char* path, struct stat* found) __asm__("lstat64");
int CallLstat64(const char* path, struct stat* found) {
  return static_cast<int>(Stat(path, found, AT_SYMLINK_NOFOLLOW));
}
int CallFstat(int fd, struct stat* found) __asm__("fstat");
int CallFstat(int fd, struct stat* found) { return static_cast<int>(StatFd(fd, found)); }
int CallFstat64(int fd, struct stat* found) __asm__("fstat64");
int CallFstat64(int fd, struct stat* found) { return static_cast<int>(StatFd(fd, found)); }

int CallAccess(const char* path, int mode) __asm__("access");
int CallAccess(const char* path, int mode) {
  const auto access = [&] { return syscall(SYS_faccessat, AT_FDCWD, path, mode); };
  return static_cast<int>(IsWatched(path) ? Watch(access) : access());
}

// Only the wall clock is ever set by people and daemons; the others cannot step.
int CallClockGettime(clockid_t clock, timespec* now) __asm__("clock_gettime");
int CallClockGettime(clockid_t clock, timespec* now) {
  const long result = syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && clock == CLOCK_REALTIME && Current() != nullptr) {
    now->tv_sec += Current()->clock_shift;
  }
  return static_cast<int>(result);
}

}  // extern "C"

}  // namespace tacit::faults
