#include "engine/analyze/aggregates/count.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

ValueType TypeOfCount(const AggregateCall&) { return ValueType::kInt64; }

absl::StatusOr<int> StatisticOf(const AggregateCall& call, StatisticSet& statistics) {
  if (call.star) return statistics.RowCount();
  if (call.of_unit) return statistics.UnitCount(call);
  if (call.distinct) {
    // One unit may bring many values, so this needs a bound on them before it is a count of units.
    const std::string fix = call.unit_column.empty()
                                ? "every row is one unit here, so COUNT(*) counts units"
                                : absl::StrCat("count units with COUNT(DISTINCT ", call.unit_column,
                                               "), or use COUNT(*)");
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("COUNT(DISTINCT ", call.argument_text, ") is not supported yet"),
                  {.fix = fix, .position = call.position});
  }
  if (call.argument->kind == ExpressionKind::kLiteral && IsNull(call.argument->literal)) {
    return RefuseConstant(call, 0);
  }
  return statistics.NotNullCount(call);
}

absl::StatusOr<Answer> MeasureCount(const AggregateCall& call, absl::Span<const AggregateCall>,
                                    StatisticSet& statistics) {
  const absl::StatusOr<int> statistic = StatisticOf(call, statistics);
  if (!statistic.ok()) return statistic.status();
  return Answer{.name = call.text,
                .function = AnswerAsReleased,
                .statistics = {*statistic},
                .type = ValueType::kInt64};
}

}  // namespace

const Aggregate kCountAggregate{.name = "count", .type = TypeOfCount, .measure = MeasureCount};

}  // namespace tacit
