#include "engine/plan/plan.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

absl::StatusOr<int64_t> CountGroups(const std::vector<GroupKey>& keys) {
  int64_t groups = 1;
  for (const GroupKey& key : keys) {
    const auto values = static_cast<int64_t>(key.values.size());
    TACIT_CHECK(values > 0);
    if (values > kGroupsMax / groups) {
      return Refuse(Reason::kLimit, absl::StrCat("the query has more than ", kGroupsMax, " groups"),
                    {.fix = "group by fewer columns", .limit = "groups"});
    }
    groups *= values;
  }
  return groups;
}

// The table's limits, tightened by what this query can reach.
ContributionLimits LimitsOf(const TableSchema& table, int64_t groups) {
  if (!table.unit_column.has_value()) return {1, 1};  // the unit is the row
  return {.groups_per_unit_max = std::min(table.limits.groups_per_unit_max, groups),
          .rows_per_group_and_unit_max = table.limits.rows_per_group_and_unit_max};
}

// Shares that add up to `epsilon` exactly: equal but for the remainder, a pico each to the first
// ones.
absl::Status SplitEpsilon(Epsilon epsilon, std::vector<Statistic>& statistics) {
  const auto count = static_cast<int64_t>(statistics.size());
  TACIT_CHECK(count > 0);
  if (epsilon.pico() < count) {
    return Refuse(Reason::kPrivacyParameter,
                  epsilon.pico() == 0
                      ? std::string("epsilon is 0")
                      : absl::StrCat("epsilon is too small for ", count, " noisy sums"),
                  {.fix = "give a larger epsilon", .field = "epsilon"});
  }
  const int64_t share = epsilon.pico() / count;
  const int64_t remainder = epsilon.pico() % count;
  for (int64_t i = 0; i < count; ++i) {
    statistics[i].epsilon = Epsilon::FromPico(share + (i < remainder ? 1 : 0));
  }
  return absl::OkStatus();
}

PlanNode RowsOf(const BoundQuery& query) {
  ScanNode scan{.table = query.table->name, .columns = query.scan_columns};
  PlanNode rows = std::make_shared<const ScanNode>(std::move(scan));
  if (query.where == nullptr) return rows;
  return std::make_shared<const FilterNode>(FilterNode{.input = rows, .predicate = query.where});
}

}  // namespace

absl::StatusOr<QueryPlan> Plan(const BoundQuery& query, const DatasetSchema& schema,
                               Epsilon epsilon) {
  TACIT_CHECK(query.table != nullptr && !query.table->is_public);
  TACIT_ASSIGN_OR_RETURN(const int64_t groups, CountGroups(query.keys));
  QueryPlan plan{.dataset = schema.id, .policy_version = schema.policy_version};
  plan.measure = {.input = RowsOf(query),
                  .keys = query.keys,
                  .features = query.features,
                  .statistics = query.statistics,
                  .limits = LimitsOf(*query.table, groups)};
  TACIT_RETURN_IF_ERROR(SplitEpsilon(epsilon, plan.measure.statistics));
  plan.present = query.present;
  return plan;
}

}  // namespace tacit
