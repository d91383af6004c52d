// The waist: which sums of which features are taken per group, and how one unit's part in them is
// bounded. Everything below yields owned rows; everything the guarantee rests on is stated here and
// certified.
#ifndef TACIT_ENGINE_PLAN_NODES_MEASURE_H_
#define TACIT_ENGINE_PLAN_NODES_MEASURE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accountant/loss/units.h"
#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/plan_node.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// One group key. Public: every listed value is a group whatever the data, and rows of no listed
// value belong to no group and are dropped. Private: the groups are those the data has, and which
// of them are shown is decided with noise.
struct GroupKey {
  std::string name;
  ExpressionPtr expression;   // over the scan's columns
  std::vector<Value> values;  // distinct, NULL last when it can occur; empty: the key is private
  bool is_private() const { return values.empty(); }
};

// A column of the waist. kOne is the constant 1 of every row; kNotNull is 1 where the expression is
// not NULL and 0 elsewhere; kValue is the value itself, NULL contributing nothing.
enum class FeatureKind { kOne, kNotNull, kValue };

struct Feature {
  FeatureKind kind = FeatureKind::kOne;
  ExpressionPtr expression;  // null for kOne
};

// How one unit's part in one group is bounded before it enters the sum.
//   kRows:      the unit keeps at most rows_per_group_and_unit_max rows, each clipped to `bounds`.
//   kUnitTotal: any number of rows; the unit's own total is clipped to `bounds`.
enum class Bounding { kRows, kUnitTotal };

// What is taken of a group's rows.
//   kSum:      the sum of the feature.
//   kDistinct: the number of different values; each unit keeps at most
//              rows_per_group_and_unit_max of them a group.
//   kQuantile: the cell of a public grid that divides the rows as asked, chosen with noise from a
//              histogram to which each unit adds at most rows_per_group_and_unit_max rows.
enum class MeasureKind { kSum, kDistinct, kQuantile };

// A share of the rows: numerator / denominator, from 0 to 1.
struct Quantile {
  int64_t numerator = 0;
  int64_t denominator = 0;
  friend bool operator==(const Quantile&, const Quantile&) = default;
};

// One private number a group. The planner proposes; Certify re-derives sensitivity, noise and cost.
struct Statistic {
  std::string name;  // canonical, e.g. "sum(age)" or "count(*)"; shown to the analyst
  MeasureKind kind = MeasureKind::kSum;
  int feature = 0;  // index into MeasureNode::features
  Bounding bounding = Bounding::kRows;
  ValueBounds bounds;    // of what enters the sum, before `centre` is subtracted
  double centre = 0;     // each row enters as value - centre; smaller sensitivity for means
  bool integral = true;  // the feature is an integer, so a grid of 1 is exact
  Quantile quantile;     // kQuantile alone
  // The share of the query's epsilon. Under Gaussian noise: of the square of its mu.
  Epsilon epsilon;
};

// The noise of all sums of one query.
enum class NoiseKind { kLaplace, kGaussian };

// How groups with a private key are chosen.
struct GroupSelection {
  // The statistic whose noised value decides, shown with its key at no further epsilon; -1: a
  // truncated geometric selection of its own.
  int count = -1;
  Epsilon epsilon;  // of a selection of its own
  Delta delta;
};

struct MeasureNode {
  PlanNode input;
  std::vector<GroupKey> keys;  // empty: one group, always returned
  std::vector<Feature> features;
  std::vector<Statistic> statistics;
  ContributionLimits limits;  // of the table, tightened by the number of groups
  // Sample-and-aggregate: the units fall into so many disjoint blocks, and what is bounded and
  // measured are the blocks' own answers. 0: the units themselves.
  int64_t blocks = 0;
  // The cells, ascending, whose units are measured (partition.h): all others are left out by the
  // core and not charged. Empty: all.
  std::vector<int64_t> cells;
  NoiseKind noise = NoiseKind::kLaplace;
  Delta noise_delta;                        // of Gaussian noise, all sums together
  std::optional<GroupSelection> selection;  // set when a key is private
  int64_t groups_released_max = 1;          // later groups in key order are left out
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_MEASURE_H_
