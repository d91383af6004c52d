// The one thread on which pg_query runs, and by being one, its mutex.
#ifndef TACIT_ENGINE_PARSE_PARSER_THREAD_H_
#define TACIT_ENGINE_PARSE_PARSER_THREAD_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace tacit {

// pg_query recurses without a stack guard; within kSqlBytesMax this much is enough for its worst
// input.
inline constexpr int kParserStackBytes = 16 * 1024 * 1024;

// Runs `work` on the parser thread and waits for it; callers take turns. The thread starts at first
// use and lives as long as the process, because each new thread costs pg_query a TLS key for good.
// Errors: kInternal when the system gives no thread; nothing has run then, and a later call may
// work. `work` must not call RunOnParserThread.
absl::Status RunOnParserThread(absl::FunctionRef<void()> work);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PARSER_THREAD_H_
