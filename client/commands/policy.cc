// tacit policy: drafts, checks and applies a curator's policy file.
#include "client/commands/commands.h"
#include "client/policy_draft.h"
#include "client/policy_toml.h"
#include "client/render_release.h"

namespace tacit::client {
namespace {

constexpr size_t kPolicyBytesMax = 1 << 20;

// A failure whose violations name the place in the file and carry their own fixes.
Failure ProblemsFailure(const std::string& file, const CompiledPolicy& compiled) {
  Failure failure =
      LocalFailure("the policy " + file + " cannot be used", "correct the places named above");
  for (const PolicyProblem& problem : compiled.problems) {
    PolicyProblem described = problem;
    described.path.clear();
    std::string text = ProblemText("", described);
    // The place goes into the field, as it does for what the server finds.
    text.erase(0, text.find(": ") + 2);
    failure.violations.push_back({file + ":" + std::to_string(problem.line) + ":" +
                                      std::to_string(problem.column) +
                                      (problem.path.empty() ? "" : ": " + problem.path),
                                  text});
  }
  return failure;
}

// The server names key paths; the curator looks for lines. Each description carries its own fix.
Failure WithLines(Failure failure, const std::string& file, const CompiledPolicy& compiled) {
  if (failure.reason != "POLICY_INVALID" || failure.violations.empty()) return failure;
  failure.message = "the policy " + file + " cannot be used";
  failure.fix.clear();
  for (Violation& violation : failure.violations) {
    const std::string repeated = violation.field + ": ";
    if (violation.description.starts_with(repeated)) {
      violation.description.erase(0, repeated.size());
    }
    const int line = LineOf(compiled.lines, violation.field);
    violation.field = file + ":" + std::to_string(line) + ": " + violation.field;
  }
  return failure;
}

void RunInit(Session& session, const DraftOptions& options) {
  const Result<std::string> draft = DraftPolicy(options);
  if (!draft.ok()) return session.Fail(draft.failure());
  session.out() << draft.value();
}

void RunApply(Session& session, const std::string& file, bool validate_only) {
  const Result<std::string> toml = ReadFile(file, kPolicyBytesMax);
  if (!toml.ok()) return session.Fail(toml.failure());
  const CompiledPolicy compiled = CompilePolicy(toml.value());
  if (!compiled.problems.empty()) return session.Fail(ProblemsFailure(file, compiled));
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  v1::ApplyPolicyRequest request;
  *request.mutable_policy() = compiled.policy;
  request.set_validate_only(validate_only);
  const Result<v1::ApplyPolicyResponse> response = client.value()->ApplyPolicy(request);
  if (!response.ok()) return session.Fail(WithLines(response.failure(), file, compiled));
  const v1::Dataset& dataset = response.value().dataset();
  const std::string cells = CellsText("its people are counted on ", dataset);
  if (session.format() == Format::kJson || session.format() == Format::kJsonLines) {
    session.out() << JsonObject({{"dataset", JsonString(compiled.policy.dataset())},
                                 {"validate_only", validate_only ? "true" : "false"},
                                 {"policy_version", std::to_string(dataset.policy_version())},
                                 {"cells", std::to_string(dataset.cells())}})
                  << "\n";
  } else if (validate_only) {
    session.out() << file << ": valid; nothing was changed\n" << cells;
  } else {
    session.out() << "applied policy version " << dataset.policy_version() << " of dataset "
                  << Escape(compiled.policy.dataset()) << "\n"
                  << cells;
    if (dataset.data_version() == 0) {
      session.out() << "nothing is served under it yet: tacit dataset publish "
                    << Escape(compiled.policy.dataset()) << "\n";
    }
  }
}

}  // namespace

void AddPolicyCommands(CLI::App& app, Session& session) {
  CLI::App* family = app.add_subcommand("policy", "Drafts, checks and applies policy files");
  family->require_subcommand(1);
  family->footer("Example:\n  tacit policy init fair.db > fair.toml");
  const auto draft = std::make_shared<DraftOptions>();
  CLI::App* init = family->add_subcommand(
      "init", "Drafts a policy from a database's schema; reads no row, guesses no bound");
  init->add_option("file", draft->file, "An SQLite database file")->required();
  init->add_option("--table", draft->table, "Only this table");
  init->footer("Example:\n  tacit policy init fair.db --table survey > fair.toml");
  init->callback([&session, draft] { RunInit(session, *draft); });
  const auto file = std::make_shared<std::string>();
  CLI::App* check = family->add_subcommand("check", "Checks a policy here and at the server");
  check->add_option("file", *file, "A policy file (TOML)")->required();
  check->footer("Example:\n  tacit policy check fair.toml");
  check->callback([&session, file] { RunApply(session, *file, true); });
  CLI::App* apply = family->add_subcommand("apply", "Puts a policy into force (curators)");
  apply->add_option("file", *file, "A policy file (TOML)")->required();
  apply->footer("Example:\n  tacit policy apply fair.toml --user carol");
  apply->callback([&session, file] { RunApply(session, *file, false); });
}

}  // namespace tacit::client
