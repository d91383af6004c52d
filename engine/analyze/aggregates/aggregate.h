// What an aggregate is: the statistics it wants of a call, and a pure function from their released
// values to the answer. Neither can touch the guarantee: statistics are certified, answers see
// releases.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_AGGREGATE_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_AGGREGATE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/measure.h"
#include "engine/plan/nodes/present.h"

namespace tacit {

// What stands in a call's brackets, and behind them.
enum class CallForm {
  kOneArgument,      // f(x), f(DISTINCT x), f(*)
  kTwoArguments,     // f(y, x)
  kFractionOfOrder,  // f(0.5) WITHIN GROUP (ORDER BY x)
};

// One bound call in a query.
struct AggregateCall {
  std::string_view function;  // name of the aggregate
  bool star = false;          // f(*)
  bool distinct = false;      // f(DISTINCT ...)
  bool of_unit = false;       // f(DISTINCT unit column): `argument` is what FILTER leaves of rows
  // What WITHIN GROUP orders by, of kFractionOfOrder. Null: f(*), a unit without FILTER, two
  // arguments.
  ExpressionPtr argument;
  ValueRange range;           // of the argument, after WHERE
  std::string text;           // canonical, for people: "avg(age)"
  std::string argument_text;  // "age"
  int position = 0;
  // Numeric columns of the argument without finite bounds.
  std::vector<std::string> unbounded_columns;
  std::string unit_column;  // of the table; empty: the unit is the row
  Quantile quantile;        // of kFractionOfOrder, ascending
  // Of kTwoArguments: each argument as if called alone, FILTER included.
  std::vector<AggregateCall> sides;
  bool null_by_filter = false;  // of a side: NULL just where FILTER drops the row
};

// The features and statistics of one query; identical ones are shared, so that they are paid for
// once.
class StatisticSet {
 public:
  // The index of COUNT(*), and of COUNT(argument), which is the same when no argument can be NULL.
  int RowCount();
  int NotNullCount(const AggregateCall& call);
  // The index of the units present in a group.
  int UnitCount(const AggregateCall& call);
  // The index of SUM(argument - centre) with rows clipped to `bounds`.
  int Sum(const AggregateCall& call, const ValueBounds& bounds, double centre);
  // The index of SUM((argument - about)^2 - centre), squares clipped to `bounds`.
  int SumOfSquares(const AggregateCall& call, double about, const ValueBounds& bounds,
                   double centre);
  // The index of SUM((a - about_a) * (b - about_b)), which `product` stands for, clipped to
  // `bounds`.
  int SumOfProducts(const AggregateCall& a, double about_a, const AggregateCall& b, double about_b,
                    const ExpressionPtr& product, const ValueBounds& bounds);
  // The index of the number of different values of the argument, and of a quantile of it.
  int DistinctCount(const AggregateCall& call);
  int QuantileOf(const AggregateCall& call, const ValueBounds& bounds, Quantile quantile);

  const std::vector<Feature>& features() const { return features_; }
  const std::vector<Statistic>& statistics() const { return statistics_; }

 private:
  int AddFeature(FeatureKind kind, const ExpressionPtr& expression);
  int AddStatistic(Statistic statistic);

  std::vector<Feature> features_;
  std::vector<Statistic> statistics_;
};

struct Aggregate {
  std::string_view name;
  // Of the answer; also asked of calls that Measure then refuses.
  ValueType (*type)(const AggregateCall& call);
  // Adds what `call` needs to `statistics`. `calls` are all of the query, so that an aggregate can
  // reuse what another one pays for. Errors: kTypeMismatch, kUnsupported, kMissingBounds.
  absl::StatusOr<Answer> (*measure)(const AggregateCall& call,
                                    absl::Span<const AggregateCall> calls,
                                    StatisticSet& statistics);
  CallForm form = CallForm::kOneArgument;
};

// The argument is a number, and neither * nor DISTINCT was written.
absl::Status CheckNumericArgument(const AggregateCall& call);

// The bounds of a numeric argument, or kMissingBounds: none, or none that any row can have.
absl::StatusOr<ValueBounds> BoundsOfArgument(const AggregateCall& call);

// kMissingBounds for an aggregate that its bounds alone decide.
absl::Status RefuseConstant(const AggregateCall& call, double value);

// The only statistic as it is.
Estimate AnswerAsReleased(absl::Span<const Estimate> statistics,
                          const AnswerParameters& parameters);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_AGGREGATE_H_
