// How a test steers the system calls of a ledger: which call fails and how, and what was called.
//
// The interposed calls (calls.cc) read one block of memory that the test shares with the process
// under test, so that counts and records outlive a SIGKILL of that process.
#ifndef TACIT_TESTS_LEDGER_FAULTS_CONTROL_H_
#define TACIT_TESTS_LEDGER_FAULTS_CONTROL_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace tacit::faults {

// What strikes one call. A cut call is a write of which only the first half is done; a call that
// writes nothing is not done at all.
enum class Fault : int32_t {
  kNone,
  kKill,         // SIGKILL before it
  kKillCut,      // SIGKILL in the middle of it
  kError,        // EIO, once; nothing was done
  kErrorThough,  // EIO, once; yet it was done
  kNoSpace,      // ENOSPC, nothing done; so does every later call that needs space
  kNoSpaceCut,   // the same after half of a write
};
const char* NameOf(Fault fault);
inline constexpr Fault kAllFaults[] = {Fault::kKill,        Fault::kKillCut, Fault::kError,
                                       Fault::kErrorThough, Fault::kNoSpace, Fault::kNoSpaceCut};

// Long enough for every path of a test.
inline constexpr size_t kPathBytesMax = 512;
inline constexpr size_t kTraceBytesMax = size_t{64} << 20;

struct Control {
  // The ledger's directory and its anchor. Watched are all paths that begin with one of them, and
  // the directories that hold these two themselves.
  char directory[kPathBytesMax];
  char anchor[kPathBytesMax];

  std::atomic<int64_t> calls;        // so far, on watched files
  std::atomic<int64_t> fault_at;     // the call to strike, counted like `calls`; 0: none
  std::atomic<Fault> fault;          // how
  std::atomic<bool> struck;          // it happened
  std::atomic<bool> closing;         // set by the test: the process has nothing more to do
  std::atomic<bool> struck_sync;     // to an fsync before that, not of the directory
  std::atomic<bool> out_of_space;    // kNoSpace struck
  std::atomic<int64_t> clock_shift;  // seconds added to the wall clock

  std::atomic<bool> recording;       // append to `trace`
  std::atomic<int32_t> last_handle;  // handles are numbered over all processes of a trace
  std::atomic<int64_t> trace_size;
  char trace[kTraceBytesMax];
};

// The block in force; null: calls go through untouched.
Control* Current();
void Use(Control* control);

// A block that children made by fork share. Lives until the process ends.
Control* NewControl();
// The same in a file, for a program started with TACIT_FAULTS naming that file.
Control* NewControlIn(const std::string& file);

// Forgets what was set, counted and recorded, and watches the ledger at these paths. Not while
// another thread uses the ledger.
void Reset(Control& control, const std::string& directory, const std::string& anchor);

// One entry of a trace.
struct Record {
  enum Kind : int32_t {
    kMakeDirectory,  // path
    kOpen,           // path, handle; size 1: it was created
    kWrite,          // handle, offset, bytes
    kTruncate,       // handle, size
    kSync,           // handle
    kFailedSync,     // handle: nobody knows what of the file is durable
    kUnlink,         // path
    kNote,           // size: a remark of the test, in order with the calls
  };
  Kind kind = kNote;
  int32_t handle = 0;
  int64_t offset = 0;
  int64_t size = 0;
  std::string path;
  std::string bytes;
};

// Adds a remark. Nothing if the trace is not being recorded.
void Note(Control& control, int64_t remark);
// All entries so far.
std::vector<Record> TraceOf(const Control& control);

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_CONTROL_H_
