// A node of the row-local part of a plan: what execute runs below the measure.
#ifndef TACIT_ENGINE_PLAN_NODES_PLAN_NODE_H_
#define TACIT_ENGINE_PLAN_NODES_PLAN_NODE_H_

#include <memory>
#include <variant>

namespace tacit {

struct ScanNode;
struct FilterNode;

// Owned children, shared so that plans can be copied and digested as plain data.
using PlanNode = std::variant<std::shared_ptr<const ScanNode>, std::shared_ptr<const FilterNode>>;

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_PLAN_NODE_H_
