// tacit curate: what a curator changes of budgets between two policies. Each is a row of the
// ledger.
#include "absl/strings/numbers.h"
#include "client/commands/commands.h"

namespace tacit::client {
namespace {

struct CurateFlags {
  std::string dataset;
  std::string analyst;
  std::string scope;
  int period_days = 0;
  std::string epsilon;
  std::string delta;
  std::string rho;
  std::vector<std::string> orders;
  std::string most;
  std::string reason;
};

Result<std::string> CheckTexts(const CurateFlags& flags) {
  const std::pair<const char*, const std::string*> texts[] = {
      {"the dataset's name", &flags.dataset},
      {"--analyst", &flags.analyst},
      {"--scope", &flags.scope},
      {"--epsilon", &flags.epsilon},
      {"--delta", &flags.delta},
      {"--rho", &flags.rho},
      {"--reason", &flags.reason},
      {"--max-epsilon-per-query", &flags.most}};
  for (const auto& [name, text] : texts) {
    const auto wire = WireText(name, *text);
    if (!wire.ok()) return wire;
  }
  return std::string();
}

// "8=1.5" and the like.
Result<v1::Budget> ReadBudget(const CurateFlags& flags) {
  v1::Budget budget;
  budget.set_scope(flags.analyst.empty() ? flags.scope : "analyst:" + flags.analyst);
  budget.set_period_days(flags.period_days);
  budget.set_epsilon(flags.epsilon);
  budget.set_delta(flags.delta);
  budget.set_rho(flags.rho);
  budget.set_max_epsilon_per_query(flags.most);
  for (const std::string& text : flags.orders) {
    const size_t equals = text.find('=');
    int order = 0;
    if (equals == std::string::npos || !absl::SimpleAtoi(text.substr(0, equals), &order) ||
        order < 2) {
      return LocalFailure("--order " + text + " is not ORDER=DIVERGENCE", "write it like 8=1.5");
    }
    v1::OrderLimit& limit = *budget.add_orders();
    limit.set_order(order);
    limit.set_divergence(text.substr(equals + 1));
  }
  return budget;
}

// Sends one change and says that it is on record.
template <typename Send>
void RunChange(Session& session, const CurateFlags& flags, const Send& send) {
  const auto texts = CheckTexts(flags);
  if (!texts.ok()) return session.Fail(texts.failure());
  const auto budget = ReadBudget(flags);
  if (!budget.ok()) return session.Fail(budget.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  const std::optional<Failure> failure = send(*client.value(), budget.value());
  if (failure.has_value()) return session.Fail(*failure);
  session.out() << "on record; see tacit ledger log " << Escape(flags.dataset) << "\n";
}

template <typename Response>
std::optional<Failure> FailureOf(const Result<Response>& result) {
  if (result.ok()) return std::nullopt;
  return result.failure();
}

CLI::App* AddChange(CLI::App& family, const std::string& name, const std::string& about,
                    CurateFlags& flags) {
  CLI::App* command = family.add_subcommand(name, about);
  command->add_option("dataset", flags.dataset, "The dataset")->required();
  command->add_option("--reason", flags.reason, "Why, for those who read the ledger")->required();
  return command;
}

void AddAmounts(CLI::App& command, CurateFlags& flags) {
  command.add_option("--epsilon", flags.epsilon, "The limit, of a pure or approximate filter");
  command.add_option("--delta", flags.delta, "The limit of delta");
  command.add_option("--rho", flags.rho, "The limit, of a zcdp filter");
  command.add_option("--order", flags.orders, "A limit ORDER=DIVERGENCE of a renyi filter");
}

void AddStatus(CLI::App& family, Session& session, const std::string& name,
               const std::string& about, v1::DatasetStatus status) {
  const auto flags = std::make_shared<CurateFlags>();
  CLI::App* command = AddChange(family, name, about, *flags);
  command->footer("Example:\n  tacit curate " + name + " fair --reason \"the study has ended\"");
  command->callback([&session, flags, status] {
    RunChange(session, *flags, [&](Client& client, const v1::Budget&) {
      v1::SetDatasetStatusRequest request;
      request.set_dataset(DatasetResource(flags->dataset));
      request.set_status(status);
      request.set_reason(flags->reason);
      return FailureOf(client.SetDatasetStatus(request));
    });
  });
}

void AddGrant(CLI::App& family, Session& session) {
  const auto flags = std::make_shared<CurateFlags>();
  CLI::App* grant = AddChange(family, "grant", "Gives an analyst a total of his own", *flags);
  grant->add_option("--analyst", flags->analyst, "The analyst's name")->required();
  grant->add_option("--max-epsilon-per-query", flags->most, "The most one query may cost")
      ->required();
  AddAmounts(*grant, *flags);
  grant->footer(
      "Example:\n  tacit curate grant fair --analyst bob --epsilon 1 --max-epsilon-per-query 0.1 "
      "--reason \"joined the study\"");
  grant->callback([&session, flags] {
    RunChange(session, *flags, [&](Client& client, const v1::Budget& budget) {
      v1::GrantAnalystRequest request;
      request.set_dataset(DatasetResource(flags->dataset));
      *request.mutable_budget() = budget;
      request.set_reason(flags->reason);
      return FailureOf(client.GrantAnalyst(request));
    });
  });
}

void AddLimit(CLI::App& family, Session& session) {
  const auto flags = std::make_shared<CurateFlags>();
  CLI::App* limit = AddChange(family, "limit", "Raises or cuts the limit of a budget", *flags);
  limit->add_option("--scope", flags->scope, "dataset, role:NAME, analyst:NAME or analyst:*")
      ->required();
  limit->add_option("--period-days", flags->period_days, "Of the budget for so many days");
  AddAmounts(*limit, *flags);
  limit->footer(
      "Example:\n  tacit curate limit fair --scope dataset --epsilon 4 --reason \"board, 3 May\"");
  limit->callback([&session, flags] {
    RunChange(session, *flags, [&](Client& client, const v1::Budget& budget) {
      v1::ChangeLimitRequest request;
      request.set_dataset(DatasetResource(flags->dataset));
      *request.mutable_budget() = budget;
      request.set_reason(flags->reason);
      return FailureOf(client.ChangeLimit(request));
    });
  });
}

}  // namespace

void AddCurateCommands(CLI::App& app, Session& session) {
  CLI::App* family =
      app.add_subcommand("curate", "Grants, limits, freezes and retires, on record (curators)");
  family->require_subcommand(1);
  family->footer("Example:\n  tacit curate freeze fair --reason \"under review\"");
  AddGrant(*family, session);
  AddLimit(*family, session);
  AddStatus(*family, session, "freeze", "Lets a dataset answer nothing new",
            v1::DATASET_STATUS_FROZEN);
  AddStatus(*family, session, "thaw", "Lets a frozen dataset answer again",
            v1::DATASET_STATUS_ACTIVE);
  AddStatus(*family, session, "retire", "Ends a dataset for ever", v1::DATASET_STATUS_RETIRED);
}

}  // namespace tacit::client
