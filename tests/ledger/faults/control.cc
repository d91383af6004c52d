#include "tests/ledger/faults/control.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "tests/ledger/faults/recorder.h"

namespace tacit::faults {
namespace {

Control* current = nullptr;

Control* Map(int flags, int fd) {
  void* memory = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, flags, fd, 0);
  // Fresh pages are zero, which is a valid empty block.
  if (memory == MAP_FAILED) std::abort();
  return static_cast<Control*>(memory);
}

// A program that was started for it watches from its first call on.
__attribute__((constructor)) void UseEnvironment() {
  const char* file = std::getenv("TACIT_FAULTS");
  if (file == nullptr) return;
  const int fd = open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) std::abort();
  current = Map(MAP_SHARED, fd);
  close(fd);
}

void Copy(const std::string& text, char (&target)[kPathBytesMax]) {
  if (text.size() >= kPathBytesMax) std::abort();
  std::memcpy(target, text.c_str(), text.size() + 1);
}

}  // namespace

const char* NameOf(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "none";
    case Fault::kKill:
      return "kill";
    case Fault::kKillCut:
      return "kill in a write";
    case Fault::kError:
      return "EIO";
    case Fault::kErrorThough:
      return "EIO though done";
    case Fault::kNoSpace:
      return "ENOSPC";
    case Fault::kNoSpaceCut:
      return "ENOSPC in a write";
  }
  return "";
}

Control* Current() { return current; }
void Use(Control* control) { current = control; }

Control* NewControl() { return Map(MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1); }

Control* NewControlIn(const std::string& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(Control)) != 0) std::abort();
  Control* control = Map(MAP_SHARED, fd);
  close(fd);
  return control;
}

void Reset(Control& control, const std::string& directory, const std::string& anchor) {
  Copy(directory, control.directory);
  Copy(anchor, control.anchor);
  control.calls = 0;
  control.fault_at = 0;
  control.fault = Fault::kNone;
  control.struck = false;
  control.closing = false;
  control.struck_sync = false;
  control.out_of_space = false;
  control.clock_shift = 0;
  control.recording = false;
  control.last_handle = 0;
  control.trace_size = 0;
}

void Note(Control& control, int64_t remark) {
  Record record;
  record.size = remark;
  Append(control, record);
}

}  // namespace tacit::faults
