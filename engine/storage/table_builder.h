// Rows in any order -> a Table in unit and content order. The reference for every other store.
//
// A table with a unit column is a function of the set of rows alone: two builds from the same rows
// in any order are equal byte by byte. Where the unit is the row, rows keep the order they came in;
// each is a unit of its own with one row, so no bounding choice is ever made and exact sums do not
// see the order.
#ifndef TACIT_ENGINE_STORAGE_TABLE_BUILDER_H_
#define TACIT_ENGINE_STORAGE_TABLE_BUILDER_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/storage/cell_view.h"
#include "engine/storage/table.h"

namespace tacit {

class TableBuilder {
 public:
  // A unit column that is neither integer nor text is refused (kPolicyInvalid) by every later call.
  explicit TableBuilder(TableSchema schema);
  ~TableBuilder();

  // Adds one row, values as the schema's columns. Checked here, whatever the source: NULL in the
  // unit column or in a column not nullable, a value of another type (an integer in a real column
  // is widened when exact), NaN and infinities, text that is not UTF-8 or holds NUL, -0.0 (stored
  // as 0.0). Errors: kSourceInvalid, naming row number, column and what is wrong; the table keeps
  // no such row. With schema.drop_invalid_rows the row is counted and skipped instead.
  absl::Status AddRow(absl::Span<const Value> values);
  // The same, checks included, for readers that would rather lend their cells than copy them.
  absl::Status AddCells(absl::Span<const CellView> cells);

  int64_t dropped_rows() const;

  // Sorts and encodes. The builder is empty afterwards. Errors: kSourceInvalid when there are more
  // units than a batch can tag.
  absl::StatusOr<TablePtr> Build();

 private:
  struct Columns;
  std::unique_ptr<Columns> columns_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_TABLE_BUILDER_H_
