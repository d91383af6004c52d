// tacit dataset: what can be asked, and publishing a new data version.
#include "client/commands/commands.h"
#include "client/progress.h"
#include "client/render_number.h"
#include "client/render_release.h"

namespace tacit::client {
namespace {

std::string UnitText(const v1::Table& table) {
  switch (table.unit_case()) {
    case v1::Table::kUnitIsRow:
      return "every row is one person";
    case v1::Table::kUnitColumn:
      return "a person is a value of " + table.unit_column() + "; at most " +
             std::to_string(table.max_groups_per_unit()) + " groups and " +
             std::to_string(table.max_rows_per_group()) + " rows a group count";
    case v1::Table::kIsPublic:
      return "public";
    case v1::Table::UNIT_NOT_SET:
      return "";
  }
  return "";
}

std::string BoundsText(const v1::Column& column) {
  if (!column.has_bounds()) return "";
  if (column.type() == v1::Column::TYPE_DATE) {
    return "[" + column.bounds().lower_date() + ", " + column.bounds().upper_date() + "]";
  }
  return "[" + ShortestText(column.bounds().lower()) + ", " +
         ShortestText(column.bounds().upper()) + "]";
}

std::string ValuesText(const v1::Column& column) {
  std::string text;
  for (const v1::Scalar& value : column.values()) {
    text += (text.empty() ? "" : ", ") + ScalarText(value);
  }
  return text;
}

Grid ColumnGrid(const v1::Table& table) {
  using enum Grid::Align;
  Grid grid;
  grid.header = {"column", "type", "nullable", "bounds", "public values"};
  grid.align = {kLeft, kLeft, kLeft, kRight, kLeft};
  for (const v1::Column& column : table.columns()) {
    grid.rows.push_back({column.name(), std::string(ColumnTypeName(column.type())),
                         column.nullable() ? "yes" : "", BoundsText(column), ValuesText(column)});
  }
  return grid;
}

std::string ColumnJson(const v1::Column& column) {
  std::vector<std::string> values;
  for (const v1::Scalar& value : column.values()) values.push_back(ScalarJson(value));
  const v1::Bounds& ends = column.bounds();
  const std::string bounds =
      column.type() == v1::Column::TYPE_DATE
          ? JsonArray({JsonString(ends.lower_date()), JsonString(ends.upper_date())})
          : JsonArray({JsonNumber(ends.lower()), JsonNumber(ends.upper())});
  return JsonObject({{"name", JsonString(column.name())},
                     {"type", JsonString(ColumnTypeName(column.type()))},
                     {"nullable", column.nullable() ? "true" : "false"},
                     {"bounds", column.has_bounds() ? bounds : "null"},
                     {"values", JsonArray(values)}});
}

std::string TableJson(const v1::Table& table) {
  std::vector<std::string> columns;
  for (const v1::Column& column : table.columns()) columns.push_back(ColumnJson(column));
  return JsonObject(
      {{"name", JsonString(table.name())},
       {"is_public", table.is_public() ? "true" : "false"},
       {"unit_is_row", table.unit_is_row() ? "true" : "false"},
       {"unit_column", table.unit_column().empty() ? "null" : JsonString(table.unit_column())},
       {"max_groups_per_unit", std::to_string(table.max_groups_per_unit())},
       {"max_rows_per_group", std::to_string(table.max_rows_per_group())},
       {"columns", JsonArray(columns)}});
}

std::string DatasetJson(const v1::Dataset& dataset) {
  std::vector<std::string> tables;
  for (const v1::Table& table : dataset.policy().tables()) tables.push_back(TableJson(table));
  return JsonObject({{"name", JsonString(dataset.name())},
                     {"policy_version", std::to_string(dataset.policy_version())},
                     {"data_version", std::to_string(dataset.data_version())},
                     {"tables", JsonArray(tables)}});
}

// All columns of all tables in one list, for CSV.
Grid FlatGrid(const v1::Dataset& dataset) {
  Grid flat;
  for (const v1::Table& table : dataset.policy().tables()) {
    Grid grid = ColumnGrid(table);
    flat.header = grid.header;
    flat.header.insert(flat.header.begin(), "table");
    for (auto& row : grid.rows) {
      row.insert(row.begin(), table.name());
      flat.rows.push_back(std::move(row));
    }
  }
  flat.align.assign(flat.header.size(), Grid::Align::kLeft);
  return flat;
}

void PrintDataset(Session& session, const v1::Dataset& dataset) {
  const Style style = session.OutStyle();
  session.out() << Paint(style, Colour::kBold, Escape(dataset.name())) << ", policy version "
                << dataset.policy_version() << ", "
                << (dataset.data_version() == 0
                        ? std::string("nothing served until it is published")
                        : "data version " + std::to_string(dataset.data_version()))
                << "\n";
  for (const v1::Table& table : dataset.policy().tables()) {
    session.out() << "\ntable " << Escape(table.name()) << ": " << Escape(UnitText(table)) << "\n"
                  << RenderGrid(ColumnGrid(table), style);
  }
}

void RunList(Session& session) {
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  const auto datasets = client.value()->ListDatasets();
  if (!datasets.ok()) return session.Fail(datasets.failure());
  Grid grid;
  grid.header = {"dataset", "tables", "policy version", "data version"};
  grid.align = {Grid::Align::kLeft, Grid::Align::kLeft, Grid::Align::kRight, Grid::Align::kRight};
  for (const v1::Dataset& dataset : datasets.value()) {
    std::string tables;
    for (const v1::Table& table : dataset.policy().tables()) {
      tables += (tables.empty() ? "" : ", ") + table.name();
    }
    grid.rows.push_back({dataset.name(), tables, std::to_string(dataset.policy_version()),
                         std::to_string(dataset.data_version())});
  }
  session.PrintGrid(grid);
}

void RunShow(Session& session, const std::string& name) {
  const auto text = WireText("the dataset's name", name);
  if (!text.ok()) return session.Fail(text.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  v1::GetDatasetRequest request;
  request.set_name(DatasetResource(name));
  const Result<v1::Dataset> dataset = client.value()->GetDataset(request);
  if (!dataset.ok()) return session.Fail(dataset.failure());
  switch (session.format()) {
    case Format::kTable:
      return PrintDataset(session, dataset.value());
    case Format::kCsv:
      return session.PrintGrid(FlatGrid(dataset.value()));
    default:
      session.out() << DatasetJson(dataset.value()) << "\n";
  }
}

std::string PublishedJson(const v1::PublishResponse& published) {
  return JsonObject({{"data_version", std::to_string(published.data_version())},
                     {"rows", std::to_string(published.rows())},
                     {"dropped_rows", std::to_string(published.dropped_rows())},
                     {"snapshot_bytes", std::to_string(published.snapshot_bytes())},
                     {"seconds", JsonNumber(published.seconds())}});
}

Result<v1::PublishResponse> PublishWithProgress(Session& session, Client& client,
                                                const std::string& name) {
  v1::PublishRequest request;
  request.set_dataset(DatasetResource(name));
  Progress progress(session.err(), session.err_is_terminal());
  return client.Publish(request, [&](const v1::PublishResponse& message) {
    if (message.done()) return;
    progress.Update(message.table(), {.done = message.rows_read(), .total = message.rows_total()});
  });
}

void RunPublish(Session& session, const std::string& name) {
  const auto text = WireText("the dataset's name", name);
  if (!text.ok()) return session.Fail(text.failure());
  auto client = session.Connect();
  if (!client.ok()) return session.Fail(client.failure());
  const auto published = PublishWithProgress(session, *client.value(), name);
  if (!published.ok()) return session.Fail(published.failure());
  const v1::PublishResponse& done = published.value();
  if (session.format() == Format::kJson || session.format() == Format::kJsonLines) {
    session.out() << PublishedJson(done) << "\n";
    return;
  }
  session.out() << "published data version " << done.data_version() << ": " << done.rows()
                << " rows";
  if (done.dropped_rows() > 0) session.out() << ", " << done.dropped_rows() << " dropped";
  session.out() << ", snapshot of " << done.snapshot_bytes() << " bytes in "
                << BriefText(done.seconds()) << " s\n";
}

}  // namespace

void AddDatasetCommands(CLI::App& app, Session& session) {
  CLI::App* family = app.add_subcommand("dataset", "Lists, shows and publishes datasets");
  family->require_subcommand(1);
  family->footer("Example:\n  tacit dataset show fair");
  CLI::App* list = family->add_subcommand("list", "Lists the datasets that you may ask");
  list->footer("Example:\n  tacit dataset list --format json");
  list->callback([&session] { RunList(session); });
  const auto name = std::make_shared<std::string>();
  CLI::App* show = family->add_subcommand("show", "Shows a dataset's public schema");
  show->add_option("name", *name, "The dataset")->required();
  show->footer("Example:\n  tacit dataset show fair");
  show->callback([&session, name] { RunShow(session, *name); });
  CLI::App* publish =
      family->add_subcommand("publish", "Reads the source into a new data version (curators)");
  publish->add_option("name", *name, "The dataset")->required();
  publish->footer("Example:\n  tacit dataset publish fair");
  publish->callback([&session, name] { RunPublish(session, *name); });
}

}  // namespace tacit::client
