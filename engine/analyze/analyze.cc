#include "engine/analyze/analyze.h"

#include <utility>

#include "accountant/status_macros.h"
#include "engine/analyze/bind.h"
#include "engine/analyze/from.h"
#include "engine/analyze/parameters.h"

namespace tacit {
absl::StatusOr<BoundQuery> Analyze(const SelectStatement& statement, const DatasetSchema& schema,
                                   const std::vector<Value>& parameters) {
  Parameters values(parameters);
  TACIT_RETURN_IF_ERROR(values.CheckValues());
  TACIT_ASSIGN_OR_RETURN(BoundRows rows, BindFrom(statement, schema, values));
  TACIT_RETURN_IF_ERROR(CheckAsksAggregate(statement));
  QueryBinder binder(statement, std::move(rows), values);
  TACIT_RETURN_IF_ERROR(binder.BindWhere());
  TACIT_RETURN_IF_ERROR(binder.BindKeys());
  TACIT_RETURN_IF_ERROR(binder.BindTargets());
  TACIT_RETURN_IF_ERROR(binder.BindHaving());
  TACIT_RETURN_IF_ERROR(binder.BindOrder());
  TACIT_RETURN_IF_ERROR(binder.BindLimits());
  TACIT_RETURN_IF_ERROR(binder.MeasureCalls());
  TACIT_RETURN_IF_ERROR(values.CheckAllUsed());
  return binder.Take();
}

}  // namespace tacit
