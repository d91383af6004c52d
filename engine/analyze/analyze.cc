#include "engine/analyze/analyze.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/bind.h"
#include "engine/analyze/parameters.h"
#include "engine/analyze/suggest.h"

namespace tacit {
namespace {

absl::StatusOr<const TableSchema*> FindTable(const TableReference& from,
                                             const DatasetSchema& schema) {
  const TableSchema* table = schema.FindTable(from.name);
  if (table == nullptr) {
    std::vector<std::string> names;
    for (const TableSchema& candidate : schema.tables) names.push_back(candidate.name);
    return Refuse(Reason::kUnknownTable, absl::StrCat("there is no table ", from.name),
                  {.fix = SuggestFix(from.name, "table", names), .position = from.position});
  }
  if (table->is_public) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("the table ", from.name, " is public and not answered with noise"),
                  {.fix = "query it from its source; joins with public tables come later",
                   .position = from.position});
  }
  return table;
}

}  // namespace

absl::StatusOr<BoundQuery> Analyze(const SelectStatement& statement, const DatasetSchema& schema,
                                   const std::vector<Value>& parameters) {
  Parameters values(parameters);
  TACIT_RETURN_IF_ERROR(values.CheckValues());
  TACIT_ASSIGN_OR_RETURN(const TableSchema* table, FindTable(statement.from, schema));
  TACIT_RETURN_IF_ERROR(CheckAsksAggregate(statement));
  QueryBinder binder(statement, *table, values);
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
