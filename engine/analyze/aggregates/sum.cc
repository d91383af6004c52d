#include "engine/analyze/aggregates/sum.h"

#include "accountant/status_macros.h"

namespace tacit {
namespace {

ValueType TypeOfSum(const AggregateCall& call) {
  const bool integer = call.argument != nullptr && call.argument->type == ValueType::kInt64;
  return integer ? ValueType::kInt64 : ValueType::kFloat64;
}

absl::StatusOr<Answer> MeasureSum(const AggregateCall& call, absl::Span<const AggregateCall>,
                                  StatisticSet& statistics) {
  TACIT_RETURN_IF_ERROR(CheckNumericArgument(call));
  TACIT_ASSIGN_OR_RETURN(const ValueBounds bounds, BoundsOfArgument(call));
  if (bounds.lower == 0 && bounds.upper == 0) return RefuseConstant(call, 0);
  return Answer{.name = call.text,
                .function = AnswerAsReleased,
                .statistics = {statistics.Sum(call, bounds, 0)},
                .type = TypeOfSum(call),
                .is_as_released = true};
}

}  // namespace

const Aggregate kSumAggregate{.name = "sum", .type = TypeOfSum, .measure = MeasureSum};

}  // namespace tacit
