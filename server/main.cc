// tacitd: reads its options, starts the server, waits for a signal.

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "accountant/accountant.h"
#include "server/account_questions.h"
#include "server/ledger_export.h"
#include "server/server.h"

namespace tacit {
namespace {

constexpr int kExitFailure = 1;

struct CommandLine {
  ServerOptions server;
  std::string port_file;
  bool development_identity = false;
  std::vector<std::string> curators;
};

// Rows and noise must not reach core files, other processes or group-readable files.
void HardenProcess() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  umask(077);
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "tacitd: %s\n", std::string(status.message()).c_str());
  return kExitFailure;
}

LedgerPaths PathsOf(const ServerOptions& options) {
  return {options.state_directory + "/ledger", options.anchor_file};
}

int InitLedger(const ServerOptions& options) {
  if (mkdir(options.state_directory.c_str(), 0700) != 0 && errno != EEXIST) {
    std::fprintf(stderr, "tacitd: cannot create %s: %s\n", options.state_directory.c_str(),
                 std::strerror(errno));
    return kExitFailure;
  }
  const absl::Status status = Accountant::Init(PathsOf(options));
  if (!status.ok()) return Fail(status);
  std::printf("ledger created in %s/ledger, anchored in %s\n", options.state_directory.c_str(),
              options.anchor_file.c_str());
  return 0;
}

int VerifyOffline(const ServerOptions& options) {
  const absl::StatusOr<int64_t> rows = VerifyLedger(PathsOf(options));
  if (!rows.ok()) return Fail(rows.status());
  std::printf("ledger holds: %lld rows, chain and totals recomputed, the anchor agrees\n",
              static_cast<long long>(*rows));
  return 0;
}

using LedgerWriter = absl::Status (*)(const LedgerPaths&, std::FILE*);

int WriteOffline(const ServerOptions& options, LedgerWriter write) {
  const absl::Status status = write(PathsOf(options), stdout);
  return status.ok() ? 0 : Fail(status);
}

int Serve(const CommandLine& line) {
  if (!line.development_identity) {
    std::fprintf(stderr,
                 "tacitd: no way to know who is calling; tokens and TLS are not here yet: pass "
                 "--dev-identity to believe names on loopback\n");
    return kExitFailure;
  }
  // Signals are waited for below; no other thread may take them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::fprintf(
      stderr,
      "tacitd: DEVELOPMENT IDENTITY: every caller on this machine is believed to be who he "
      "says; do not use with data that matters\n");
  auto authenticator = std::make_unique<DevelopmentAuthenticator>(
      std::set<std::string>(line.curators.begin(), line.curators.end()));
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(line.server, std::move(authenticator));
  if (!server.ok()) return Fail(server.status());
  std::fprintf(stderr, "tacitd: serving on port %d\n", (*server)->port());
  if (!line.port_file.empty()) {
    const std::string unfinished = line.port_file + ".new";
    std::ofstream(unfinished) << (*server)->port() << "\n";
    if (std::rename(unfinished.c_str(), line.port_file.c_str()) != 0) {
      std::fprintf(stderr, "tacitd: cannot write --port-file %s: %s\n", line.port_file.c_str(),
                   std::strerror(errno));
      return kExitFailure;
    }
  }
  int signal = 0;
  sigwait(&signals, &signal);
  std::fprintf(stderr, "tacitd: stopping\n");
  return 0;
}

using AnswerFunction = absl::StatusOr<std::string> (*)(const AccountQuestion&);

struct AccountLine {
  AccountQuestion question;
  AnswerFunction answer = nullptr;  // set by the subcommand that was given
};

int Answer(const AccountLine& line) {
  const absl::StatusOr<std::string> text = line.answer(line.question);
  if (!text.ok()) return Fail(text.status());
  std::fputs(text->c_str(), stdout);
  return 0;
}

// Options of questions about prices; each subcommand reads what it needs.
void AddAccountCommand(CLI::App& app, AccountLine& line, const std::string& name,
                       const std::string& about, AnswerFunction answer) {
  AccountQuestion& question = line.question;
  CLI::App* command = app.add_subcommand(name, about);
  command->add_option("--epsilon", question.epsilon, "a pure epsilon");
  command->add_option("--delta", question.delta, "the delta at which epsilon is meant");
  command->add_option("--sigma", question.sigma, "Gaussian noise in units of the sensitivity");
  command->add_option("--q", question.q, "how likely a person is in one step's batch");
  command->add_option("--steps", question.steps, "the number of steps");
  command->add_option("--together", question.together, "how many are committed to at once");
  command->add_option("--budget-epsilon", question.budget_epsilon, "a dataset's limit");
  command->add_option("--budget-delta", question.budget_delta, "a dataset's limit");
  command->add_option("--budget-rho", question.budget_rho, "a dataset's limit, zcdp filter");
  command->callback([&line, answer] { line.answer = answer; });
}

void AddAccountCommands(CLI::App& app, AccountLine& line) {
  CLI::App* account = app.add_subcommand("account", "answer questions about prices");
  account->require_subcommand(1);
  AddAccountCommand(*account, line, "cost", "what a mechanism costs", CostOf);
  AddAccountCommand(*account, line, "noise", "how much noise an epsilon needs", NoiseFor);
  AddAccountCommand(*account, line, "fit", "how many such queries fit a budget", HowManyFit);
}

void AddStateOptions(CLI::App& command, ServerOptions& options) {
  command.add_option("--state", options.state_directory, "directory of ledger and snapshots")
      ->required();
  command
      .add_option("--anchor", options.anchor_file,
                  "the ledger's anchor, outside the state directory's ledger")
      ->required();
}

int Main(int argc, char** argv) {
  HardenProcess();
  CLI::App app("tacitd: answers SQL under differential privacy and keeps the ledger", "tacitd");
  app.require_subcommand(1);
  app.set_version_flag("--version", "tacitd " TACIT_VERSION);
  CommandLine line;
  CLI::App* serve = app.add_subcommand("serve", "serve datasets");
  AddStateOptions(*serve, line.server);
  serve->add_option("--data", line.server.data_directory, "where policies' sources lie")
      ->required();
  serve->add_option("--listen", line.server.listen_address, "host:port; port 0 picks a free one")
      ->required();
  serve->add_option("--port-file", line.port_file, "where to write the port once serving");
  serve->add_option("--threads", line.server.threads, "threads of one query")
      ->check(CLI::Range(1, 256));
  serve->add_flag("--dev-identity", line.development_identity,
                  "believe the names callers give; loopback only");
  serve->add_option("--curator", line.curators, "a name that is a curator; may repeat");
  CLI::App* init = app.add_subcommand("ledger-init", "create an empty ledger and its anchor");
  AddStateOptions(*init, line.server);
  CLI::App* verify = app.add_subcommand("ledger-verify", "recompute a ledger that is not in use");
  AddStateOptions(*verify, line.server);
  CLI::App* export_ledger = app.add_subcommand("ledger-export", "verify and print every row");
  AddStateOptions(*export_ledger, line.server);
  CLI::App* head = app.add_subcommand("ledger-head", "verify and print where the ledger ends");
  AddStateOptions(*head, line.server);
  AccountLine account;
  AddAccountCommands(app, account);
  CLI11_PARSE(app, argc, argv);
  if (account.answer != nullptr) return Answer(account);
  if (init->parsed()) return InitLedger(line.server);
  if (verify->parsed()) return VerifyOffline(line.server);
  if (export_ledger->parsed()) return WriteOffline(line.server, WriteLedger);
  if (head->parsed()) return WriteOffline(line.server, WriteLedgerEnd);
  return Serve(line);
}

}  // namespace
}  // namespace tacit

int main(int argc, char** argv) { return tacit::Main(argc, argv); }
