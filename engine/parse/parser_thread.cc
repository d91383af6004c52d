#include "engine/parse/parser_thread.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>

#include "accountant/refusal.h"

namespace tacit {
namespace {

// A desk with one seat: a caller takes the seat, leaves the work on the desk, and waits for the
// bell.
class ParserThread {
 public:
  absl::Status Run(absl::FunctionRef<void()> work) {
    const std::lock_guard seat(seat_);
    if (!started_) {
      if (!Start()) return Refuse(Reason::kInternal, "the parser thread could not be started");
      started_ = true;
    }
    std::unique_lock desk(desk_);
    work_ = &work;
    bell_.notify_all();
    bell_.wait(desk, [this] { return work_ == nullptr; });
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
      std::unique_lock desk(desk_);
      bell_.wait(desk, [this] { return work_ != nullptr; });
      // The caller sleeps until work_ is cleared, so holding the desk during the work blocks
      // nobody.
      (*work_)();
      work_ = nullptr;
      bell_.notify_all();
    }
  }

  std::mutex seat_;
  bool started_ = false;  // guarded by seat_
  std::mutex desk_;
  std::condition_variable bell_;                     // rung when work_ changes
  const absl::FunctionRef<void()>* work_ = nullptr;  // guarded by desk_
};

}  // namespace

absl::Status RunOnParserThread(absl::FunctionRef<void()> work) {
  // Never destroyed: the detached thread may still wait on it while the process ends.
  static ParserThread& thread = *new ParserThread;
  return thread.Run(work);
}

}  // namespace tacit
