// tacit ledger: its rows through the server; making and verifying one by tacitd, while no server
// runs.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

#include "client/commands/commands.h"

namespace tacit::client {
namespace {

// What a table shows of texts that only programs need whole.
constexpr size_t kHashShown = 12;
constexpr size_t kDetailShown = 60;

struct LogFlags {
  std::string dataset;
  int64_t limit = 100;
};

struct StateFlags {
  std::string state;
  std::string anchor;
};

// Cutting within a character is harmless: what is left of it is shown as escaped bytes.
std::string Cut(const std::string& text, size_t shown) {
  return text.size() <= shown ? text : text.substr(0, shown - 3) + "...";
}

Grid LedgerGrid(const std::vector<v1::LedgerEntry>& entries, bool is_brief) {
  using enum Grid::Align;
  Grid grid;
  grid.header = {"sequence", "time",  "kind",   "actor", "request_id",
                 "epsilon",  "delta", "detail", "hash"};
  grid.align = {kRight, kLeft, kLeft, kLeft, kLeft, kRight, kRight, kLeft, kLeft};
  for (const v1::LedgerEntry& entry : entries) {
    grid.rows.push_back({std::to_string(entry.sequence()), entry.time(), entry.kind(),
                         entry.actor(), entry.request_id(), entry.epsilon(), entry.delta(),
                         is_brief ? Cut(entry.detail(), kDetailShown) : entry.detail(),
                         is_brief ? entry.hash().substr(0, kHashShown) : entry.hash()});
  }
  return grid;
}

void RunLog(Session& session, const LogFlags& flags) {
  if (flags.limit <= 0) {
    return session.Fail(LocalFailure("--limit " + std::to_string(flags.limit) + " shows nothing",
                                     "ask for at least one entry"));
  }
  const auto text = WireText("the dataset's name", flags.dataset);
  if (!text.ok()) return session.Fail(text.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  const auto entries =
      client.value()->ListLedgerEntries(flags.dataset, static_cast<size_t>(flags.limit));
  if (!entries.ok()) return session.Fail(entries.failure());
  session.PrintGrid(LedgerGrid(entries.value(), session.format() == Format::kTable));
}

// The tacitd beside this program, else that of the same build tree; else the name alone, which PATH
// resolves.
std::string FindServer() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const auto folder = self.parent_path();
    for (const auto& candidate : {folder / "tacitd", folder.parent_path() / "server" / "tacitd"}) {
      if (std::filesystem::is_regular_file(candidate, error)) return candidate.string();
    }
  }
  return "tacitd";
}

// What the child says when there is no tacitd to become; the shell's own code for it.
constexpr int kNotFoundCode = 127;

// Runs tacitd with our own standard streams. It explains its failures itself; a signal is trouble.
void RunServerProgram(Session& session, std::vector<std::string> words) {
  session.out().flush();
  words.insert(words.begin(), FindServer());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) {
    return session.Fail(LocalFailure("cannot start a process: " + std::string(strerror(errno))));
  }
  if (child == 0) {
    execvp(arguments[0], arguments.data());
    _exit(kNotFoundCode);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) return session.set_exit_code(ExitCode::kTrouble);
  if (WEXITSTATUS(status) == kNotFoundCode) {
    return session.Fail(
        LocalFailure("cannot run " + words[0], "install tacitd beside tacit or on PATH"));
  }
  session.set_exit_code(WEXITSTATUS(status) == 0 ? ExitCode::kOk : ExitCode::kLocal);
}

void AddStateCommand(CLI::App& family, Session& session, const std::string& name,
                     const std::string& about) {
  const auto flags = std::make_shared<StateFlags>();
  CLI::App* command = family.add_subcommand(name, about);
  command->add_option("--state", flags->state, "The ledger's folder")->required();
  command->add_option("--anchor", flags->anchor, "The anchor file, outside that folder")
      ->required();
  command->footer("Example:\n  tacit ledger " + name + " --state state --anchor anchor");
  command->callback([&session, flags, name] {
    RunServerProgram(session,
                     {"ledger-" + name, "--state", flags->state, "--anchor", flags->anchor});
  });
}

}  // namespace

void AddAccountCommand(CLI::App& app, Session& session) {
  constexpr std::pair<const char*, const char*> kOptions[] = {
      {"--epsilon", "A pure epsilon"},
      {"--delta", "The delta at which epsilon is meant"},
      {"--sigma", "Gaussian noise in units of the sensitivity"},
      {"--q", "How likely a person is in one step's batch"},
      {"--steps", "The number of steps"},
      {"--together", "How many are committed to at once (cost)"},
      {"--budget-epsilon", "A dataset's limit"},
      {"--budget-delta", "A dataset's limit"},
      {"--budget-rho", "A dataset's limit under a zcdp filter"}};
  constexpr std::pair<const char*, const char*> kQuestions[] = {
      {"cost", "What a mechanism costs"},
      {"noise", "How much noise an epsilon needs"},
      {"fit", "How many such queries fit a budget"}};
  CLI::App* account = app.add_subcommand("account", "Answers about prices; needs no server");
  account->require_subcommand(1);
  account->footer(
      "Examples:\n  tacit account cost --sigma 4 --q 0.01 --steps 10000 --delta 1e-5\n"
      "  tacit account cost --epsilon 0.02 --together 64 --delta 1e-6\n"
      "  tacit account noise --epsilon 1 --delta 1e-6\n"
      "  tacit account fit --budget-epsilon 4 --budget-delta 1e-6 --epsilon 0.01\n"
      "  tacit account fit --budget-epsilon 4 --budget-delta 1e-5 --sigma 4 --q 0.01 --delta 1e-6");
  for (const auto& [name, about] : kQuestions) {
    CLI::App* question = account->add_subcommand(name, about);
    question->footer("Example:\n  tacit account --help");
    const auto given = std::make_shared<std::map<std::string, std::string>>();
    for (const auto& [option, meaning] : kOptions) {
      question->add_option(option, (*given)[option], meaning);
    }
    question->callback([&session, given, word = std::string(name)] {
      std::vector<std::string> words = {"account", word};
      for (const auto& [option, value] : *given) {
        if (value.empty()) continue;
        words.push_back(option);
        words.push_back(value);
      }
      RunServerProgram(session, std::move(words));
    });
  }
}

void AddLedgerCommands(CLI::App& app, Session& session) {
  CLI::App* family = app.add_subcommand("ledger", "Shows, makes and verifies the budget ledger");
  family->require_subcommand(1);
  family->footer("Example:\n  tacit ledger log fair --limit 20");
  const auto flags = std::make_shared<LogFlags>();
  CLI::App* log = family->add_subcommand("log", "Lists a dataset's newest entries (curators)");
  log->add_option("dataset", flags->dataset, "The dataset")->required();
  log->add_option("--limit", flags->limit, "The number of entries")->capture_default_str();
  log->footer("Example:\n  tacit ledger log fair --limit 20");
  log->callback([&session, flags] { RunLog(session, *flags); });
  AddStateCommand(*family, session, "init", "Makes an empty ledger and its anchor");
  AddStateCommand(*family, session, "verify", "Recomputes a ledger that no server holds open");
  AddStateCommand(*family, session, "export", "Verifies it and prints every row, one JSON a line");
  AddStateCommand(*family, session, "head",
                  "Verifies it and prints where it ends, to be kept safe");
}

}  // namespace tacit::client
