// Names to meaning: a statement and a schema -> a bound query, or a refusal with position and fix.
#ifndef TACIT_ENGINE_ANALYZE_ANALYZE_H_
#define TACIT_ENGINE_ANALYZE_ANALYZE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"
#include "engine/plan/nodes/query_plan.h"

namespace tacit {

// A statement whose names are resolved, types checked and bounds inferred; not yet split or
// certified. Depends on text, parameters and public schema alone.
struct BoundQuery {
  const TableSchema* table = nullptr;  // points into the schema given to Analyze
  std::vector<int> scan_columns;       // indices into table->columns, ascending
  ExpressionPtr where;                 // null: none
  std::vector<GroupKey> keys;
  std::vector<int> private_key_positions;  // in the SQL text, of the private ones of `keys`
  std::vector<Feature> features;           // distinct
  std::vector<Statistic> statistics;       // distinct; `epsilon` unset until Plan
  PresentNode present;
};

// `parameters` bind $1, $2, ... by position.
absl::StatusOr<BoundQuery> Analyze(const SelectStatement& statement, const DatasetSchema& schema,
                                   const std::vector<Value>& parameters);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_ANALYZE_H_
