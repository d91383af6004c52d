// The `tacit` command as a function.
#ifndef TACIT_CLIENT_COMMAND_LINE_H_
#define TACIT_CLIENT_COMMAND_LINE_H_

#include <ostream>

#include "client/commands/session.h"

namespace tacit::client {

// Runs one command and returns its exit code (ExitCode). Answers go to `out`, everything else to
// `err`.
int RunCommandLine(int argc, const char* const* argv, const Streams& streams);

// The same, for streams that are no terminals.
int RunCommandLine(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_COMMAND_LINE_H_
