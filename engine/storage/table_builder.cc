#include "engine/storage/table_builder.h"

#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/nodes/partition.h"
#include "engine/storage/column_builder.h"
#include "engine/storage/row_order.h"

namespace tacit {
namespace {

// Batches tag rows with 32-bit unit numbers.
constexpr uint64_t kUnitsMax = std::numeric_limits<uint32_t>::max();

absl::Status CheckUnitColumn(const TableSchema& schema) {
  if (!schema.unit_column.has_value()) return absl::OkStatus();
  TACIT_CHECK(*schema.unit_column >= 0 &&
              *schema.unit_column < static_cast<int>(schema.columns.size()));
  const ColumnSchema& unit = schema.columns[*schema.unit_column];
  if (unit.type == ValueType::kInt64 || unit.type == ValueType::kText) return absl::OkStatus();
  return Refuse(Reason::kPolicyInvalid,
                absl::StrCat("table \"", schema.name, "\": the unit column \"", unit.name, "\" is ",
                             std::string(TypeName(unit.type))),
                {.fix = "declare an integer or text column as the privacy unit"});
}

// What a table in memory keeps alive.
struct TableStorage {
  std::vector<ColumnStorage> columns;
  std::vector<uint64_t> unit_offsets;
  ColumnStorage unit_ids;
};

// The id of each unit, read off its first row. A text unit shares the dictionary of its column.
ColumnArray UnitIds(const ColumnArray& column, TableStorage& storage) {
  const size_t unit_count = storage.unit_offsets.size() - 1;
  ColumnStorage& ids = storage.unit_ids;
  ids.type = column.type;
  for (size_t u = 0; u < unit_count; ++u) {
    const uint64_t row = storage.unit_offsets[u];
    if (column.type == ValueType::kText) {
      ids.codes.push_back(column.codes[row]);
    } else {
      ids.integers.push_back(column.integers[row]);
    }
  }
  ColumnArray view = ids.View();
  view.dictionary = column.dictionary;
  return view;
}

// The values that a partition column may hold; empty of any other column.
std::vector<std::set<Value>> ListedValues(const TableSchema& schema) {
  std::vector<std::set<Value>> listed(schema.columns.size());
  for (const PartitionKey& key : PartitionOf(schema)) {
    listed[static_cast<size_t>(key.column)] = {key.values.begin(), key.values.end()};
  }
  return listed;
}

bool IsListed(const std::set<Value>& listed, const CellView& cell) {
  if (cell.kind == CellView::Kind::kBool) return listed.contains(Value(cell.boolean));
  if (cell.kind == CellView::Kind::kInteger) return listed.contains(Value(cell.integer));
  return listed.contains(Value(std::string(cell.text)));
}

// All rows of a unit must name one cell: only then is a person counted in one alone.
absl::Status CheckOneCell(const Table& table) {
  for (const int index : table.schema.partition_columns) {
    const ColumnArray& column = table.columns[static_cast<size_t>(index)];
    const auto same = [&](uint64_t a, uint64_t b) {
      if (column.type == ValueType::kText) return column.codes[a] == column.codes[b];
      if (column.type == ValueType::kBool) return column.booleans[a] == column.booleans[b];
      return column.integers[a] == column.integers[b];
    };
    for (size_t unit = 0; unit + 1 < table.unit_offsets.size(); ++unit) {
      const uint64_t first = table.unit_offsets[unit];
      for (uint64_t row = first + 1; row < table.unit_offsets[unit + 1]; ++row) {
        if (same(first, row)) continue;
        const std::string& name = table.schema.columns[static_cast<size_t>(index)].name;
        return Refuse(
            Reason::kSourceInvalid,
            absl::StrCat("table \"", table.schema.name, "\", column \"", name,
                         "\": a unit has rows of several cells"),
            {.fix = "give all rows of a person one value, for ever the same", .field = name});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

struct TableBuilder::Columns {
  explicit Columns(TableSchema table_schema)
      : schema(std::move(table_schema)), listed(ListedValues(schema)) {
    Reset();
  }

  void Reset() {
    columns.clear();
    for (size_t i = 0; i < schema.columns.size(); ++i) {
      columns.emplace_back(schema.columns[i], schema.unit_column == static_cast<int>(i));
    }
    row_count = 0;
    rows_seen = 0;
    dropped_rows = 0;
  }

  absl::Status RefuseRow(size_t column, std::string_view problem) const {
    return Refuse(Reason::kSourceInvalid,
                  absl::StrCat("table \"", schema.name, "\", row ", rows_seen, ", column \"",
                               schema.columns[column].name, "\": ", std::string(problem)),
                  {.fix = "correct the row, or set invalid_rows = \"drop\" in the policy",
                   .field = schema.columns[column].name});
  }

  // As ColumnBuilder::Check.
  std::string Check(size_t column, const CellView& cell) {
    std::string problem = columns[column].Check(cell);
    if (!problem.empty() || listed[column].empty() || IsListed(listed[column], cell)) {
      return problem;
    }
    return "a value that the policy does not list, in a partition column";
  }

  const TableSchema schema;
  const std::vector<std::set<Value>> listed;  // by column
  std::vector<ColumnBuilder> columns;
  std::vector<CellView> cells;  // scratch of AddRow
  int64_t row_count = 0;
  int64_t rows_seen = 0;
  int64_t dropped_rows = 0;
};

TableBuilder::TableBuilder(TableSchema schema)
    : columns_(std::make_unique<Columns>(std::move(schema))) {}

TableBuilder::~TableBuilder() = default;

absl::Status TableBuilder::AddRow(absl::Span<const Value> values) {
  columns_->cells.clear();
  for (const Value& value : values) columns_->cells.push_back(CellView::Of(value));
  return AddCells(columns_->cells);
}

absl::Status TableBuilder::AddCells(absl::Span<const CellView> cells) {
  std::vector<ColumnBuilder>& columns = columns_->columns;
  TACIT_CHECK(cells.size() == columns.size());
  if (columns_->rows_seen == 0) TACIT_RETURN_IF_ERROR(CheckUnitColumn(columns_->schema));
  ++columns_->rows_seen;
  // All cells are checked before any is added, so that a bad row leaves nothing behind.
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string problem = columns_->Check(i, cells[i]);
    if (problem.empty()) continue;
    if (!columns_->schema.drop_invalid_rows) return columns_->RefuseRow(i, problem);
    ++columns_->dropped_rows;
    return absl::OkStatus();
  }
  for (size_t i = 0; i < cells.size(); ++i) columns[i].Append(cells[i]);
  ++columns_->row_count;
  return absl::OkStatus();
}

int64_t TableBuilder::dropped_rows() const { return columns_->dropped_rows; }

absl::StatusOr<TablePtr> TableBuilder::Build() {
  const TableSchema& schema = columns_->schema;
  TACIT_RETURN_IF_ERROR(CheckUnitColumn(schema));
  auto storage = std::make_shared<TableStorage>();
  auto table = std::make_shared<Table>();
  table->schema = schema;
  table->row_count = columns_->row_count;
  table->unit_count = columns_->row_count;

  for (ColumnBuilder& column : columns_->columns) column.SortDictionary();
  if (schema.unit_column.has_value()) {
    storage->unit_offsets = SortByUnit(columns_->columns, *schema.unit_column, columns_->row_count);
    table->unit_count = static_cast<int64_t>(storage->unit_offsets.size()) - 1;
    table->unit_offsets = storage->unit_offsets;
  }
  for (ColumnBuilder& column : columns_->columns) storage->columns.push_back(column.Finish());
  columns_->Reset();
  if (static_cast<uint64_t>(table->unit_count) >= kUnitsMax) {
    return Refuse(Reason::kSourceInvalid,
                  absl::StrCat("table \"", schema.name, "\": more than ", kUnitsMax - 1, " units"),
                  {.fix = "split the dataset"});
  }
  for (const ColumnStorage& column : storage->columns) table->columns.push_back(column.View());
  if (schema.unit_column.has_value()) {
    table->unit_ids = UnitIds(table->columns[*schema.unit_column], *storage);
  }
  table->keep_alive = std::move(storage);
  TACIT_RETURN_IF_ERROR(CheckOneCell(*table));
  return table;
}

}  // namespace tacit
