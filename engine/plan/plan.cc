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

absl::Status TooLarge(const std::string& what, const std::string& limit) {
  return Refuse(Reason::kLimit, absl::StrCat("the answer would have too many ", what),
                {.fix = "group by fewer columns or ask for fewer aggregates", .limit = limit});
}

// The size of the answer, worst case, from the query and the policy alone.
absl::Status CheckAnswerSize(const BoundQuery& query, int64_t groups) {
  if (groups * static_cast<int64_t>(query.statistics.size()) > kSumsMax) {
    return TooLarge("noised sums", "sums");
  }
  int64_t cell_bytes = 64;  // a number with its interval, in the message
  for (const GroupKey& key : query.keys) {
    for (const Value& value : key.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text != nullptr)
        cell_bytes = std::max(cell_bytes, 16 + static_cast<int64_t>(text->size()));
    }
  }
  const auto columns = static_cast<int64_t>(query.present.columns.size());
  if (columns > kAnswerBytesMax / cell_bytes / groups) return TooLarge("bytes", "answer_bytes");
  const int64_t nodes_max = kAnswerNodesMax / groups;
  int64_t nodes = 0;
  const auto add = [&](const ExpressionPtr& expression) {
    if (expression != nullptr && nodes <= nodes_max) nodes += TreeSize(*expression, nodes_max);
  };
  for (const OutputColumn& column : query.present.columns) add(column.expression);
  for (const SortKey& key : query.present.sort) add(key.expression);
  add(query.present.having);
  return nodes <= nodes_max ? absl::OkStatus() : TooLarge("expressions", "answer_nodes");
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
  TACIT_RETURN_IF_ERROR(CheckAnswerSize(query, groups));
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
