// The waist: which sums of which features are taken per group, and how one unit's part in them is
// bounded. Everything below yields owned rows; everything the guarantee rests on is stated here and
// certified.
#ifndef TACIT_ENGINE_PLAN_NODES_MEASURE_H_
#define TACIT_ENGINE_PLAN_NODES_MEASURE_H_

#include <string>
#include <vector>

#include "accountant/loss/units.h"
#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/plan_node.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// One public group key: rows whose value is not listed belong to no group and are dropped.
struct GroupKey {
  std::string name;
  ExpressionPtr expression;   // over the scan's columns
  std::vector<Value> values;  // distinct; NULL last when the column is nullable
};

// A numeric column of the waist. kOne is the constant 1 of every row; kNotNull is 1 where the
// expression is not NULL and 0 elsewhere; kValue is the number itself, NULL contributing nothing.
enum class FeatureKind { kOne, kNotNull, kValue };

struct Feature {
  FeatureKind kind = FeatureKind::kOne;
  ExpressionPtr expression;  // null for kOne
};

// How one unit's part in one group is bounded before it enters the sum.
//   kRows:      the unit keeps at most rows_per_group_and_unit_max rows, each clipped to `bounds`.
//   kUnitTotal: any number of rows; the unit's own total is clipped to `bounds`.
enum class Bounding { kRows, kUnitTotal };

// One private sum a group. The planner proposes; Certify re-derives sensitivity, scale and cost.
struct Statistic {
  std::string name;  // canonical, e.g. "sum(age)" or "count(*)"; shown to the analyst
  int feature = 0;   // index into MeasureNode::features
  Bounding bounding = Bounding::kRows;
  ValueBounds bounds;    // of what enters the sum, before `centre` is subtracted
  double centre = 0;     // each row enters as value - centre; smaller sensitivity for means
  bool integral = true;  // the feature is an integer, so a grid of 1 is exact
  Epsilon epsilon;       // the share of the query's budget
};

struct MeasureNode {
  PlanNode input;
  std::vector<GroupKey> keys;  // empty: one group, always returned
  std::vector<Feature> features;
  std::vector<Statistic> statistics;
  ContributionLimits limits;  // of the table, tightened by the number of groups
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_MEASURE_H_
