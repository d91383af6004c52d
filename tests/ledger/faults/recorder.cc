#include "tests/ledger/faults/recorder.h"

#include <cstdlib>
#include <cstring>
#include <mutex>

namespace tacit::faults {
namespace {

// What stands before path and bytes of an entry.
struct Head {
  Record::Kind kind;
  int32_t handle;
  int64_t offset;
  int64_t size;
  int64_t path_bytes;
  int64_t bytes;
};

std::mutex appending;

}  // namespace

void Append(Control& control, const Record& record) {
  if (!control.recording) return;
  const std::lock_guard lock(appending);
  const Head head{record.kind,
                  record.handle,
                  record.offset,
                  record.size,
                  static_cast<int64_t>(record.path.size()),
                  static_cast<int64_t>(record.bytes.size())};
  const size_t at = static_cast<size_t>(control.trace_size);
  const size_t needed = sizeof(head) + record.path.size() + record.bytes.size();
  if (needed > kTraceBytesMax - at) std::abort();
  char* out = control.trace + at;
  std::memcpy(out, &head, sizeof(head));
  std::memcpy(out + sizeof(head), record.path.data(), record.path.size());
  std::memcpy(out + sizeof(head) + record.path.size(), record.bytes.data(), record.bytes.size());
  // Counts only when it is whole, so that a kill in between leaves no half entry.
  control.trace_size += static_cast<int64_t>(needed);
}

std::vector<Record> TraceOf(const Control& control) {
  std::vector<Record> trace;
  const char* at = control.trace;
  const char* end = control.trace + control.trace_size;
  while (at < end) {
    Head head;
    std::memcpy(&head, at, sizeof(head));
    at += sizeof(head);
    Record record{head.kind, head.handle, head.offset, head.size, "", ""};
    record.path.assign(at, static_cast<size_t>(head.path_bytes));
    at += head.path_bytes;
    record.bytes.assign(at, static_cast<size_t>(head.bytes));
    at += head.bytes;
    trace.push_back(std::move(record));
  }
  return trace;
}

}  // namespace tacit::faults
