#include "engine/analyze/aggregates/count.h"

#include "accountant/refusal.h"

namespace tacit {
namespace {

ValueType TypeOfCount(const AggregateCall&) { return ValueType::kInt64; }

absl::StatusOr<int> StatisticOf(const AggregateCall& call, StatisticSet& statistics) {
  if (call.star) return statistics.RowCount();
  if (call.of_unit) return statistics.UnitCount(call);
  if (call.argument->kind == ExpressionKind::kLiteral && IsNull(call.argument->literal)) {
    return RefuseConstant(call, 0);
  }
  if (call.distinct) return statistics.DistinctCount(call);
  return statistics.NotNullCount(call);
}

absl::StatusOr<Answer> MeasureCount(const AggregateCall& call, absl::Span<const AggregateCall>,
                                    StatisticSet& statistics) {
  const absl::StatusOr<int> statistic = StatisticOf(call, statistics);
  if (!statistic.ok()) return statistic.status();
  return Answer{.name = call.text,
                .function = AnswerAsReleased,
                .statistics = {*statistic},
                .type = ValueType::kInt64,
                .is_as_released = true};
}

}  // namespace

const Aggregate kCountAggregate{.name = "count", .type = TypeOfCount, .measure = MeasureCount};

}  // namespace tacit
