// What is public about a dataset: tables, columns, bounds, keys and limits, as the curator declared
// them.
#ifndef TACIT_ENGINE_PLAN_NODES_SCHEMA_H_
#define TACIT_ENGINE_PLAN_NODES_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accountant/ids.h"
#include "engine/plan/nodes/value.h"

namespace tacit {

// Declared, inclusive, finite, lower <= upper; of a date in days since 1970. Public by
// construction.
struct ValueBounds {
  double lower = 0;
  double upper = 0;
  friend bool operator==(const ValueBounds&, const ValueBounds&) = default;
};

struct ColumnSchema {
  std::string name;
  ValueType type = ValueType::kInt64;
  bool nullable = false;
  std::optional<ValueBounds> bounds;  // numbers and dates only
  // Public group keys in declared order, without NULL; empty: this column cannot be a public key.
  std::vector<Value> public_values;
};

// The most one unit may add to an answer. For a table whose unit is the row both are 1.
struct ContributionLimits {
  int64_t groups_per_unit_max = 0;          // l0, >= 1
  int64_t rows_per_group_and_unit_max = 0;  // >= 1
  friend bool operator==(const ContributionLimits&, const ContributionLimits&) = default;
};

struct TableSchema {
  std::string name;
  std::vector<ColumnSchema> columns;
  bool is_public = false;  // no privacy unit; rows may be known to anyone
  std::optional<int>
      unit_column;            // index into columns; nullopt in a private table: the unit is the row
  ContributionLimits limits;  // unused in public tables
  bool drop_invalid_rows =
      false;  // ingestion drops and counts bad rows instead of refusing the table
  // Columns with public values, never NULL, in which each unit has one value for ever: see
  // partition.h. Of one table of a dataset at most; empty: no cells.
  std::vector<int> partition_columns;

  const ColumnSchema* FindColumn(std::string_view column) const {
    for (const ColumnSchema& candidate : columns) {
      if (candidate.name == column) return &candidate;
    }
    return nullptr;
  }
};

struct DatasetSchema {
  DatasetId id;
  PolicyVersion policy_version;
  bool counts_delta = true;  // false: the dataset's filter is pure and admits nothing with a delta
  std::vector<TableSchema> tables;

  const TableSchema* FindTable(std::string_view table) const {
    for (const TableSchema& candidate : tables) {
      if (candidate.name == table) return &candidate;
    }
    return nullptr;
  }
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_SCHEMA_H_
