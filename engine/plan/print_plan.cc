// The canonical text of a plan. Everything that can change a released byte is in it: names are
// quoted, so that no name can imitate the text around it.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "accountant/check.h"
#include "engine/plan/cells.h"
#include "engine/plan/nodes/quoted.h"
#include "engine/plan/plan.h"

namespace tacit {
namespace {

std::string NumberText(double number) { return ToText(Value(number)); }

std::string BoundsText(const ValueBounds& bounds) {
  return absl::StrCat("[", NumberText(bounds.lower), ", ", NumberText(bounds.upper), "]");
}

std::string TypeText(ValueType type) { return std::string(TypeName(type)); }

void PrintScan(const ScanNode& scan, const DatasetSchema& schema, std::string& text) {
  const TableSchema* table = schema.FindTable(scan.table);
  TACIT_CHECK(table != nullptr);
  std::vector<std::string> columns;
  for (const int index : scan.columns) {
    TACIT_CHECK(index >= 0 && index < static_cast<int>(table->columns.size()));
    const ColumnSchema& column = table->columns[index];
    columns.push_back(absl::StrCat("$", columns.size(), " ", Quoted(column.name), " ",
                                   TypeText(column.type), column.nullable ? " nullable" : ""));
  }
  const std::string unit =
      table->unit_column.has_value() ? Quoted(table->columns[*table->unit_column].name) : "row";
  absl::StrAppend(&text, "  scan ", Quoted(scan.table), " unit ", unit, " columns [",
                  absl::StrJoin(columns, ", "), "]\n");
}

// Returns the scanned table.
const TableSchema& PrintRows(const PlanNode& node, const DatasetSchema& schema, std::string& text) {
  if (const auto* filter = std::get_if<std::shared_ptr<const FilterNode>>(&node)) {
    const TableSchema& table = PrintRows((*filter)->input, schema, text);
    absl::StrAppend(&text, "  filter ", ToText(*(*filter)->predicate), "\n");
    return table;
  }
  const ScanNode& scan = *std::get<std::shared_ptr<const ScanNode>>(node);
  PrintScan(scan, schema, text);
  return *schema.FindTable(scan.table);
}

std::string FeatureText(const Feature& feature) {
  if (feature.kind == FeatureKind::kOne) return "one";
  TACIT_CHECK(feature.expression != nullptr);
  const char* kind = feature.kind == FeatureKind::kNotNull ? "not_null " : "value ";
  return absl::StrCat(kind, ToText(*feature.expression));
}

std::string KindText(const Statistic& statistic) {
  switch (statistic.kind) {
    case MeasureKind::kSum:
      return statistic.bounding == Bounding::kRows ? " rows" : " unit_total";
    case MeasureKind::kDistinct:
      return " distinct";
    case MeasureKind::kQuantile:
      return absl::StrCat(" quantile ", statistic.quantile.numerator, "/",
                          statistic.quantile.denominator);
  }
  return "";
}

void PrintSelection(const MeasureNode& measure, std::string& text) {
  const GroupSelection& selection = *measure.selection;
  absl::StrAppend(&text, "    select groups by ");
  if (selection.count >= 0) {
    absl::StrAppend(&text, "statistic", selection.count);
  } else {
    absl::StrAppend(&text, "truncated_geometric epsilon ", selection.epsilon.ToDecimal());
  }
  absl::StrAppend(&text, " delta ", selection.delta.ToDecimal(), " at most ",
                  measure.groups_released_max, " groups\n");
}

void PrintMeasure(const MeasureNode& measure, std::string& text) {
  absl::StrAppend(&text, "  measure groups_per_unit_max=", measure.limits.groups_per_unit_max,
                  " rows_per_group_and_unit_max=", measure.limits.rows_per_group_and_unit_max,
                  measure.blocks > 0 ? absl::StrCat(" blocks=", measure.blocks) : "", "\n");
  for (size_t i = 0; i < measure.keys.size(); ++i) {
    const GroupKey& key = measure.keys[i];
    const std::string values = absl::StrJoin(
        key.values, ", ", [](std::string* out, const Value& value) { *out += ToText(value); });
    absl::StrAppend(&text, "    key", i, " ", Quoted(key.name), " = ", ToText(*key.expression));
    if (key.is_private()) {
      absl::StrAppend(&text, " private\n");
    } else {
      absl::StrAppend(&text, " in [", values, "]\n");
    }
  }
  for (size_t i = 0; i < measure.features.size(); ++i) {
    absl::StrAppend(&text, "    feature", i, " ", FeatureText(measure.features[i]), "\n");
  }
  for (size_t i = 0; i < measure.statistics.size(); ++i) {
    const Statistic& statistic = measure.statistics[i];
    absl::StrAppend(&text, "    statistic", i, " ", Quoted(statistic.name), " feature",
                    statistic.feature, KindText(statistic), " bounds ",
                    BoundsText(statistic.bounds), " centre ", NumberText(statistic.centre),
                    statistic.integral ? " integral" : " real", " epsilon ",
                    statistic.epsilon.ToDecimal(), "\n");
  }
  if (measure.noise == NoiseKind::kGaussian) {
    absl::StrAppend(&text, "    noise gaussian delta ", measure.noise_delta.ToDecimal(), "\n");
  }
  if (measure.selection.has_value()) PrintSelection(measure, text);
}

void PrintPresent(const PresentNode& present, std::string& text) {
  absl::StrAppend(&text, "  present\n");
  for (size_t i = 0; i < present.answers.size(); ++i) {
    const Answer& answer = present.answers[i];
    // The name begins with the aggregate's, which names the function.
    absl::StrAppend(&text, "    answer", i, " ", Quoted(answer.name), " ", TypeText(answer.type),
                    " from [", absl::StrJoin(answer.statistics, ", "), "]");
    if (answer.parameters.bounds != ValueBounds{} || answer.parameters.centre != 0) {
      absl::StrAppend(&text, " bounds ", BoundsText(answer.parameters.bounds), " centre ",
                      NumberText(answer.parameters.centre));
    }
    if (answer.parameters.second_bounds != ValueBounds{} || answer.parameters.second_centre != 0) {
      absl::StrAppend(&text, " second bounds ", BoundsText(answer.parameters.second_bounds),
                      " centre ", NumberText(answer.parameters.second_centre));
    }
    text += "\n";
  }
  for (const OutputColumn& column : present.columns) {
    absl::StrAppend(&text, "    column ", Quoted(column.name), " ",
                    TypeText(column.expression->type), " = ", ToText(*column.expression), "\n");
  }
  if (present.having != nullptr)
    absl::StrAppend(&text, "    having ", ToText(*present.having), "\n");
  for (const SortKey& key : present.sort) {
    absl::StrAppend(&text, "    sort ", ToText(*key.expression), key.descending ? " desc" : " asc",
                    key.nulls_first ? " nulls_first" : " nulls_last", "\n");
  }
  if (present.limit.has_value()) absl::StrAppend(&text, "    limit ", *present.limit, "\n");
  if (present.offset.has_value()) absl::StrAppend(&text, "    offset ", *present.offset, "\n");
}

}  // namespace

std::string PrintPlan(const QueryPlan& plan, const DatasetSchema& schema) {
  std::string text = absl::StrCat("query dataset ", Quoted(plan.dataset.value()), " policy ",
                                  plan.policy_version.value(), "\n");
  const TableSchema& table = PrintRows(plan.measure.input, schema, text);
  PrintMeasure(plan.measure, text);
  if (!plan.measure.cells.empty()) text += PrintCells(plan.measure.cells, table);
  PrintPresent(plan.present, text);
  return text;
}

}  // namespace tacit
