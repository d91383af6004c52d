// tacit estimate: what a query would cost and how wrong its answer would be; free.
#include <algorithm>
#include <iostream>
#include <map>

#include "client/commands/commands.h"
#include "client/commands/question.h"
#include "client/render_budget.h"
#include "client/render_number.h"
#include "client/render_release.h"

namespace tacit::client {
namespace {

constexpr int kBarWidth = 20;

std::string BoundsText(const v1::Statistic& statistic) {
  return "[" + ShortestText(statistic.bounds().lower()) + ", " +
         ShortestText(statistic.bounds().upper()) + "]";
}

Grid StatisticGrid(const v1::EstimateResponse& estimate) {
  using enum Grid::Align;
  Grid grid;
  grid.header = {"statistic", "mechanism",   "epsilon",    "sensitivity",
                 "scale",     "granularity", "clipped to", "groups x rows"};
  grid.align = {kLeft, kLeft, kRight, kRight, kRight, kRight, kRight, kRight};
  for (const v1::Statistic& statistic : estimate.statistics()) {
    grid.rows.push_back({statistic.name(), statistic.mechanism(), statistic.epsilon(),
                         BriefText(statistic.sensitivity()), BriefText(statistic.noise_scale()),
                         BriefText(statistic.granularity()), BoundsText(statistic),
                         std::to_string(statistic.max_groups_per_unit()) + " x " +
                             std::to_string(statistic.max_rows_per_group())});
  }
  return grid;
}

// The bar compares the sizes of one column: different columns have different units.
Grid ErrorGrid(const v1::EstimateResponse& estimate, const Style& style) {
  using enum Grid::Align;
  std::map<std::string, double> largest;
  for (const v1::ExpectedError& error : estimate.errors()) {
    double& most = largest[error.column()];
    most = std::max(most, error.half_width());
  }
  Grid grid;
  grid.header = {"column", "if it counts", "95% error"};
  grid.align = {kLeft, kRight, kRight};
  if (style.is_terminal) {
    grid.header.emplace_back();
    grid.align.push_back(kLeft);
  }
  for (const v1::ExpectedError& error : estimate.errors()) {
    const std::string rows =
        error.assumed_rows() == 0 ? "any number" : std::to_string(error.assumed_rows()) + " rows";
    grid.rows.push_back({error.column(), rows,
                         std::string(style.PlusMinus()) + " " + BriefText(error.half_width())});
    if (!style.is_terminal) continue;
    const double part = error.half_width() / largest[error.column()];
    const int length = part > 0 ? std::max(1, static_cast<int>(part * kBarWidth)) : 0;
    std::string bar;
    for (int i = 0; i < length; ++i) bar += style.has_unicode ? "█" : "#";
    grid.rows.back().push_back(bar);
  }
  return grid;
}

std::string EstimateJson(const v1::EstimateResponse& estimate) {
  std::vector<std::string> statistics;
  for (const v1::Statistic& statistic : estimate.statistics()) {
    statistics.push_back(StatisticJson(statistic));
  }
  std::vector<std::string> errors;
  for (const v1::ExpectedError& error : estimate.errors()) {
    errors.push_back(JsonObject({{"column", JsonString(error.column())},
                                 {"assumed_rows", std::to_string(error.assumed_rows())},
                                 {"half_width", JsonNumber(error.half_width())}}));
  }
  std::vector<std::string> tracks;
  for (const v1::TrackCost& track : estimate.tracks()) {
    tracks.push_back(JsonObject({{"track", JsonString(track.track())},
                                 {"amount", JsonString(track.amount())},
                                 {"delta", JsonString(track.delta())}}));
  }
  std::vector<std::string> fits;
  for (const v1::BudgetFit& fit : estimate.fits()) {
    fits.push_back(
        JsonObject({{"scope", JsonString(fit.scope())}, {"times", std::to_string(fit.times())}}));
  }
  return JsonObject(
      {{"cost", CostJson(estimate.cost())},
       {"tracks", JsonArray(tracks)},
       {"fits", JsonArray(fits)},
       {"stored", estimate.stored() ? "true" : "false"},
       {"refusal", JsonString(estimate.refusal())},
       {"group_count", std::to_string(estimate.group_count())},
       {"errors", JsonArray(errors)},
       {"statistics", JsonArray(statistics)},
       {"selection", SelectionJson(estimate.has_selection(), estimate.selection())},
       {"top_up", TopUpJson(estimate.has_top_up(), estimate.top_up())},
       {"charged_cells", ChargedCellsJson(estimate.has_charged_cells(), estimate.charged_cells())},
       {"plan", JsonString(estimate.plan())}});
}

// The plan's own lines, each escaped and indented.
std::string PlanText(std::string_view plan) {
  std::string text;
  while (!plan.empty()) {
    const size_t end = std::min(plan.find('\n'), plan.size());
    text += "  " + Escape(plan.substr(0, end)) + "\n";
    plan.remove_prefix(std::min(end + 1, plan.size()));
  }
  return text;
}

std::string GroupsText(const v1::EstimateResponse& estimate) {
  if (!estimate.has_selection()) {
    return "groups that come back: " + std::to_string(estimate.group_count()) +
           (estimate.group_count() == 1 ? "" : ", empty ones too");
  }
  const v1::GroupSelection& selection = estimate.selection();
  return "groups are chosen privately by " + Escape(selection.mechanism()) + " (epsilon " +
         Escape(selection.epsilon()) + ", delta " + Escape(selection.delta()) + "): one of " +
         BriefText(selection.units_for_half()) + " units is shown half of the time";
}

// "counted as rho 0.125" and the like; nothing where that is what it costs anyway.
std::string TracksText(const v1::EstimateResponse& estimate) {
  if (estimate.tracks_size() == 0) return "";
  if (estimate.tracks_size() == 1 && estimate.tracks(0).track() == "epsilon") return "";
  std::string text;
  for (const v1::TrackCost& track : estimate.tracks()) {
    text += (text.empty() ? "counted as " : "; ") + Escape(track.track()) + " " +
            Escape(track.amount());
    if (!IsZeroText(track.delta())) text += ", delta " + Escape(track.delta());
  }
  return text + "\n";
}

std::string FitsText(const v1::EstimateResponse& estimate) {
  std::string text;
  for (const v1::BudgetFit& fit : estimate.fits()) {
    text += (text.empty() ? "your budget bears " : ", ") + std::to_string(fit.times());
    text += text.find(" such") == std::string::npos ? " such answers" : "";
    if (estimate.fits_size() > 1) text += " of " + Escape(fit.scope());
  }
  return text.empty() ? "" : text + "\n";
}

void PrintEstimate(Session& session, const v1::EstimateResponse& estimate, bool with_plan) {
  const Style style = session.OutStyle();
  session.out() << "it would cost " << CostText(estimate.cost());
  if (estimate.stored()) session.out() << ": its answer is stored, and free for the dataset";
  session.out() << "\n";
  if (!estimate.refusal().empty())
    session.out() << "but it would be refused now: " << Escape(estimate.refusal()) << "\n";
  session.out() << TracksText(estimate) << FitsText(estimate);
  session.out() << RankErrorText(estimate.statistics())
                << TopUpText("top-up: ", estimate.has_top_up(), estimate.top_up())
                << ChargedCellsText("charged to ", estimate.has_charged_cells(),
                                    estimate.charged_cells());
  session.out() << GroupsText(estimate) << "\n\n";
  session.out() << RenderGrid(ErrorGrid(estimate, style), style) << "\n"
                << RenderGrid(StatisticGrid(estimate), style);
  if (with_plan) session.out() << "\nplan:\n" << PlanText(estimate.plan());
}

void RunEstimate(Session& session, const QuestionFlags& flags, bool with_plan) {
  const Result<Question> question = ReadQuestion(flags, std::cin);
  if (!question.ok()) return session.Fail(question.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  v1::EstimateRequest request;
  SetQuestion(question.value(), request);
  const Result<v1::EstimateResponse> response = client.value()->Estimate(request);
  if (!response.ok()) return session.Fail(response.failure(), request.sql());
  switch (session.format()) {
    case Format::kTable:
      return PrintEstimate(session, response.value(), with_plan);
    case Format::kCsv:
      return session.PrintGrid(ErrorGrid(response.value(), session.OutStyle()));
    default:
      session.out() << EstimateJson(response.value()) << "\n";
  }
}

}  // namespace

void AddEstimateCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("estimate", "Shows a query's cost and its expected error; spends nothing");
  const auto flags = std::make_shared<QuestionFlags>();
  const auto with_plan = std::make_shared<bool>(false);
  AddQuestionFlags(*command, *flags);
  command->add_flag("--plan", *with_plan, "Shows the plan as well");
  command->footer("Example:\n  tacit estimate fair \"SELECT AVG(age) FROM survey\" --epsilon 0.5");
  command->callback([&session, flags, with_plan] { RunEstimate(session, *flags, *with_plan); });
}

}  // namespace tacit::client
