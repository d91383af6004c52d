// tacit query: one answer, what it cost, and what is left.
#include <iostream>

#include "client/commands/commands.h"
#include "client/commands/question.h"
#include "client/render_budget.h"
#include "client/render_number.h"
#include "client/render_release.h"
#include "client/request_id.h"

namespace tacit::client {
namespace {

struct QueryFlags {
  QuestionFlags question;
  std::string request_id;
  bool fresh = false;
  bool dry_run = false;
};

// All that is printed of one query.
struct Answered {
  v1::ExecuteRequest request;
  v1::ExecuteResponse response;
  Result<v1::BudgetState> budget;
  bool has_given_id = false;
};

v1::ExecuteRequest RequestOf(const Question& question, const QueryFlags& flags) {
  v1::ExecuteRequest request;
  SetQuestion(question, request);
  request.set_request_id(flags.request_id.empty() ? NewRequestId() : flags.request_id);
  request.set_validate_only(flags.dry_run);
  if (flags.fresh) request.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
  return request;
}

// What is left for the caller; a curator who asks has no budget of his own and sees the dataset's.
Result<v1::BudgetState> RemainingBudget(Client& client, const std::string& dataset) {
  v1::GetBudgetRequest request;
  request.set_dataset(dataset);
  const Result<v1::GetBudgetResponse> budget = client.GetBudget(request);
  if (!budget.ok()) return budget.failure();
  return budget.value().has_analyst() ? budget.value().analyst() : budget.value().dataset();
}

// A request id that was given may be known to the server, which then repeats the answer and its
// cost.
std::string ChargeText(const Answered& answered) {
  const v1::ExecuteResponse& response = answered.response;
  if (!response.reused()) {
    return "cost: " + CostText(response.cost()) +
           (answered.has_given_id ? " (once for this request)" : "");
  }
  if (IsZeroText(response.cost().analyst_epsilon()) || response.cost().analyst_epsilon().empty()) {
    return "repeat: free";
  }
  return "repeat: free for the dataset, epsilon " + Escape(response.cost().analyst_epsilon()) +
         " of your own";
}

std::string SummaryLine(const Answered& answered, const Style& style) {
  const Result<v1::BudgetState>& budget = answered.budget;
  const std::string_view between = style.has_unicode ? " · " : ", ";
  std::string line = ChargeText(answered);
  line += std::string(between) + "data version " +
          std::to_string(answered.response.release().data_version());
  line += std::string(between) + "request " + Escape(answered.request.request_id());
  line += std::string(between) + "budget: ";
  line += budget.ok() ? BudgetBar(budget.value(), style)
                      : "unknown (" + Escape(budget.failure().message) + ")";
  return line + "\n";
}

std::string AnswerJson(const Answered& answered) {
  const auto& [request, response, budget, has_given_id] = answered;
  const v1::Release& release = response.release();
  std::vector<std::string> columns;
  for (const v1::ReleaseColumn& column : release.columns()) {
    columns.push_back(JsonObject({{"name", JsonString(column.name())},
                                  {"type", JsonString(ColumnTypeName(column.type()))},
                                  {"is_answer", column.statistics_size() > 0 ? "true" : "false"}}));
  }
  std::vector<std::string> statistics;
  for (const v1::Statistic& statistic : release.statistics()) {
    statistics.push_back(StatisticJson(statistic));
  }
  return JsonObject({{"dataset", JsonString(request.dataset())},
                     {"request_id", JsonString(request.request_id())},
                     {"reused", response.reused() ? "true" : "false"},
                     {"cost", CostJson(response.cost())},
                     {"data_version", std::to_string(release.data_version())},
                     {"policy_version", std::to_string(release.policy_version())},
                     {"confidence", JsonNumber(release.confidence())},
                     {"columns", JsonArray(columns)},
                     {"rows", JsonArray(ReleaseJsonRows(release))},
                     {"statistics", JsonArray(statistics)},
                     {"selection", SelectionJson(release.has_selection(), release.selection())},
                     {"top_up", TopUpJson(release.has_top_up(), release.top_up())},
                     {"charged_cells",
                      ChargedCellsJson(release.has_charged_cells(), release.charged_cells())},
                     {"budget", budget.ok() ? BudgetStateJson(budget.value()) : "null"}}) +
         "\n";
}

void PrintAnswer(Session& session, const Answered& answered) {
  const v1::Release& release = answered.response.release();
  switch (session.format()) {
    case Format::kJson:
      session.out() << AnswerJson(answered);
      return;
    case Format::kTable:
      session.out() << RenderRelease(release, session.OutStyle())
                    << RankErrorText(release.statistics())
                    << TopUpText("topped up: ", release.has_top_up(), release.top_up())
                    << ChargedCellsText("charged to ", release.has_charged_cells(),
                                        release.charged_cells())
                    << SummaryLine(answered, session.OutStyle());
      return;
    case Format::kCsv:
      session.out() << ReleaseCsv(release);
      break;
    case Format::kJsonLines:
      for (const std::string& row : ReleaseJsonRows(release)) session.out() << row << "\n";
      break;
  }
  // Standard output holds data alone, so that it can be piped on.
  session.err() << SummaryLine(answered, session.ErrStyle());
}

void PrintDryRun(Session& session, const v1::ExecuteResponse& response) {
  if (session.format() == Format::kJson || session.format() == Format::kJsonLines) {
    session.out() << JsonObject({{"validate_only", "true"}, {"cost", CostJson(response.cost())}})
                  << "\n";
    return;
  }
  session.out() << "valid: it would cost " << CostText(response.cost())
                << "; nothing was asked and nothing spent\n";
}

void RunQuery(Session& session, const QueryFlags& flags) {
  if (!flags.request_id.empty() && !IsRequestId(flags.request_id)) {
    return session.Fail(
        LocalFailure("--request-id \"" + flags.request_id + "\" is not a UUID",
                     "leave it out for a new query, or repeat one that was printed"));
  }
  const Result<Question> question = ReadQuestion(flags.question, std::cin);
  if (!question.ok()) return session.Fail(question.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  const v1::ExecuteRequest request = RequestOf(question.value(), flags);
  const Result<v1::ExecuteResponse> response = client.value()->Execute(request);
  if (!response.ok()) {
    Failure failure = response.failure();
    // The query may have been paid for; its id is what makes asking again free.
    if (failure.exit_code == ExitCode::kTrouble && !flags.dry_run) {
      failure.metadata.emplace("request_id", request.request_id());
      failure.fix +=
          (failure.fix.empty() ? "" : "; ") +
          ("then repeat with --request-id " + request.request_id() + ", which pays at most once");
    }
    return session.Fail(failure, request.sql());
  }
  if (flags.dry_run) return PrintDryRun(session, response.value());
  PrintAnswer(session, {.request = request,
                        .response = response.value(),
                        .budget = RemainingBudget(*client.value(), request.dataset()),
                        .has_given_id = !flags.request_id.empty()});
}

}  // namespace

void AddQueryCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("query", "Asks one SELECT and pays for its answer");
  const auto flags = std::make_shared<QueryFlags>();
  AddQuestionFlags(*command, flags->question);
  command->add_option("--request-id", flags->request_id,
                      "UUID of an earlier request: returns the same bytes and costs nothing");
  command->add_flag("--fresh", flags->fresh, "Draws and pays anew even if the answer is stored");
  command->add_flag("--dry-run", flags->dry_run, "Checks everything, asks and spends nothing");
  command->footer(
      "Example:\n  tacit query fair \"SELECT religious, AVG(age) FROM survey GROUP BY religious\" "
      "--epsilon 0.5");
  command->callback([&session, flags] { RunQuery(session, *flags); });
}

}  // namespace tacit::client
