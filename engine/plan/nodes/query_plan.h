// A whole query as plain data: rows below, the measure at the waist, presentation above.
#ifndef TACIT_ENGINE_PLAN_NODES_QUERY_PLAN_H_
#define TACIT_ENGINE_PLAN_NODES_QUERY_PLAN_H_

#include "engine/plan/nodes/filter.h"
#include "engine/plan/nodes/measure.h"
#include "engine/plan/nodes/present.h"
#include "engine/plan/nodes/scan.h"

namespace tacit {

struct QueryPlan {
  DatasetId dataset;
  PolicyVersion policy_version;
  MeasureNode measure;
  PresentNode present;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_QUERY_PLAN_H_
