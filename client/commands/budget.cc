// tacit budget: what is spent and what is left.
#include "client/commands/commands.h"
#include "client/render_budget.h"

namespace tacit::client {
namespace {

struct BudgetFlags {
  std::string dataset;
  std::string analyst;
};

struct DatasetBudget {
  std::string dataset;
  v1::GetBudgetResponse budget;
};

Result<std::vector<std::string>> DatasetsToShow(Client& client, const std::string& dataset) {
  if (!dataset.empty()) return std::vector<std::string>{DatasetResource(dataset)};
  const Result<std::vector<v1::Dataset>> datasets = client.ListDatasets();
  if (!datasets.ok()) return datasets.failure();
  std::vector<std::string> names;
  for (const v1::Dataset& listed : datasets.value()) names.push_back(listed.name());
  return names;
}

std::string ShortName(std::string_view resource) {
  return std::string(resource.substr(resource.find('/') + 1));
}

std::vector<v1::BudgetState> StatesOf(const v1::GetBudgetResponse& budget) {
  if (budget.budgets_size() > 0) return {budget.budgets().begin(), budget.budgets().end()};
  std::vector<v1::BudgetState> states;
  if (budget.has_dataset()) states.push_back(budget.dataset());
  if (budget.has_analyst()) states.push_back(budget.analyst());
  return states;
}

// One line a track: all of them are counted, and the filter says which must hold.
void PrintTracks(Session& session, const v1::BudgetState& state) {
  for (const v1::TrackState& track : state.tracks()) {
    std::string name = "    " + Escape(track.track());
    name.resize(std::max<size_t>(name.size(), 22), ' ');
    session.out() << name << " " << BudgetBar(track.remaining(), track.limit(), session.OutStyle());
    if (!IsZeroText(track.delta_limit())) {
      session.out() << "; delta " << Escape(track.delta_remaining()) << " of "
                    << Escape(track.delta_limit()) << " left";
    }
    session.out() << "\n";
  }
}

// What the filter asks of the tracks.
std::string RuleOf(const v1::BudgetState& state) {
  if (state.filter() == v1::Policy::FILTER_APPROXIMATE) return "answers while one of these lasts:";
  return "answers while all of these last:";
}

void PrintState(Session& session, const v1::BudgetState& state) {
  const Style style = session.OutStyle();
  if (state.tracks_size() > 1 ||
      (state.tracks_size() == 1 && state.tracks(0).track() != "epsilon")) {
    session.out() << "  " << Escape(state.scope()) << " " << RuleOf(state) << "\n";
    return PrintTracks(session, state);
  }
  std::string scope = Escape(state.scope());
  scope.resize(std::max<size_t>(scope.size(), 20), ' ');
  session.out() << "  " << scope << " " << BudgetBar(state, style) << ", spent "
                << Escape(state.epsilon_spent());
  if (!state.delta_limit().empty() && !IsZeroText(state.delta_limit())) {
    session.out() << "; delta " << Escape(state.delta_remaining()) << " of "
                  << Escape(state.delta_limit()) << " left";
  }
  session.out() << "\n";
}

void PrintBudget(Session& session, const DatasetBudget& shown) {
  session.out() << Paint(session.OutStyle(), Colour::kBold, Escape(ShortName(shown.dataset)))
                << "\n";
  const std::vector<v1::BudgetState> states = StatesOf(shown.budget);
  for (const v1::BudgetState& state : states) PrintState(session, state);
  if (!states.empty() && states[0].cells() > 1) {
    session.out() << "  each is counted on " << states[0].cells()
                  << " disjoint cells of the people; shown is the cell that has spent most\n";
  }
  if (shown.budget.status() == v1::DATASET_STATUS_FROZEN) session.out() << "  frozen\n";
  if (shown.budget.status() == v1::DATASET_STATUS_RETIRED) session.out() << "  retired\n";
  const std::string& most = shown.budget.max_epsilon_per_query();
  if (!most.empty()) {
    session.out() << "  one query may cost at most epsilon " << Escape(most) << "\n";
  }
}

void AddRow(Grid& grid, const DatasetBudget& shown, const v1::BudgetState& state) {
  grid.rows.push_back({ShortName(shown.dataset), state.scope(), state.epsilon_limit(),
                       state.epsilon_spent(), state.epsilon_remaining(), state.delta_limit(),
                       state.delta_spent(), state.delta_remaining(),
                       shown.budget.max_epsilon_per_query()});
}

Grid BudgetGrid(const std::vector<DatasetBudget>& budgets) {
  Grid grid;
  grid.header = {
      "dataset",     "scope",       "epsilon_limit",   "epsilon_spent",        "epsilon_remaining",
      "delta_limit", "delta_spent", "delta_remaining", "max_epsilon_per_query"};
  grid.align.assign(grid.header.size(), Grid::Align::kLeft);
  for (const DatasetBudget& shown : budgets) {
    for (const v1::BudgetState& state : StatesOf(shown.budget)) AddRow(grid, shown, state);
  }
  return grid;
}

void RunBudget(Session& session, const BudgetFlags& flags) {
  const auto dataset = WireText("the dataset's name", flags.dataset);
  if (!dataset.ok()) return session.Fail(dataset.failure());
  const auto analyst = WireText("--analyst", flags.analyst);
  if (!analyst.ok()) return session.Fail(analyst.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  const auto names = DatasetsToShow(*client.value(), flags.dataset);
  if (!names.ok()) return session.Fail(names.failure());
  std::vector<DatasetBudget> budgets;
  for (const std::string& name : names.value()) {
    v1::GetBudgetRequest request;
    request.set_dataset(name);
    request.set_analyst(flags.analyst);
    const Result<v1::GetBudgetResponse> budget = client.value()->GetBudget(request);
    if (!budget.ok()) return session.Fail(budget.failure());
    budgets.push_back({name, budget.value()});
  }
  if (session.format() != Format::kTable) return session.PrintGrid(BudgetGrid(budgets));
  for (const DatasetBudget& shown : budgets) PrintBudget(session, shown);
  if (budgets.empty()) session.out() << "there is no dataset that you may ask\n";
}

}  // namespace

void AddBudgetCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("budget", "Shows what is spent and what is left");
  const auto flags = std::make_shared<BudgetFlags>();
  command->add_option("dataset", flags->dataset, "The dataset; all that you may see without it");
  command->add_option("--analyst", flags->analyst, "Another analyst's budget (curators)");
  command->footer("Example:\n  tacit budget fair");
  command->callback([&session, flags] { RunBudget(session, *flags); });
}

}  // namespace tacit::client
