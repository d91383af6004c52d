#include "client/policy_toml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "client/toml_date.h"

namespace tacit::client {
namespace {

// A double holds every integer up to here; a bound beyond it would be another than the one written.
constexpr int64_t kExactIntegerMax = int64_t{1} << 53;

void ReadScalar(TomlReader& reader, const toml::node& node, const std::string& path,
                v1::Column::Type type, v1::Scalar& scalar) {
  switch (type) {
    case v1::Column::TYPE_BOOLEAN:
      if (const auto* boolean = node.as_boolean()) return scalar.set_boolean(boolean->get());
      break;
    case v1::Column::TYPE_INTEGER:
      if (const auto* integer = node.as_integer()) return scalar.set_integer(integer->get());
      break;
    case v1::Column::TYPE_REAL:
      if (const auto* real = node.as_floating_point()) return scalar.set_real(real->get());
      if (const auto* integer = node.as_integer()) {
        return scalar.set_real(static_cast<double>(integer->get()));
      }
      break;
    case v1::Column::TYPE_TEXT:
      if (const auto* text = node.as_string()) return scalar.set_text(text->get());
      break;
    case v1::Column::TYPE_DATE:
      if (const auto date = DateText(node)) return scalar.set_date(*date);
      break;
    default:
      return;  // The type itself is the mistake, and is reported.
  }
  reader.AddProblem(node.source(), path,
                    "is " + std::string(TypeName(node)) + ", which is not of the column's type",
                    "write values of the column's type, or correct \"type\"");
}

void ReadValues(TomlReader& reader, const Section& section, v1::Column& column) {
  const toml::array* values =
      reader.Array(section, "values", "list the public values, e.g. values = [1, 2, 3]");
  if (values == nullptr) return;
  for (size_t i = 0; i < values->size(); ++i) {
    const toml::node& node = *values->get(i);
    const std::string path = section.PathOf("values") + "[" + std::to_string(i) + "]";
    reader.RememberLine(path, node.source());
    ReadScalar(reader, node, path, column.type(), *column.add_values());
  }
  if (values->empty()) {
    reader.AddProblem(values->source(), section.PathOf("values"), "lists no value",
                      "list the public values, or remove the key");
  }
}

// One end of the bounds, or nothing after adding a problem.
std::optional<double> ReadBound(TomlReader& reader, const toml::node& node,
                                const std::string& path) {
  std::optional<double> bound;
  std::string message = "is " + std::string(TypeName(node)) + " and has to be a number";
  if (const auto* integer = node.as_integer()) {
    const int64_t value = integer->get();
    const bool exact = value >= -kExactIntegerMax && value <= kExactIntegerMax;
    if (exact) bound = static_cast<double>(value);
    message = "is beyond 2^53, where not every integer can be held";
  } else if (const auto* real = node.as_floating_point()) {
    if (std::isfinite(real->get())) bound = real->get();
    message = "has to be finite";
  }
  if (!bound.has_value()) {
    reader.AddProblem(node.source(), path, message,
                      "write the least and the greatest value that the column can have, known "
                      "without looking at the data");
  }
  return bound;
}

void ReadDateBounds(TomlReader& reader, const toml::array& bounds, const std::string& path,
                    v1::Column& column) {
  const std::optional<std::string> lower = DateText(*bounds.get(0));
  const std::optional<std::string> upper = DateText(*bounds.get(1));
  if (lower.has_value()) column.mutable_bounds()->set_lower_date(*lower);
  if (upper.has_value()) column.mutable_bounds()->set_upper_date(*upper);
  if (lower.has_value() && upper.has_value()) return;
  reader.AddProblem(bounds.source(), path, "has to be two dates",
                    "write bounds = [2015-01-01, 2024-12-31]");
}

void ReadBounds(TomlReader& reader, const Section& section, v1::Column& column) {
  constexpr std::string_view kFix = "write bounds = [LOWER, UPPER]";
  const toml::array* bounds = reader.Array(section, "bounds", kFix);
  if (bounds == nullptr) return;
  const std::string path = section.PathOf("bounds");
  if (bounds->size() != 2) {
    reader.AddProblem(bounds->source(), path,
                      "holds " + std::to_string(bounds->size()) + " values instead of 2",
                      std::string(kFix));
    return;
  }
  if (column.type() == v1::Column::TYPE_DATE) return ReadDateBounds(reader, *bounds, path, column);
  const std::optional<double> lower = ReadBound(reader, *bounds->get(0), path);
  const std::optional<double> upper = ReadBound(reader, *bounds->get(1), path);
  if (lower.has_value()) column.mutable_bounds()->set_lower(*lower);
  if (upper.has_value()) column.mutable_bounds()->set_upper(*upper);
}

v1::Column::Type ReadType(TomlReader& reader, const Section& section) {
  constexpr std::string_view kFix =
      "write type = \"boolean\", \"integer\", \"real\", \"text\" or \"date\"";
  if (!reader.Require(section, "type", kFix)) return v1::Column::TYPE_UNSPECIFIED;
  const std::optional<std::string> type = reader.Text(section, "type");
  if (!type.has_value()) return v1::Column::TYPE_UNSPECIFIED;
  if (*type == "boolean") return v1::Column::TYPE_BOOLEAN;
  if (*type == "integer") return v1::Column::TYPE_INTEGER;
  if (*type == "real") return v1::Column::TYPE_REAL;
  if (*type == "text") return v1::Column::TYPE_TEXT;
  if (*type == "date") return v1::Column::TYPE_DATE;
  reader.AddProblem(section.table->get("type")->source(), section.PathOf("type"),
                    "unknown type \"" + *type + "\"", std::string(kFix));
  return v1::Column::TYPE_UNSPECIFIED;
}

void ReadColumns(TomlReader& reader, const Section& table_section, v1::Table& table) {
  constexpr std::string_view kFix =
      "list the columns that may be used, e.g. age = { type = \"integer\" }";
  if (!reader.Require(table_section, "columns", kFix)) return;
  const std::optional<Section> columns = reader.Table(table_section, "columns");
  if (!columns.has_value()) return;
  for (const Entry& entry : reader.Entries(*columns)) {
    const std::optional<Section> section = reader.Table(*columns, entry.key->str());
    if (!section.has_value()) continue;
    reader.ExpectKeys(*section, {"type", "nullable", "bounds", "values"});
    v1::Column& column = *table.add_columns();
    column.set_name(std::string(entry.key->str()));
    column.set_type(ReadType(reader, *section));
    column.set_nullable(reader.Boolean(*section, "nullable").value_or(false));
    ReadBounds(reader, *section, column);
    ReadValues(reader, *section, column);
  }
}

// Reads `unit = "row"` or `unit = { column = "subject" }`.
void ReadUnit(TomlReader& reader, const Section& section, v1::Table& table) {
  constexpr std::string_view kFix = "write unit = \"row\" or unit = { column = \"NAME\" }";
  const toml::node& node = *section.table->get("unit");
  const std::string path = section.PathOf("unit");
  if (const auto* text = node.as_string()) {
    if (text->get() == "row") return table.set_unit_is_row(true);
    reader.AddProblem(node.source(), path, "unknown unit \"" + text->get() + "\"",
                      "write unit = \"row\", or unit = { column = \"" + text->get() + "\" }");
    return;
  }
  if (!node.is_table()) {
    reader.AddProblem(node.source(), path, "is " + std::string(TypeName(node)), std::string(kFix));
    return;
  }
  const Section unit{node.as_table(), path};
  reader.ExpectKeys(unit, {"column"});
  if (!reader.Require(unit, "column", kFix)) return;
  table.set_unit_column(reader.Text(unit, "column").value_or(""));
  constexpr std::string_view kLimitFix =
      "declare how much of one person may count; a table whose unit is a column needs it";
  reader.Require(section, "max_groups_per_unit", kLimitFix);
  reader.Require(section, "max_rows_per_group", kLimitFix);
}

void ReadUnitOrPublic(TomlReader& reader, const Section& section, v1::Table& table) {
  const bool is_public = reader.Boolean(section, "public").value_or(false);
  const bool has_unit = section.table->contains("unit");
  if (has_unit && is_public) {
    reader.AddProblem(section.table->get("public")->source(), section.PathOf("public"),
                      "a public table has no unit", "remove \"public\" or \"unit\"");
    return;
  }
  if (is_public) return table.set_is_public(true);
  if (has_unit) return ReadUnit(reader, section, table);
  reader.AddProblemAt(section, section.PathOf("unit"),
                      "the table says neither whose rows it holds "
                      "nor that it is public",
                      "write unit = \"row\" if every row is another person, unit = { column = "
                      "\"NAME\" } if a column names the person, or public = true");
}

void ReadInvalidRows(TomlReader& reader, const Section& section, v1::Table& table) {
  reader.Require(section, "invalid_rows",
                 "say what publishing does with rows that cannot be used: \"refuse\" or \"drop\"");
  const std::optional<std::string> text = reader.Text(section, "invalid_rows");
  if (!text.has_value()) return;
  if (*text == "refuse") return table.set_invalid_rows(v1::Table::INVALID_ROWS_REFUSE);
  if (*text == "drop") return table.set_invalid_rows(v1::Table::INVALID_ROWS_DROP);
  reader.AddProblem(section.table->get("invalid_rows")->source(), section.PathOf("invalid_rows"),
                    "unknown choice \"" + *text + "\"", "write \"refuse\" or \"drop\"");
}

void ReadPartition(TomlReader& reader, const Section& section, v1::Table& table) {
  const toml::array* columns =
      reader.Array(section, "partition_columns", "write a list of columns, e.g. [\"sex\"]");
  for (size_t i = 0; columns != nullptr && i < columns->size(); ++i) {
    const std::optional<std::string> name = columns->get(i)->value<std::string>();
    if (name.has_value()) table.add_partition_columns(*name);
    if (name.has_value()) continue;
    reader.AddProblem(columns->get(i)->source(), section.PathOf("partition_columns"),
                      "holds " + std::string(TypeName(*columns->get(i))),
                      "write columns' names in quotes");
  }
}

void ReadTables(TomlReader& reader, const Section& root, v1::Policy& policy) {
  if (!reader.Require(root, "tables", "declare at least one table, [tables.NAME]")) return;
  const std::optional<Section> tables = reader.Table(root, "tables");
  if (!tables.has_value()) return;
  for (const Entry& entry : reader.Entries(*tables)) {
    const std::optional<Section> section = reader.Table(*tables, entry.key->str());
    if (!section.has_value()) continue;
    reader.ExpectKeys(*section, {"unit", "public", "max_groups_per_unit", "max_rows_per_group",
                                 "invalid_rows", "partition_columns", "columns"});
    v1::Table& table = *policy.add_tables();
    table.set_name(std::string(entry.key->str()));
    ReadUnitOrPublic(reader, *section, table);
    const auto groups = reader.Integer(*section, "max_groups_per_unit");
    const auto rows = reader.Integer(*section, "max_rows_per_group");
    table.set_max_groups_per_unit(groups.value_or(0));
    table.set_max_rows_per_group(rows.value_or(0));
    ReadInvalidRows(reader, *section, table);
    ReadPartition(reader, *section, table);
    ReadColumns(reader, *section, table);
  }
  if (tables->table->empty()) {
    reader.AddProblemAt(*tables, "tables", "declares no table", "add a section [tables.NAME]");
  }
}

// What the filter counts, and what must then be written.
void ReadAmounts(TomlReader& reader, const Section& section, v1::Policy::Filter filter,
                 v1::Budget& budget) {
  std::string wanted = "epsilon";
  if (filter == v1::Policy::FILTER_ZERO_CONCENTRATED) wanted = "rho";
  if (filter == v1::Policy::FILTER_RENYI) wanted = "orders";
  reader.Require(section, wanted,
                 wanted == "orders"
                     ? "write a limit for each order, e.g. orders = { 8 = \"1.5\" }"
                     : "write the limit as decimal text, e.g. " + wanted + " = \"1\"");
  budget.set_epsilon(reader.Decimal(section, "epsilon").value_or(""));
  budget.set_rho(reader.Decimal(section, "rho").value_or(""));
  const std::optional<Section> orders = reader.Table(section, "orders");
  if (!orders.has_value()) return;
  std::map<int64_t, std::string> ascending;
  for (const Entry& entry : reader.Entries(*orders)) {
    const std::string key(entry.key->str());
    int64_t order = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), order);
    if (error != std::errc() || end != key.data() + key.size() || order < 2 || order > 1024) {
      reader.AddProblem(entry.key->source(), orders->PathOf(key), "is no order",
                        "write whole numbers from 2 to 1024");
    }
    ascending[order] = reader.Decimal(*orders, key).value_or("");
  }
  for (const auto& [order, divergence] : ascending) {
    v1::OrderLimit& limit = *budget.add_orders();
    limit.set_order(static_cast<int>(order));
    limit.set_divergence(divergence);
  }
}

void ReadMembers(TomlReader& reader, const Section& section, v1::Budget& budget) {
  const toml::array* members =
      reader.Array(section, "members", "write a list of names, members = [\"ana\", \"bob\"]");
  for (size_t i = 0; members != nullptr && i < members->size(); ++i) {
    const std::optional<std::string> name = members->get(i)->value<std::string>();
    if (name.has_value()) budget.add_members(*name);
    if (name.has_value()) continue;
    reader.AddProblem(members->get(i)->source(), section.PathOf("members"),
                      "holds " + std::string(TypeName(*members->get(i))),
                      "write analysts' names in quotes");
  }
}

void ReadBudget(TomlReader& reader, const Section& section, v1::Policy& policy) {
  reader.ExpectKeys(section, {"scope", "epsilon", "delta", "max_epsilon_per_query", "rho", "orders",
                              "members", "period_days"});
  v1::Budget& budget = *policy.add_budgets();
  if (reader.Require(section, "scope",
                     "write scope = \"dataset\", \"analyst:NAME\", \"analyst:*\" or "
                     "\"role:NAME\"")) {
    budget.set_scope(reader.Text(section, "scope").value_or(""));
  }
  ReadAmounts(reader, section, policy.filter(), budget);
  ReadMembers(reader, section, budget);
  budget.set_period_days(static_cast<int>(
      std::clamp<int64_t>(reader.Integer(section, "period_days").value_or(0), -1, 1 << 30)));
  budget.set_max_epsilon_per_query(reader.Decimal(section, "max_epsilon_per_query").value_or(""));
  if (section.table->contains("delta")) {
    budget.set_delta(reader.Decimal(section, "delta").value_or(""));
  } else if (policy.filter() == v1::Policy::FILTER_PURE) {
    // Not a default of ours: under a pure filter no other delta is legal.
    budget.set_delta("0");
  } else {
    reader.Require(section, "delta", "write the limit as decimal text, e.g. delta = \"1e-6\"");
  }
}

void ReadBudgets(TomlReader& reader, const Section& root, v1::Policy& policy) {
  constexpr std::string_view kFix =
      "declare what may ever be learnt, [[budget]] with scope = \"dataset\", and one for analysts";
  if (!reader.Require(root, "budget", kFix)) return;
  const toml::array* budgets = reader.Array(root, "budget", "write it as a section, [[budget]]");
  if (budgets == nullptr) return;
  for (size_t i = 0; i < budgets->size(); ++i) {
    const toml::node& node = *budgets->get(i);
    const std::string path = "budget[" + std::to_string(i) + "]";
    reader.RememberLine(path, node.source());
    if (node.is_table()) {
      ReadBudget(reader, Section{node.as_table(), path}, policy);
    } else {
      reader.AddProblem(node.source(), path, "is " + std::string(TypeName(node)),
                        "write it as a section, [[budget]]");
    }
  }
  if (budgets->empty()) {
    reader.AddProblem(budgets->source(), "budget", "declares no budget", std::string(kFix));
  }
}

void ReadFilter(TomlReader& reader, const Section& root, v1::Policy& policy) {
  constexpr std::string_view kFix =
      "write filter = \"pure\", \"approximate\", \"zcdp\" or \"renyi\"";
  if (!reader.Require(root, "filter", kFix)) return;
  const std::optional<std::string> filter = reader.Text(root, "filter");
  if (!filter.has_value()) return;
  if (*filter == "pure") return policy.set_filter(v1::Policy::FILTER_PURE);
  if (*filter == "approximate") return policy.set_filter(v1::Policy::FILTER_APPROXIMATE);
  if (*filter == "zcdp") return policy.set_filter(v1::Policy::FILTER_ZERO_CONCENTRATED);
  if (*filter == "renyi") return policy.set_filter(v1::Policy::FILTER_RENYI);
  reader.AddProblem(root.table->get("filter")->source(), "filter",
                    "unknown filter \"" + *filter + "\"", std::string(kFix));
}

void ReadPolicy(TomlReader& reader, const Section& root, v1::Policy& policy) {
  reader.ExpectKeys(root, {"dataset", "source", "filter", "lineage", "tables", "budget"});
  if (reader.Require(root, "dataset", "name the dataset, e.g. dataset = \"fair\"")) {
    policy.set_dataset(reader.Text(root, "dataset").value_or(""));
  }
  if (reader.Require(root, "source",
                     "name the SQLite file, relative to the server's data directory")) {
    policy.set_source(reader.Text(root, "source").value_or(""));
  }
  policy.set_lineage(reader.Text(root, "lineage").value_or(""));
  ReadFilter(reader, root, policy);
  ReadTables(reader, root, policy);
  ReadBudgets(reader, root, policy);
}

}  // namespace

CompiledPolicy CompilePolicy(std::string_view toml) {
  CompiledPolicy compiled;
  TomlReader reader;
  try {
    const toml::table root = toml::parse(toml);
    ReadPolicy(reader, Section{&root, ""}, compiled.policy);
  } catch (const toml::parse_error& error) {
    reader.AddProblem(error.source(), "", "is not TOML: " + std::string(error.description()),
                      "correct the line");
  }
  compiled.lines = reader.lines();
  compiled.problems = std::move(reader.problems());
  std::stable_sort(compiled.problems.begin(), compiled.problems.end(),
                   [](const PolicyProblem& left, const PolicyProblem& right) {
                     return std::pair(left.line, left.column) < std::pair(right.line, right.column);
                   });
  return compiled;
}

int LineOf(const std::map<std::string, int>& lines, std::string_view path) {
  while (!path.empty()) {
    if (const auto found = lines.find(std::string(path)); found != lines.end()) {
      return found->second;
    }
    const size_t cut = path.find_last_of(".[");
    path = cut == std::string_view::npos ? std::string_view() : path.substr(0, cut);
  }
  return 1;
}

std::string ProblemText(std::string_view file, const PolicyProblem& problem) {
  std::string text = std::string(file) + ":" + std::to_string(problem.line) + ":" +
                     std::to_string(problem.column) + ": ";
  if (!problem.path.empty()) text += problem.path + ": ";
  text += problem.message;
  if (!problem.fix.empty()) text += "; " + problem.fix;
  return text;
}

}  // namespace tacit::client
