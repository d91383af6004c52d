// CHECK: our own invariants, always on. A CHECK never tests the value in a row: what data may be is
// handled by total functions, so a failed CHECK is a bug and stopping the process is the answer.
#ifndef TACIT_ACCOUNTANT_CHECK_H_
#define TACIT_ACCOUNTANT_CHECK_H_

namespace tacit {

// Prints `file:line: invariant broken: text` to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* text);

}  // namespace tacit

#define TACIT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::tacit::CheckFailed(__FILE__, __LINE__, #condition))

#endif  // TACIT_ACCOUNTANT_CHECK_H_
