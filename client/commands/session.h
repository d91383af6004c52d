// What every command shares: the global flags, where to print, and how a failure is shown.
#ifndef TACIT_CLIENT_COMMANDS_SESSION_H_
#define TACIT_CLIENT_COMMANDS_SESSION_H_

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "client/client.h"
#include "client/failure.h"
#include "client/render.h"

namespace tacit::client {

enum class Format { kTable, kCsv, kJson, kJsonLines };

struct GlobalOptions {
  std::string server = "127.0.0.1:7433";
  std::string user;
  std::string format = "table";
  bool no_colour = false;
  int timeout_seconds = 60;
};

struct Streams {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
};

class Session {
 public:
  explicit Session(const Streams& streams) : streams_(streams) {}

  GlobalOptions& options() { return options_; }
  std::ostream& out() { return streams_.out; }
  std::ostream& err() { return streams_.err; }
  bool err_is_terminal() const { return streams_.err_is_terminal; }
  bool out_is_terminal() const { return streams_.out_is_terminal; }
  Format format() const;

  // Colours need a terminal, NO_COLOR unset and no --no-color; boxes need a UTF-8 locale.
  Style OutStyle() const { return StyleFor(streams_.out_is_terminal); }
  Style ErrStyle() const { return StyleFor(streams_.err_is_terminal); }

  Result<std::unique_ptr<Client>> Connect();

  // Prints to standard error, as JSON where --format is json or jsonl, and sets the exit code.
  // `sql` is for the caret line.
  void Fail(const Failure& failure, std::string_view sql = {});

  // A grid as the chosen format wants it: a table, CSV, a JSON array of objects, or JSON lines.
  // Cells of JSON are strings, as decimal texts have to stay exact.
  void PrintGrid(const Grid& grid);

  ExitCode exit_code() const { return exit_code_; }
  void set_exit_code(ExitCode code) { exit_code_ = code; }

 private:
  Style StyleFor(bool is_terminal) const;

  Streams streams_;
  GlobalOptions options_;
  ExitCode exit_code_ = ExitCode::kOk;
};

// Text that goes into a protobuf string: refused here, with its name, if it is not UTF-8.
Result<std::string> WireText(std::string_view name, const std::string& text);

// The bytes of a file, or why not: missing, a folder, unreadable, or above `bytes_max`.
Result<std::string> ReadFile(const std::string& path, size_t bytes_max);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_COMMANDS_SESSION_H_
