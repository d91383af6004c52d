// A hand-made plan over one private table, for tests of the core that need no SQL.
#ifndef TACIT_TESTS_ENGINE_PRIVACY_PLAN_FIXTURE_H_
#define TACIT_TESTS_ENGINE_PRIVACY_PLAN_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan/nodes/query_plan.h"
#include "engine/privacy/certify.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

// visits(subject integer, place text {a, b, ...}, y real): unit is the subject.
inline DatasetSchema VisitsSchema() {
  DatasetSchema schema;
  schema.id = DatasetId("visits");
  schema.policy_version = PolicyVersion(1);
  TableSchema table;
  table.name = "visits";
  table.columns = {{.name = "subject", .type = ValueType::kInt64},
                   {.name = "place", .type = ValueType::kText},
                   {.name = "y", .type = ValueType::kFloat64}};
  table.unit_column = 0;
  schema.tables.push_back(table);
  return schema;
}

inline ExpressionPtr ColumnExpression(int index, ValueType type) {
  auto expression = std::make_shared<Expression>();
  expression->kind = ExpressionKind::kColumn;
  expression->type = type;
  expression->index = index;
  return expression;
}

// Groups by place with `groups` public values; no statistics yet.
inline QueryPlan VisitsPlan(int groups, ContributionLimits limits) {
  QueryPlan plan;
  plan.dataset = DatasetId("visits");
  plan.policy_version = PolicyVersion(1);
  plan.measure.input = std::make_shared<const ScanNode>(ScanNode{"visits", {1, 2}});
  GroupKey key{.name = "place", .expression = ColumnExpression(0, ValueType::kText)};
  for (int i = 0; i < groups; ++i)
    key.values.emplace_back(std::string(1, static_cast<char>('a' + i)));
  if (groups > 0) plan.measure.keys.push_back(key);
  plan.measure.features = {
      {.kind = FeatureKind::kOne},
      {.kind = FeatureKind::kValue, .expression = ColumnExpression(1, ValueType::kFloat64)}};
  plan.measure.limits = limits;
  return plan;
}

inline Statistic CountRows(Epsilon epsilon) {
  return {.name = "count(*)", .feature = 0, .bounds = {0, 1}, .epsilon = epsilon};
}

inline Statistic CountUnits(Epsilon epsilon) {
  return {.name = "count(distinct subject)",
          .feature = 0,
          .bounding = Bounding::kUnitTotal,
          .bounds = {0, 1},
          .epsilon = epsilon};
}

inline Statistic SumY(double lower, double upper, double centre, Epsilon epsilon) {
  return {.name = "sum(y)",
          .feature = 1,
          .bounds = {lower, upper},
          .centre = centre,
          .integral = false,
          .epsilon = epsilon};
}

inline Statistic DistinctY(Epsilon epsilon) {
  return {.name = "count(distinct y)",
          .kind = MeasureKind::kDistinct,
          .feature = 1,
          .bounds = {0, 1},
          .epsilon = epsilon};
}

inline Statistic MedianY(double lower, double upper, Epsilon epsilon) {
  return {.name = "median(y)",
          .kind = MeasureKind::kQuantile,
          .feature = 1,
          .bounds = {lower, upper},
          .integral = false,
          .quantile = {1, 2},
          .epsilon = epsilon};
}

inline Epsilon Nats(int64_t thousandths) { return Epsilon::FromPico(thousandths * 1'000'000'000); }
inline Delta Millionths(int64_t count) { return Delta::FromAtto(count * 1'000'000'000'000); }

// Groups by place with a private key; at most `shown` groups are named.
inline QueryPlan PrivateVisitsPlan(ContributionLimits limits, GroupSelection selection,
                                   int64_t shown = 1000) {
  QueryPlan plan = VisitsPlan(1, limits);
  plan.measure.keys[0].values.clear();
  plan.measure.selection = std::move(selection);
  plan.measure.groups_released_max = shown;
  return plan;
}

// Certifies under a budget that is never in the way; stops the process on a refusal.
inline Certificate MustCertify(const QueryPlan& plan, const std::string& plan_text = "plan") {
  const Amount budget{Nats(8'000'000), Millionths(999'999)};
  return *Certify(plan, VisitsSchema(), budget, DataVersion(1), plan_text);
}

// The groups of a plan whose keys are public, or any list of one text key.
class ListedGroups final : public GroupNames {
 public:
  explicit ListedGroups(std::vector<Value> values) : values_(std::move(values)) {}
  static ListedGroups Of(const QueryPlan& plan) {
    // Without keys there is one group.
    return ListedGroups(plan.measure.keys.empty() ? std::vector<Value>{Value()}
                                                  : plan.measure.keys[0].values);
  }
  size_t size() const override { return values_.size(); }
  std::vector<Value> KeysOf(uint32_t group) const override { return {values_.at(group)}; }

 private:
  std::vector<Value> values_;
};

// Names units by a number that does not change when others come or go.
class NumberedUnits final : public UnitNames {
 public:
  explicit NumberedUnits(std::vector<int64_t> ids) {
    for (const int64_t id : ids) names_.push_back(std::to_string(id));
  }
  std::string_view NameOf(uint32_t unit) const override { return names_.at(unit); }

 private:
  std::vector<std::string> names_;
};

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_PRIVACY_PLAN_FIXTURE_H_
