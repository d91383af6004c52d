#include "client/command_line.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"

namespace tacit::client {
namespace {

void AddGlobalOptions(CLI::App& app, GlobalOptions& options) {
  app.add_option("--server", options.server, "The server's address, HOST:PORT")
      ->envname("TACIT_SERVER")
      ->capture_default_str();
  app.add_option("--user", options.user, "Who asks, under the server's development identity")
      ->envname("TACIT_USER");
  app.add_option("--format", options.format, "How to print: table, csv, json or jsonl")
      ->check(CLI::IsMember({"table", "csv", "json", "jsonl"}))
      ->capture_default_str();
  app.add_flag("--no-color", options.no_colour, "No colours, as with NO_COLOR set");
  app.add_option("--timeout", options.timeout_seconds, "Seconds to wait for an answer")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
}

std::unique_ptr<CLI::App> MakeApp(Session& session) {
  auto app = std::make_unique<CLI::App>(
      "Asks questions of a tacit server, and pays for the answers.", "tacit");
  app->set_version_flag("--version", "tacit " TACIT_VERSION);
  AddGlobalOptions(*app, session.options());
  app->require_subcommand(1);
  // Global flags may stand after the command as well.
  app->fallthrough();
  app->footer(
      "Example:\n  tacit query fair \"SELECT COUNT(*) FROM survey\" --epsilon 0.1 --user alice\n\n"
      "Exit codes: 0 done, 1 usage or local error, 2 request refused, 3 connection or server,\n"
      "4 budget exhausted, 5 not allowed.");
  AddQueryCommand(*app, session);
  AddEstimateCommand(*app, session);
  AddBudgetCommand(*app, session);
  AddCurateCommands(*app, session);
  AddDatasetCommands(*app, session);
  AddPolicyCommands(*app, session);
  AddLedgerCommands(*app, session);
  AddAccountCommand(*app, session);
  AddCompletionCommand(*app, session);
  return app;
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, const Streams& streams) {
  Session session(streams);
  const std::unique_ptr<CLI::App> app = MakeApp(session);
  try {
    app->parse(argc, argv);
  } catch (const CLI::Success& success) {
    // --help and --version travel as exceptions.
    return app->exit(success, streams.out, streams.err);
  } catch (const CLI::ParseError& error) {
    session.Fail(LocalFailure(error.what(), "see tacit --help, or tacit COMMAND --help"));
  }
  streams.out.flush();
  if (!streams.out && session.exit_code() == ExitCode::kOk) {
    session.Fail(LocalFailure("standard output cannot be written", "check the disk or the pipe"));
  }
  return static_cast<int>(session.exit_code());
}

int RunCommandLine(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  return RunCommandLine(argc, argv, Streams{.out = out, .err = err});
}

}  // namespace tacit::client
