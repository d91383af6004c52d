#include "client/render_release.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "client/render_number.h"

namespace tacit::client {
namespace {

constexpr int kBarWidth = 24;

bool IsAnswer(const v1::ReleaseColumn& column) { return column.statistics_size() > 0; }

bool IsNumeric(const v1::ReleaseColumn& column) {
  return column.type() == v1::Column::TYPE_INTEGER || column.type() == v1::Column::TYPE_REAL;
}

std::optional<double> NumberOf(const v1::Scalar& scalar) {
  switch (scalar.kind_case()) {
    case v1::Scalar::kInteger:
      return static_cast<double>(scalar.integer());
    case v1::Scalar::kReal:
      return scalar.real();
    default:
      return std::nullopt;
  }
}

std::string CellText(const v1::Cell& cell, const Style& style) {
  const std::optional<double> value = NumberOf(cell.value());
  if (!cell.has_interval() || !value.has_value()) return ScalarText(cell.value());
  // A ratio's interval need not be centred; the wider side keeps the promise.
  const double half_width =
      std::max(cell.interval().high() - *value, *value - cell.interval().low());
  const bool is_whole = cell.value().kind_case() == v1::Scalar::kInteger;
  return EstimatedText({.value = *value, .half_width = half_width, .is_whole = is_whole},
                       style.PlusMinus());
}

// Such a value's interval is all that is possible, and says nothing of the digits that count: they
// are those of the value itself, and RankErrorText says how far it may be off.
bool IsByRank(const v1::Release& release, const v1::ReleaseColumn& column) {
  return std::any_of(column.statistics().begin(), column.statistics().end(), [&](int64_t index) {
    return index >= 0 && index < release.statistics_size() &&
           release.statistics(static_cast<int>(index)).rank_error() > 0;
  });
}

// The finite span of a column's intervals and 0, from which its bars are measured.
BarRange RangeOf(const v1::Release& release, int column) {
  BarRange range;
  for (const v1::ReleaseRow& row : release.rows()) {
    if (column >= row.cells_size() || !row.cells(column).has_interval()) continue;
    const v1::Interval& interval = row.cells(column).interval();
    if (std::isfinite(interval.low())) range.lower = std::min(range.lower, interval.low());
    if (std::isfinite(interval.high())) range.upper = std::max(range.upper, interval.high());
  }
  return range;
}

struct FlatColumn {
  int index;
  std::string name;
  std::string low_name;  // empty for keys
  std::string high_name;
};

// `name`, or with the first number that makes it new.
std::string Unique(const std::string& name, std::set<std::string>& taken) {
  std::string unique = name;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = name + "_" + std::to_string(i);
  return unique;
}

std::vector<FlatColumn> Flatten(const v1::Release& release) {
  std::vector<FlatColumn> columns;
  std::set<std::string> taken;
  for (int i = 0; i < release.columns_size(); ++i) {
    const v1::ReleaseColumn& column = release.columns(i);
    FlatColumn flat{i, Unique(column.name(), taken), "", ""};
    if (IsAnswer(column)) {
      flat.low_name = Unique(flat.name + "_low", taken);
      flat.high_name = Unique(flat.name + "_high", taken);
    }
    columns.push_back(flat);
  }
  return columns;
}

std::string CsvScalar(const v1::Scalar& scalar) {
  if (scalar.kind_case() == v1::Scalar::KIND_NOT_SET) return "";
  return CsvField(ScalarText(scalar));
}

const v1::Cell& CellAt(const v1::ReleaseRow& row, int index) {
  static const v1::Cell kNothing;
  return index < row.cells_size() ? row.cells(index) : kNothing;
}

Grid GridOf(const v1::Release& release, const Style& style) {
  Grid grid;
  grid.rows.resize(static_cast<size_t>(release.rows_size()));
  for (int i = 0; i < release.columns_size(); ++i) {
    const v1::ReleaseColumn& column = release.columns(i);
    const bool by_rank = IsByRank(release, column);
    const bool has_bar =
        style.is_terminal && IsAnswer(column) && !by_rank && release.rows_size() > 1;
    const BarRange range = RangeOf(release, i);
    grid.header.push_back(column.name());
    grid.align.push_back(IsNumeric(column) ? Grid::Align::kRight : Grid::Align::kLeft);
    if (has_bar) {
      grid.header.emplace_back();
      grid.align.push_back(Grid::Align::kLeft);
    }
    for (int row = 0; row < release.rows_size(); ++row) {
      const v1::Cell& cell = CellAt(release.rows(row), i);
      auto& line = grid.rows[static_cast<size_t>(row)];
      line.push_back(by_rank ? ScalarText(cell.value()) : CellText(cell, style));
      if (!has_bar) continue;
      const std::optional<double> value = NumberOf(cell.value());
      line.push_back(
          value.has_value() ? WhiskerBar(*value, cell.interval(), range, style.has_unicode) : "");
    }
  }
  return grid;
}

}  // namespace

std::string WhiskerBar(double value, const v1::Interval& interval, const BarRange& range,
                       bool has_unicode) {
  const double span = range.upper - range.lower;
  if (!(span > 0) || !std::isfinite(span) || !std::isfinite(value)) return "";
  const auto place = [&](double x) {
    const double scaled = (x - range.lower) / span * kBarWidth;
    return static_cast<size_t>(std::clamp(scaled, 0.0, double{kBarWidth - 1}));
  };
  const size_t zero = std::min(place(0), place(value));
  const size_t top = std::max(place(0), place(value));
  const size_t low = place(interval.low());
  const size_t high = place(interval.high());
  std::vector<std::string_view> cells(kBarWidth, " ");
  for (size_t i = zero; i <= top; ++i) cells[i] = has_unicode ? "█" : "#";
  for (size_t i = low; i <= high && low < high; ++i) cells[i] = has_unicode ? "─" : "-";
  if (low < high) {
    cells[low] = has_unicode ? "├" : "|";
    cells[high] = has_unicode ? "┤" : "|";
  }
  std::string bar;
  for (const std::string_view cell : cells) bar += cell;
  return bar;
}

std::string RenderRelease(const v1::Release& release, const Style& style) {
  return RenderGrid(GridOf(release, style), style);
}

std::string ReleaseCsv(const v1::Release& release) {
  const std::vector<FlatColumn> columns = Flatten(release);
  std::vector<std::string> fields;
  for (const FlatColumn& column : columns) {
    fields.push_back(CsvField(column.name));
    if (column.low_name.empty()) continue;
    fields.push_back(CsvField(column.low_name));
    fields.push_back(CsvField(column.high_name));
  }
  std::string csv = CsvLine(fields);
  for (const v1::ReleaseRow& row : release.rows()) {
    fields.clear();
    for (const FlatColumn& column : columns) {
      const v1::Cell& cell = CellAt(row, column.index);
      fields.push_back(CsvScalar(cell.value()));
      if (column.low_name.empty()) continue;
      fields.push_back(cell.has_interval() ? ShortestText(cell.interval().low()) : "");
      fields.push_back(cell.has_interval() ? ShortestText(cell.interval().high()) : "");
    }
    csv += CsvLine(fields);
  }
  return csv;
}

std::vector<std::string> ReleaseJsonRows(const v1::Release& release) {
  const std::vector<FlatColumn> columns = Flatten(release);
  std::vector<std::string> rows;
  for (const v1::ReleaseRow& row : release.rows()) {
    std::vector<std::pair<std::string, std::string>> members;
    for (const FlatColumn& column : columns) {
      const v1::Cell& cell = CellAt(row, column.index);
      members.emplace_back(column.name, ScalarJson(cell.value()));
      if (column.low_name.empty()) continue;
      const bool has = cell.has_interval();
      members.emplace_back(column.low_name, has ? JsonNumber(cell.interval().low()) : "null");
      members.emplace_back(column.high_name, has ? JsonNumber(cell.interval().high()) : "null");
    }
    rows.push_back(JsonObject(members));
  }
  return rows;
}

std::string ScalarText(const v1::Scalar& scalar) {
  switch (scalar.kind_case()) {
    case v1::Scalar::kBoolean:
      return scalar.boolean() ? "true" : "false";
    case v1::Scalar::kInteger:
      return std::to_string(scalar.integer());
    case v1::Scalar::kReal:
      return ShortestText(scalar.real());
    case v1::Scalar::kText:
      return scalar.text();
    case v1::Scalar::kDate:
      return scalar.date();
    case v1::Scalar::KIND_NOT_SET:
      return "NULL";
  }
  return "NULL";
}

std::string ScalarJson(const v1::Scalar& scalar) {
  switch (scalar.kind_case()) {
    case v1::Scalar::kReal:
      return JsonNumber(scalar.real());
    case v1::Scalar::kText:
      return JsonString(scalar.text());
    case v1::Scalar::kDate:
      return JsonString(scalar.date());
    case v1::Scalar::KIND_NOT_SET:
      return "null";
    default:
      return ScalarText(scalar);
  }
}

std::string_view ColumnTypeName(v1::Column::Type type) {
  switch (type) {
    case v1::Column::TYPE_BOOLEAN:
      return "boolean";
    case v1::Column::TYPE_INTEGER:
      return "integer";
    case v1::Column::TYPE_REAL:
      return "real";
    case v1::Column::TYPE_TEXT:
      return "text";
    case v1::Column::TYPE_DATE:
      return "date";
    default:
      return "?";
  }
}

std::string StatisticJson(const v1::Statistic& statistic) {
  return JsonObject({
      {"name", JsonString(statistic.name())},
      {"mechanism", JsonString(statistic.mechanism())},
      {"epsilon", JsonString(statistic.epsilon())},
      {"noise_scale", JsonNumber(statistic.noise_scale())},
      {"granularity", JsonNumber(statistic.granularity())},
      {"sensitivity", JsonNumber(statistic.sensitivity())},
      {"rank_error", JsonNumber(statistic.rank_error())},
      {"lower", JsonNumber(statistic.bounds().lower())},
      {"upper", JsonNumber(statistic.bounds().upper())},
      {"max_groups_per_unit", std::to_string(statistic.max_groups_per_unit())},
      {"max_rows_per_group", std::to_string(statistic.max_rows_per_group())},
  });
}

std::string RankErrorText(const google::protobuf::RepeatedPtrField<v1::Statistic>& statistics) {
  std::string text;
  for (const v1::Statistic& statistic : statistics) {
    if (statistic.rank_error() == 0) continue;
    text += "chosen by rank: " + Escape(statistic.name()) + ", within " +
            BriefText(statistic.rank_error()) + " rows of the rank asked for with 95%\n";
  }
  return text;
}

std::string SelectionJson(bool is_private, const v1::GroupSelection& selection) {
  if (!is_private) return "null";
  return JsonObject({{"mechanism", JsonString(selection.mechanism())},
                     {"epsilon", JsonString(selection.epsilon())},
                     {"delta", JsonString(selection.delta())},
                     {"units_for_half", JsonNumber(selection.units_for_half())}});
}

std::string TopUpText(std::string_view lead, bool is_top_up, const v1::TopUp& top_up) {
  std::string text;
  if (!is_top_up) return text;
  for (const v1::TopUpStatistic& statistic : top_up.statistics()) {
    text += std::string(lead) + Escape(statistic.name()) + ": ";
    if (statistic.fresh_deviation() == 0) {
      text += "as it was, deviation " + BriefText(statistic.earlier_deviation()) + "\n";
      continue;
    }
    text += "deviation " + BriefText(statistic.earlier_deviation()) + " with fresh noise of " +
            BriefText(statistic.fresh_deviation()) + " (epsilon " +
            Escape(statistic.fresh_epsilon()) + ") makes " +
            BriefText(statistic.combined_deviation()) + "\n";
  }
  return text;
}

std::string ChargedCellsText(std::string_view lead, bool has_cells,
                             const v1::ChargedCells& charged) {
  if (!has_cells) return "";
  std::string text = std::string(lead);
  if (charged.cells_size() == 0)
    return text + "all " + std::to_string(charged.total()) + " cells\n";
  text +=
      std::to_string(charged.cells_size()) + " of " + std::to_string(charged.total()) + " cells";
  for (int i = 0; i < charged.names_size(); ++i) {
    text += (i == 0 ? ": " : "; ") + Escape(charged.names(i));
  }
  return text + (charged.names_size() < charged.cells_size() ? "; ...\n" : "\n");
}

std::string CellsText(std::string_view lead, const v1::Dataset& dataset) {
  if (dataset.cells() < 2) return "";
  return std::string(lead) + std::to_string(dataset.cells()) + " disjoint cells, of " +
         Escape(dataset.partition()) + "\n";
}

std::string ChargedCellsJson(bool has_cells, const v1::ChargedCells& charged) {
  if (!has_cells) return "null";
  std::vector<std::string> cells;
  for (const int64_t cell : charged.cells()) cells.push_back(std::to_string(cell));
  std::vector<std::string> names;
  for (const std::string& name : charged.names()) names.push_back(JsonString(name));
  return JsonObject({{"cells", charged.cells_size() == 0 ? "\"all\"" : JsonArray(cells)},
                     {"total", std::to_string(charged.total())},
                     {"names", JsonArray(names)}});
}

std::string TopUpJson(bool is_top_up, const v1::TopUp& top_up) {
  if (!is_top_up) return "null";
  std::vector<std::string> statistics;
  for (const v1::TopUpStatistic& statistic : top_up.statistics()) {
    statistics.push_back(
        JsonObject({{"name", JsonString(statistic.name())},
                    {"earlier_deviation", JsonNumber(statistic.earlier_deviation())},
                    {"fresh_deviation", JsonNumber(statistic.fresh_deviation())},
                    {"combined_deviation", JsonNumber(statistic.combined_deviation())},
                    {"fresh_epsilon", JsonString(statistic.fresh_epsilon())}}));
  }
  return JsonObject(
      {{"draws", std::to_string(top_up.draws())}, {"statistics", JsonArray(statistics)}});
}

}  // namespace tacit::client
