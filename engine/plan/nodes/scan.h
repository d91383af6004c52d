// Reads named columns of one private table, rows tagged with their unit, in unit order.
// Example: SELECT AVG(age) FROM survey scans {age}.
#ifndef TACIT_ENGINE_PLAN_NODES_SCAN_H_
#define TACIT_ENGINE_PLAN_NODES_SCAN_H_

#include <string>
#include <vector>

#include "engine/plan/nodes/plan_node.h"

namespace tacit {

struct ScanNode {
  std::string table;
  std::vector<int> columns;  // indices into TableSchema::columns; kColumn index i means columns[i]
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_SCAN_H_
