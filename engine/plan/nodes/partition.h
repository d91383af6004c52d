// The cells of a partitioned table: which disjoint parts of its people a policy declares.
//
// A cell is one value of each partition column; cells are numbered in mixed radix over the columns
// by name and their values in ascending order, the last column fastest. So neither the order of
// columns nor of values in a policy moves a number.
#ifndef TACIT_ENGINE_PLAN_NODES_PARTITION_H_
#define TACIT_ENGINE_PLAN_NODES_PARTITION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/plan/nodes/schema.h"

namespace tacit {

inline constexpr int64_t kCellsMax = 4096;

struct PartitionKey {
  int column = 0;             // index into TableSchema::columns
  std::vector<Value> values;  // ascending, without NULL
  int64_t stride = 1;         // how far apart cells of neighbouring values are numbered
};

// Empty where the table is not partitioned.
std::vector<PartitionKey> PartitionOf(const TableSchema& table);

// 1 where the table is not partitioned; kCellsMax + 1 stands for more than kCellsMax.
int64_t CellCount(const TableSchema& table);

// Canonical: table, columns and values; empty where the table is not partitioned.
std::string PartitionText(const TableSchema& table);

// For people, e.g. "sex" = 'Male', "region" = 2.
std::string CellText(const TableSchema& table, int64_t cell);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_PARTITION_H_
