#include "engine/parse/parser_thread.h"

#include <pthread.h>

#include "absl/synchronization/mutex.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

// A desk with one seat: a caller takes the seat, leaves the work on the desk, and waits for the
// bell.
class ParserThread {
 public:
  absl::Status Run(absl::FunctionRef<void()> work) {
    absl::MutexLock seat(&seat_);
    if (!started_) {
      if (!Start()) return Refuse(Reason::kInternal, "the parser thread could not be started");
      started_ = true;
    }
    absl::MutexLock lock(&desk_);
    work_ = &work;
    desk_.Await(absl::Condition(this, &ParserThread::IsIdle));
    return absl::OkStatus();
  }

 private:
  static void* Main(void* self) {
    static_cast<ParserThread*>(self)->Serve();
    return nullptr;
  }

  bool Start() {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_t thread;
    const bool started = pthread_attr_setstacksize(&attributes, kParserStackBytes) == 0 &&
                         pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
                         pthread_create(&thread, &attributes, &ParserThread::Main, this) == 0;
    pthread_attr_destroy(&attributes);
    return started;
  }

  [[noreturn]] void Serve() {
    for (;;) {
      absl::MutexLock lock(&desk_);
      desk_.Await(absl::Condition(this, &ParserThread::IsBusy));
      // The caller sleeps until work_ is cleared, so holding the desk during the work blocks
      // nobody.
      (*work_)();
      work_ = nullptr;
    }
  }

  bool IsBusy() const { return work_ != nullptr; }
  bool IsIdle() const { return work_ == nullptr; }

  absl::Mutex seat_;
  bool started_ = false;  // guarded by seat_
  absl::Mutex desk_;
  const absl::FunctionRef<void()>* work_ = nullptr;  // guarded by desk_
};

}  // namespace

absl::Status RunOnParserThread(absl::FunctionRef<void()> work) {
  // Never destroyed: the detached thread may still wait on it while the process ends.
  static ParserThread& thread = *new ParserThread;
  return thread.Run(work);
}

}  // namespace tacit
