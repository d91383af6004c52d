// Keeps the rows for which a predicate is true (not false, not NULL).
// Example: WHERE age >= 40 AND educ IS NOT NULL.
#ifndef TACIT_ENGINE_PLAN_NODES_FILTER_H_
#define TACIT_ENGINE_PLAN_NODES_FILTER_H_

#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/plan_node.h"

namespace tacit {

struct FilterNode {
  PlanNode input;
  ExpressionPtr predicate;  // type kBool
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_FILTER_H_
