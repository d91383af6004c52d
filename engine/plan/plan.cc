#include "engine/plan/plan.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/cells.h"

namespace tacit {
namespace {

// The number of public groups; 0 when a key is private.
absl::StatusOr<int64_t> CountGroups(const std::vector<GroupKey>& keys) {
  int64_t groups = 1;
  bool is_private = false;
  for (const GroupKey& key : keys) {
    is_private = is_private || key.is_private();
    const auto values = std::max<int64_t>(static_cast<int64_t>(key.values.size()), 1);
    if (values > kGroupsMax / groups) {
      return Refuse(Reason::kLimit, absl::StrCat("the query has more than ", kGroupsMax, " groups"),
                    {.fix = "group by fewer columns", .limit = "groups"});
    }
    groups *= values;
  }
  return is_private ? 0 : groups;
}

absl::Status CheckDelta(const BoundQuery& query, const DatasetSchema& schema, const Offer& offer) {
  if (query.private_key_positions.empty() || offer.amount.delta != Delta()) {
    return absl::OkStatus();
  }
  const auto key = std::find_if(query.keys.begin(), query.keys.end(),
                                [](const GroupKey& each) { return each.is_private(); });
  return Refuse(
      Reason::kMissingPublicValues,
      absl::StrCat("GROUP BY ", key->name,
                   " has no public list of its values, so its groups "
                   "must be chosen privately, which costs a delta"),
      {.fix = schema.counts_delta
                  ? "give a delta, e.g. 1e-9, or ask the curator to declare `values` for the column"
                  : "ask the curator to declare `values` for the column: the dataset's pure filter "
                    "admits no delta",
       .position = query.private_key_positions.front()});
}

absl::Status TooLarge(const std::string& what, const std::string& limit) {
  return Refuse(Reason::kLimit, absl::StrCat("the answer would have too many ", what),
                {.fix = "group by fewer columns or ask for fewer aggregates", .limit = limit});
}

// How many groups an answer has room for, worst case, from the query and the policy alone: by sums,
// bytes and expressions evaluated.
struct Room {
  int64_t by_sums = 0;
  int64_t by_bytes = 0;
  int64_t by_nodes = 0;
};

Room RoomOf(const BoundQuery& query) {
  int64_t cell_bytes = 64;  // a number with its interval, in the message
  for (const GroupKey& key : query.keys) {
    for (const Value& value : key.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text != nullptr)
        cell_bytes = std::max(cell_bytes, 16 + static_cast<int64_t>(text->size()));
    }
  }
  int64_t nodes = 0;
  const auto add = [&](const ExpressionPtr& expression) {
    if (expression != nullptr && nodes <= kAnswerNodesMax) {
      nodes += TreeSize(*expression, kAnswerNodesMax);
    }
  };
  for (const OutputColumn& column : query.present.columns) add(column.expression);
  for (const SortKey& key : query.present.sort) add(key.expression);
  add(query.present.having);
  const auto columns = static_cast<int64_t>(query.present.columns.size());
  return {.by_sums = kSumsMax / static_cast<int64_t>(query.statistics.size()),
          .by_bytes = kAnswerBytesMax / cell_bytes / std::max<int64_t>(columns, 1),
          .by_nodes = kAnswerNodesMax / std::max<int64_t>(nodes, 1)};
}

absl::Status CheckAnswerSize(const Room& room, int64_t groups) {
  if (groups > room.by_sums) return TooLarge("noised sums", "sums");
  if (groups > room.by_bytes) return TooLarge("bytes", "answer_bytes");
  if (groups > room.by_nodes) return TooLarge("expressions", "answer_nodes");
  return absl::OkStatus();
}

// The table's limits, tightened by what this query can reach.
ContributionLimits LimitsOf(const TableSchema& table, int64_t groups) {
  if (!table.unit_column.has_value()) return {1, 1};  // the unit is the row
  const int64_t reach = groups == 0 ? table.limits.groups_per_unit_max : groups;
  return {.groups_per_unit_max = std::min(table.limits.groups_per_unit_max, reach),
          .rows_per_group_and_unit_max = table.limits.rows_per_group_and_unit_max};
}

PlanNode RowsOf(const BoundQuery& query) {
  ScanNode scan{.table = query.table->name, .columns = query.scan_columns};
  PlanNode rows = std::make_shared<const ScanNode>(std::move(scan));
  if (query.where == nullptr) return rows;
  return std::make_shared<const FilterNode>(FilterNode{.input = rows, .predicate = query.where});
}

}  // namespace

absl::StatusOr<QueryPlan> PlanQuestion(const BoundQuery& query, const DatasetSchema& schema) {
  TACIT_CHECK(query.table != nullptr && !query.table->is_public);
  TACIT_ASSIGN_OR_RETURN(const int64_t groups, CountGroups(query.keys));
  const Room room = RoomOf(query);
  const bool is_private = groups == 0;
  TACIT_RETURN_IF_ERROR(CheckAnswerSize(room, is_private ? 1 : groups));
  QueryPlan plan{.dataset = schema.id, .policy_version = schema.policy_version};
  plan.measure = {.input = RowsOf(query),
                  .keys = query.keys,
                  .features = query.features,
                  .statistics = query.statistics,
                  .limits = LimitsOf(*query.table, groups)};
  plan.measure.groups_released_max =
      is_private ? std::min({kGroupsMax, room.by_sums, room.by_bytes, room.by_nodes}) : groups;
  plan.measure.cells = CellsOf(query.where, *query.table, query.scan_columns);
  plan.present = query.present;
  return plan;
}

absl::StatusOr<QueryPlan> Plan(const BoundQuery& query, const DatasetSchema& schema,
                               const Offer& offer) {
  TACIT_RETURN_IF_ERROR(CheckDelta(query, schema, offer));
  TACIT_ASSIGN_OR_RETURN(QueryPlan plan, PlanQuestion(query, schema));
  TACIT_RETURN_IF_ERROR(ChooseNoise(offer, plan.present, plan.measure));
  return plan;
}

}  // namespace tacit
