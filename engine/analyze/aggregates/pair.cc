#include "engine/analyze/aggregates/pair.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/aggregates/avg.h"
#include "engine/analyze/bind_expression.h"
#include "engine/analyze/choice.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// [lower, upper] less the centre.
ValueBounds Shifted(const ValueBounds& bounds, double centre) {
  return {bounds.lower - centre, bounds.upper - centre};
}

double ReachOf(const ValueBounds& shifted) { return std::max(-shifted.lower, shifted.upper); }

ValueBounds ProductOf(const ValueBounds& a, const ValueBounds& b) {
  const auto [low, high] =
      std::minmax({a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper});
  return {low, high};
}

TypedExpression IsNotNull(const AggregateCall& side) {
  return MakeOperation(
      ExpressionKind::kNot, ValueType::kBool,
      {MakeOperation(ExpressionKind::kIsNull, ValueType::kBool, {{side.argument, side.range}})});
}

// `value` where `other` is not NULL.
absl::StatusOr<TypedExpression> Beside(TypedExpression value, const AggregateCall& other) {
  if (!other.range.nullable) return value;
  return MakeCase({IsNotNull(other), std::move(value), MakeLiteral(Value())}, other.position);
}

// `side` in the rows where `other` is not NULL either.
absl::StatusOr<AggregateCall> Paired(const AggregateCall& side, const AggregateCall& other) {
  AggregateCall paired = side;
  // FILTER drops rows of both.
  if (!other.range.nullable || other.null_by_filter) return paired;
  TACIT_ASSIGN_OR_RETURN(TypedExpression value, Beside({side.argument, side.range}, other));
  paired.argument = std::move(value.expression);
  paired.range = value.range;
  paired.argument_text = absl::StrCat("CASE WHEN ", other.argument_text, " IS NOT NULL THEN ",
                                      side.argument_text, " END");
  return paired;
}

// GREATEST(LEAST(x - centre, upper), lower). Of NULL that is a number, so Beside must follow.
TypedExpression ClippedShift(const AggregateCall& side, double centre, const ValueBounds& shifted) {
  TypedExpression shift =
      MakeOperation(ExpressionKind::kSubtract, ValueType::kFloat64,
                    {ToFloat({side.argument, side.range}), MakeLiteral(Value(centre))});
  TypedExpression least = MakeOperation(ExpressionKind::kLeast, ValueType::kFloat64,
                                        {std::move(shift), MakeLiteral(Value(shifted.upper))});
  return MakeOperation(ExpressionKind::kGreatest, ValueType::kFloat64,
                       {std::move(least), MakeLiteral(Value(shifted.lower))});
}

// One argument of the pair, with its bounds.
struct Side {
  AggregateCall call;  // paired
  ValueBounds bounds;
  double centre = 0;
};

class PairMeasurer {
 public:
  PairMeasurer(const AggregateCall& call, StatisticSet& statistics)
      : call_(call), statistics_(statistics) {}

  absl::Status Prepare(bool needs_x, bool needs_y) {
    TACIT_CHECK(call_.sides.size() == 2);
    TACIT_RETURN_IF_ERROR(CheckNumericArgument(call_.sides[0]));
    TACIT_RETURN_IF_ERROR(CheckNumericArgument(call_.sides[1]));
    TACIT_ASSIGN_OR_RETURN(y_, SideOf(0, needs_y));
    TACIT_ASSIGN_OR_RETURN(x_, SideOf(1, needs_x));
    return absl::OkStatus();
  }

  AnswerParameters Parameters() const { return {x_.bounds, x_.centre, y_.bounds, y_.centre}; }

  absl::StatusOr<int> Add(Moment moment) {
    switch (moment) {
      case Moment::kCount:
        return statistics_.NotNullCount(call_.sides[1].range.nullable ? x_.call : y_.call);
      case Moment::kX:
        return statistics_.Sum(x_.call, x_.bounds, x_.centre);
      case Moment::kY:
        return statistics_.Sum(y_.call, y_.bounds, y_.centre);
      case Moment::kXX:
        return AddSquares(x_);
      case Moment::kYY:
        return AddSquares(y_);
      case Moment::kXY:
        break;
    }
    return AddProducts();
  }

 private:
  absl::StatusOr<Side> SideOf(size_t i, bool needs_bounds) {
    Side side;
    TACIT_ASSIGN_OR_RETURN(side.call, Paired(call_.sides[i], call_.sides[1 - i]));
    if (!needs_bounds) return side;
    TACIT_ASSIGN_OR_RETURN(side.bounds, BoundsOfArgument(call_.sides[i]));
    side.centre = MiddleOf(side.bounds, side.call.argument->type);
    if (side.bounds.lower < side.bounds.upper) return side;
    return Refuse(Reason::kMissingBounds,
                  absl::StrCat(call_.text, " says nothing: ", call_.sides[i].argument_text,
                               " has one value by its bounds"),
                  {.fix = "name columns that vary", .position = call_.position});
  }

  int AddSquares(const Side& side) {
    const double reach = ReachOf(Shifted(side.bounds, side.centre));
    const ValueBounds squares{0, reach * reach};
    return statistics_.SumOfSquares(side.call, side.centre, squares, squares.upper / 2);
  }

  absl::StatusOr<int> AddProducts() {
    // In one order, so that f(y, x) and f(x, y) share it.
    const bool x_first = ToText(*call_.sides[1].argument) < ToText(*call_.sides[0].argument);
    const AggregateCall& a = call_.sides[x_first ? 1 : 0];
    const AggregateCall& b = call_.sides[x_first ? 0 : 1];
    const Side& of_a = x_first ? x_ : y_;
    const Side& of_b = x_first ? y_ : x_;
    const ValueBounds in_a = Shifted(of_a.bounds, of_a.centre);
    const ValueBounds in_b = Shifted(of_b.bounds, of_b.centre);
    TypedExpression product =
        MakeOperation(ExpressionKind::kMultiply, ValueType::kFloat64,
                      {ClippedShift(a, of_a.centre, in_a), ClippedShift(b, of_b.centre, in_b)});
    TACIT_ASSIGN_OR_RETURN(product, Beside(std::move(product), a));
    if (!b.null_by_filter) {
      TACIT_ASSIGN_OR_RETURN(product, Beside(std::move(product), b));
    }
    return statistics_.SumOfProducts(a, of_a.centre, b, of_b.centre, product.expression,
                                     ProductOf(in_a, in_b));
  }

  const AggregateCall& call_;
  StatisticSet& statistics_;
  Side x_;
  Side y_;
};

Estimate MeanOf(const Estimate& sum, const Estimate& count, const ValueBounds& bounds,
                double centre) {
  return AnswerMean(std::vector<Estimate>{sum, count}, {.bounds = bounds, .centre = centre});
}

// The mean of squares less the square of the mean; at most a quarter of the width squared.
Estimate VarianceFrom(const Estimate& mean, const Estimate& square_sum, const Estimate& count,
                      const ValueBounds& shifted) {
  const double reach = ReachOf(shifted);
  const Estimate squares = MeanOf(square_sum, count, {0, reach * reach}, reach * reach / 2);
  const bool holds_zero = mean.low <= 0 && mean.high >= 0;
  const auto [near, far] = std::minmax({mean.low * mean.low, mean.high * mean.high});
  const double width = shifted.upper - shifted.lower;
  return Settle({squares.value - mean.value * mean.value, squares.low - far,
                 squares.high - (holds_zero ? 0 : near)},
                0, width * width / 4);
}

}  // namespace

absl::StatusOr<Answer> MeasurePair(const AggregateCall& call, const std::vector<Moment>& moments,
                                   AnswerFunction function, StatisticSet& statistics) {
  const auto needs = [&](std::initializer_list<Moment> any) {
    return std::find_first_of(moments.begin(), moments.end(), any.begin(), any.end()) !=
           moments.end();
  };
  PairMeasurer pair(call, statistics);
  TACIT_RETURN_IF_ERROR(pair.Prepare(needs({Moment::kX, Moment::kXX, Moment::kXY}),
                                     needs({Moment::kY, Moment::kYY, Moment::kXY})));
  Answer answer{.name = call.text,
                .function = function,
                .parameters = pair.Parameters(),
                .type = ValueType::kFloat64};
  for (const Moment moment : moments) {
    TACIT_ASSIGN_OR_RETURN(const int statistic, pair.Add(moment));
    answer.statistics.push_back(statistic);
  }
  return answer;
}

PairSpread SpreadOfPair(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  TACIT_CHECK(statistics.size() >= 4);
  const ValueBounds x = Shifted(parameters.bounds, parameters.centre);
  const ValueBounds y = Shifted(parameters.second_bounds, parameters.second_centre);
  const Estimate& count = statistics[0];
  PairSpread spread{.mean_x = MeanOf(statistics[1], count, x, 0),
                    .mean_y = MeanOf(statistics[2], count, y, 0)};
  const Estimate products = MeanOf(statistics[3], count, ProductOf(x, y), 0);
  const Estimate means = Multiply(spread.mean_x, spread.mean_y);
  const double most = (x.upper - x.lower) * (y.upper - y.lower) / 4;
  spread.covariance =
      Settle({products.value - means.value, products.low - means.high, products.high - means.low},
             -most, most);
  if (statistics.size() > 4)
    spread.variance_x = VarianceFrom(spread.mean_x, statistics[4], count, x);
  if (statistics.size() > 5)
    spread.variance_y = VarianceFrom(spread.mean_y, statistics[5], count, y);
  return spread;
}

Estimate Settle(const Estimate& x, double lower, double upper) {
  const double low = std::isnan(x.low) ? lower : std::clamp(x.low, lower, upper);
  const double high = std::isnan(x.high) ? upper : std::clamp(x.high, lower, upper);
  // Rounding may have crossed them; where both left the numbers at one side, nothing is known.
  double least = std::min(low, high);
  double most = std::max(low, high);
  if (least == kInfinity) least = lower;
  if (most == -kInfinity) most = upper;
  return {std::clamp(std::isfinite(x.value) ? x.value : 0.0, least, most), least, most};
}

Estimate Multiply(const Estimate& a, const Estimate& b) {
  const double corners[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
  for (const double corner : corners) {
    if (std::isnan(corner)) return {a.value * b.value, -kInfinity, kInfinity};
  }
  const auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners));
  return {a.value * b.value, *low, *high};
}

}  // namespace tacit
