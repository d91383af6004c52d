#include "server/policy_reader.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/nodes/partition.h"
#include "server/budget_reader.h"
#include "server/wire.h"

namespace tacit {
namespace {

constexpr size_t kNameBytesMax = 63;
constexpr int64_t kContributionMax = 1'000'000;
constexpr int kPublicValuesMax = 10'000;

absl::Status Wrong(const std::string& field, const std::string& what, const std::string& fix) {
  return Refuse(Reason::kPolicyInvalid, absl::StrCat(field, ": ", what),
                {.fix = fix, .field = field});
}

bool IsDatasetName(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

// ASCII without control characters: what SQL text can name, quoted if need be.
bool IsIdentifier(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

absl::Status CheckSource(const std::string& source) {
  const std::vector<std::string> parts = absl::StrSplit(source, '/');
  const bool inside = !source.empty() && source.front() != '/' &&
                      source.find('\0') == std::string::npos &&
                      std::find(parts.begin(), parts.end(), "..") == parts.end();
  if (inside) return absl::OkStatus();
  return Wrong("source", "is not a path below the server's data directory",
               "name the SQLite file, e.g. source = \"fair.db\"");
}

absl::StatusOr<ValueType> ReadType(const v1::Column& column, const std::string& path) {
  switch (column.type()) {
    case v1::Column::TYPE_BOOLEAN:
      return ValueType::kBool;
    case v1::Column::TYPE_INTEGER:
      return ValueType::kInt64;
    case v1::Column::TYPE_REAL:
      return ValueType::kFloat64;
    case v1::Column::TYPE_TEXT:
      return ValueType::kText;
    case v1::Column::TYPE_DATE:
      return ValueType::kDate;
    default:
      break;
  }
  return Wrong(path + ".type", "is missing", "say boolean, integer, real, text or date");
}

// In days since 1970.
absl::StatusOr<ValueBounds> ReadDateBounds(const v1::Bounds& bounds, const std::string& path) {
  const std::optional<Date> lower = ParseDate(bounds.lower_date());
  const std::optional<Date> upper = ParseDate(bounds.upper_date());
  if (!lower.has_value() || !upper.has_value()) {
    return Wrong(path, "is not two days of the form YYYY-MM-DD",
                 "write bounds = [2015-01-01, 2024-12-31]");
  }
  if (*lower > *upper) {
    return Wrong(
        path, absl::StrCat("lower ", bounds.lower_date(), " is above upper ", bounds.upper_date()),
        "swap them");
  }
  return ValueBounds{static_cast<double>(lower->days), static_cast<double>(upper->days)};
}

absl::StatusOr<ValueBounds> ReadBounds(const v1::Column& column, ValueType type,
                                       const std::string& path) {
  if (type == ValueType::kDate) return ReadDateBounds(column.bounds(), path);
  if (!column.bounds().lower_date().empty() || !column.bounds().upper_date().empty()) {
    return Wrong(path, "holds dates, but the column is no date",
                 "write numbers, or correct \"type\"");
  }
  const double lower = column.bounds().lower();
  const double upper = column.bounds().upper();
  const bool numeric = type == ValueType::kInt64 || type == ValueType::kFloat64;
  if (!numeric)
    return Wrong(path, "only numbers and dates have bounds", "remove bounds, or change the type");
  if (!std::isfinite(lower) || !std::isfinite(upper)) {
    return Wrong(path, "is not finite", "declare two finite numbers");
  }
  if (lower > upper) {
    return Wrong(path, absl::StrCat("lower ", lower, " is above upper ", upper), "swap them");
  }
  const bool whole = std::floor(lower) == lower && std::floor(upper) == upper;
  if (type == ValueType::kInt64 && !whole) {
    return Wrong(path, "an integer column needs whole bounds", "round them outward");
  }
  const double magnitude = std::max(std::fabs(lower), std::fabs(upper));
  if (magnitude > 1e150 || (type == ValueType::kInt64 && magnitude > 9e18)) {
    return Wrong(path, "is wider than we can add up exactly", "declare bounds people really have");
  }
  return ValueBounds{lower, upper};
}

absl::Status ReadValues(const v1::Column& column, const std::string& path, ColumnSchema& read) {
  if (column.values_size() > kPublicValuesMax) {
    return Wrong(path, absl::StrCat("has more than ", kPublicValuesMax, " values"), "list fewer");
  }
  std::set<Value> seen;
  for (int i = 0; i < column.values_size(); ++i) {
    const std::string at = absl::StrCat(path, "[", i, "]");
    absl::StatusOr<Value> value = ReadScalar(column.values(i));
    if (!value.ok()) return Wrong(at, std::string(value.status().message()), "mend the value");
    if (IsNull(*value)) {
      return Wrong(at, "is NULL", "leave it out; a nullable column has NULL as a key of its own");
    }
    const bool widen = read.type == ValueType::kFloat64 && std::holds_alternative<int64_t>(*value);
    if (widen) value = Value(static_cast<double>(std::get<int64_t>(*value)));
    if (TypeOf(*value) != read.type || read.type == ValueType::kFloat64) {
      return Wrong(at, absl::StrCat("is not a ", std::string(TypeName(read.type)), " key"),
                   "public keys are text, integer, boolean or date, of the column's own type");
    }
    if (!seen.insert(*value).second) return Wrong(at, "stands twice", "list each value once");
    read.public_values.push_back(*std::move(value));
  }
  return absl::OkStatus();
}

absl::StatusOr<ColumnSchema> ReadColumn(const v1::Column& column, const std::string& path) {
  ColumnSchema read;
  read.name = column.name();
  if (!IsIdentifier(read.name)) {
    return Wrong(path, "is not a column name of at most 63 printable ASCII characters",
                 "rename it");
  }
  read.nullable = column.nullable();
  TACIT_ASSIGN_OR_RETURN(read.type, ReadType(column, path));
  if (column.has_bounds()) {
    TACIT_ASSIGN_OR_RETURN(read.bounds, ReadBounds(column, read.type, path + ".bounds"));
  }
  TACIT_RETURN_IF_ERROR(ReadValues(column, path + ".values", read));
  return read;
}

absl::Status ReadLimits(const v1::Table& table, const std::string& path, TableSchema& read) {
  const auto in_range = [](int64_t limit) { return limit >= 1 && limit <= kContributionMax; };
  const std::string fix =
      absl::StrCat("declare how much of one person may count, 1 to ", kContributionMax);
  if (!in_range(table.max_groups_per_unit())) {
    return Wrong(path + ".max_groups_per_unit", "is missing or out of range", fix);
  }
  if (!in_range(table.max_rows_per_group())) {
    return Wrong(path + ".max_rows_per_group", "is missing or out of range", fix);
  }
  read.limits = {table.max_groups_per_unit(), table.max_rows_per_group()};
  return absl::OkStatus();
}

absl::Status ReadUnit(const v1::Table& table, const std::string& path, TableSchema& read) {
  const bool has_limits = table.max_groups_per_unit() != 0 || table.max_rows_per_group() != 0;
  switch (table.unit_case()) {
    case v1::Table::kUnitColumn: {
      for (size_t i = 0; i < read.columns.size(); ++i) {
        if (read.columns[i].name == table.unit_column()) read.unit_column = static_cast<int>(i);
      }
      if (!read.unit_column.has_value()) {
        return Wrong(path + ".unit",
                     absl::StrCat("column \"", table.unit_column(), "\" is not declared"),
                     "declare it among the columns");
      }
      const ColumnSchema& unit = read.columns[static_cast<size_t>(*read.unit_column)];
      const bool named = unit.type == ValueType::kInt64 || unit.type == ValueType::kText;
      if (!named || unit.nullable || !unit.public_values.empty()) {
        return Wrong(path + ".unit",
                     "must be an integer or text column, not nullable, without values",
                     "a person's id is never NULL and never a group key");
      }
      return ReadLimits(table, path, read);
    }
    case v1::Table::kUnitIsRow:
    case v1::Table::kIsPublic: {
      const bool set = table.unit_is_row() || table.is_public();
      if (!set) break;
      if (has_limits) {
        return Wrong(path + ".max_groups_per_unit", "has no meaning without a unit column",
                     "remove the contribution limits; a row counts once");
      }
      read.is_public = table.is_public();
      read.limits = {1, 1};
      return absl::OkStatus();
    }
    case v1::Table::UNIT_NOT_SET:
      break;
  }
  return Wrong(
      path + ".unit", "is missing",
      "say what one person is: unit = \"row\", unit = { column = \"...\" } or public = true");
}

absl::Status ReadPartition(const v1::Table& table, const std::string& path, TableSchema& read) {
  for (const std::string& name : table.partition_columns()) {
    const std::string at = absl::StrCat(path, ".partition_columns.", name);
    const ColumnSchema* column = read.FindColumn(name);
    if (column == nullptr) return Wrong(at, "is not declared", "declare it among the columns");
    if (column->nullable || column->public_values.empty()) {
      return Wrong(at, "is nullable or has no values",
                   "partition by columns that are never NULL and whose values are listed");
    }
    const int index = static_cast<int>(column - read.columns.data());
    if (std::count(read.partition_columns.begin(), read.partition_columns.end(), index) > 0) {
      return Wrong(at, "stands twice", "keep one");
    }
    read.partition_columns.push_back(index);
  }
  if (read.partition_columns.empty()) return absl::OkStatus();
  if (read.is_public) {
    return Wrong(path + ".partition_columns", "nobody is in a public table", "remove them");
  }
  const int64_t cells = CellCount(read);
  if (cells >= 2 && cells <= kCellsMax) return absl::OkStatus();
  return Wrong(path + ".partition_columns",
               absl::StrCat("make less than two or more than ", kCellsMax, " cells"),
               "partition by fewer columns or values");
}

absl::StatusOr<TableSchema> ReadTable(const v1::Table& table) {
  const std::string path = absl::StrCat("tables.", table.name());
  TableSchema read;
  read.name = table.name();
  if (!IsIdentifier(read.name)) {
    return Wrong("tables", "a table name is empty, too long or not printable ASCII", "rename it");
  }
  if (table.columns_size() == 0) return Wrong(path + ".columns", "is empty", "declare the columns");
  std::set<std::string> names;
  for (const v1::Column& column : table.columns()) {
    const std::string at = absl::StrCat(path, ".columns.", column.name());
    TACIT_ASSIGN_OR_RETURN(ColumnSchema read_column, ReadColumn(column, at));
    if (!names.insert(read_column.name).second) return Wrong(at, "stands twice", "keep one");
    read.columns.push_back(std::move(read_column));
  }
  read.drop_invalid_rows = table.invalid_rows() == v1::Table::INVALID_ROWS_DROP;
  if (table.invalid_rows() == v1::Table::INVALID_ROWS_UNSPECIFIED) {
    return Wrong(path + ".invalid_rows", "is missing", "say \"refuse\" or \"drop\"");
  }
  TACIT_RETURN_IF_ERROR(ReadUnit(table, path, read));
  TACIT_RETURN_IF_ERROR(ReadPartition(table, path, read));
  return read;
}

// One budget covers one kind of unit. Several private tables must name the same people by a column
// of one type; a row of one table and a row of another are different units, and cannot share a
// lineage.
absl::Status CheckOneUnit(const DatasetSchema& schema) {
  const TableSchema* first = nullptr;
  for (const TableSchema& table : schema.tables) {
    if (table.is_public) continue;
    const std::string path = absl::StrCat("tables.", table.name, ".unit");
    if (first == nullptr) {
      first = &table;
    } else if (!first->unit_column.has_value() || !table.unit_column.has_value()) {
      return Wrong(path, absl::StrCat("differs from the unit of table ", first->name),
                   "name the same people by a column in both, or declare two datasets");
    } else if (first->columns[static_cast<size_t>(*first->unit_column)].type !=
               table.columns[static_cast<size_t>(*table.unit_column)].type) {
      return Wrong(path, absl::StrCat("has another type than the unit of table ", first->name),
                   "use one type of id for one kind of person");
    }
  }
  return absl::OkStatus();
}

// A person's cell is what one table says of him. Two tables, or two datasets of the same people,
// could say different things, which nothing here could see.
absl::Status ReadCells(const DatasetSchema& schema, LineageTerms& terms) {
  for (const TableSchema& table : schema.tables) {
    if (table.partition_columns.empty()) continue;
    const std::string path = absl::StrCat("tables.", table.name, ".partition_columns");
    if (!terms.partition.columns.empty()) {
      return Wrong(path, "a second table is partitioned", "partition the people by one table");
    }
    if (!terms.lineage.value().empty() && terms.lineage.value() != schema.id.value()) {
      return Wrong(path, "datasets of the same people cannot be partitioned",
                   "remove them, or declare the tables in one dataset");
    }
    terms.partition = {PartitionText(table), CellCount(table)};
  }
  return absl::OkStatus();
}

// What may never change: which column, or the row, is one person in each private table.
std::string UnitText(const DatasetSchema& schema) {
  std::set<std::string> parts;
  for (const TableSchema& table : schema.tables) {
    if (table.is_public) continue;
    const bool by_row = !table.unit_column.has_value();
    parts.insert(by_row
                     ? absl::StrCat(table.name, ":row")
                     : absl::StrCat(table.name, ".",
                                    table.columns[static_cast<size_t>(*table.unit_column)].name));
  }
  std::string text;
  for (const std::string& part : parts) absl::StrAppend(&text, text.empty() ? "" : " ", part);
  return text;
}

}  // namespace

absl::StatusOr<DatasetId> ParseDatasetName(const std::string& name) {
  constexpr absl::string_view kPrefix = "datasets/";
  const std::string id =
      absl::StartsWith(name, kPrefix) ? name.substr(kPrefix.size()) : std::string();
  if (!IsDatasetName(id)) {
    return Refuse(Reason::kRequest, "the dataset's name is not of the form datasets/NAME",
                  {.fix = "use lower case letters, digits and \"-\"", .field = "dataset"});
  }
  return DatasetId(id);
}

absl::StatusOr<ReadPolicy> ReadPolicyMessage(const v1::Policy& policy) {
  ReadPolicy read;
  if (!IsDatasetName(policy.dataset())) {
    return Wrong("dataset", "is missing or not a name of lower case letters, digits and \"-\"",
                 "name the dataset, e.g. dataset = \"fair\"");
  }
  read.schema.id = DatasetId(policy.dataset());
  read.terms.dataset = read.schema.id;
  TACIT_RETURN_IF_ERROR(CheckSource(policy.source()));
  read.source = policy.source();
  TACIT_ASSIGN_OR_RETURN(read.terms.filter, ReadFilter(policy.filter()));
  read.schema.counts_delta = read.terms.filter != Filter::kPure;
  std::set<std::string> names;
  bool any_private = false;
  for (const v1::Table& table : policy.tables()) {
    TACIT_ASSIGN_OR_RETURN(TableSchema read_table, ReadTable(table));
    if (!names.insert(read_table.name).second) {
      return Wrong(absl::StrCat("tables.", read_table.name), "stands twice", "keep one");
    }
    any_private = any_private || !read_table.is_public;
    read.schema.tables.push_back(std::move(read_table));
  }
  if (!any_private) return Wrong("tables", "no private table is declared", "declare one");
  TACIT_RETURN_IF_ERROR(CheckOneUnit(read.schema));
  TACIT_RETURN_IF_ERROR(ReadBudgets(policy, read.terms));
  if (!policy.lineage().empty() && !IsDatasetName(policy.lineage())) {
    return Wrong("lineage", "is no dataset's name", "name the first dataset of the same people");
  }
  read.terms.lineage = LineageId(policy.lineage());
  read.terms.privacy_unit = UnitText(read.schema);
  TACIT_RETURN_IF_ERROR(ReadCells(read.schema, read.terms));
  return read;
}

}  // namespace tacit
