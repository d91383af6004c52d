#include "engine/execute/answer_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "accountant/check.h"
#include "engine/execute/math_constants.h"
#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

PresentedCell Between(Value value, double low, double high) {
  return {.value = std::move(value), .has_interval = true, .low = low + 0.0, .high = high + 0.0};
}

// A function that grows with its argument; an end where it has no value becomes `otherwise`.
template <typename Function>
PresentedCell Growing(const PresentedCell& argument, double otherwise) {
  double value = 0;
  if (!Function::Apply(NumberOf(argument.value), &value)) return {};
  if (!argument.has_interval) return {.value = value};
  const auto at = [otherwise](double end) {
    double result = 0;
    if (Function::Apply(end, &result)) return result;
    return end == kInfinity ? end : otherwise;
  };
  return Between(value, at(argument.low), at(argument.high));
}

PresentedCell Abs(const PresentedCell& argument) {
  Value value;
  if (const auto* integer = std::get_if<int64_t>(&argument.value)) {
    int64_t whole = 0;
    if (TotalAbs::Apply(*integer, &whole)) value = whole;
  } else {
    value = std::fabs(std::get<double>(argument.value));
  }
  if (IsNull(value) || !argument.has_interval) return {.value = value};
  const double low = std::fabs(argument.low);
  const double high = std::fabs(argument.high);
  const bool holds_zero = argument.low <= 0 && argument.high >= 0;
  return Between(value, holds_zero ? 0 : std::min(low, high), std::max(low, high));
}

PresentedCell Power(const PresentedCell& argument, double exponent) {
  double value = 0;
  if (!TotalPower::Apply(NumberOf(argument.value), exponent, &value)) return {};
  if (!argument.has_interval) return {.value = value};
  const bool whole = std::trunc(exponent) == exponent;
  const bool even = whole && std::fmod(exponent, 2) == 0;
  const bool holds_zero = argument.low <= 0 && argument.high >= 0;
  if ((!whole && argument.low < 0) || (exponent < 0 && holds_zero)) {
    return Between(value, -kInfinity, kInfinity);
  }
  const double low = std::pow(argument.low, exponent);
  const double high = std::pow(argument.high, exponent);
  const double least = even && exponent > 0 && holds_zero ? 0 : std::min(low, high);
  return Between(value, least, std::max(low, high));
}

// The ends are doubles, so that an end beyond the type's largest value stays what it is.
PresentedCell ToInteger(const PresentedCell& argument, int64_t most) {
  int64_t value = 0;
  const auto* whole = std::get_if<int64_t>(&argument.value);
  const bool has_value =
      whole != nullptr ? TotalToInteger::Apply(*whole, most, &value)
                       : TotalToInteger::Apply(std::get<double>(argument.value), most, &value);
  if (!has_value) return {};
  if (!argument.has_interval) return {.value = value};
  if (whole != nullptr) return Between(value, argument.low, argument.high);
  return Between(value, std::nearbyint(argument.low), std::nearbyint(argument.high));
}

PresentedCell Bucket(const PresentedCell& argument, const Buckets& buckets) {
  const int64_t value = buckets.NumberOf(NumberOf(argument.value));
  if (!argument.has_interval) return {.value = value};
  return Between(value, static_cast<double>(buckets.NumberOf(argument.low)),
                 static_cast<double>(buckets.NumberOf(argument.high)));
}

}  // namespace

PresentedCell EvaluateMath(const Expression& expression, const PresentedCell& argument) {
  if (IsNull(argument.value)) return {};
  switch (expression.kind) {
    case Kind::kAbs:
      return Abs(argument);
    case Kind::kCeil:
      return Growing<TotalCeil>(argument, -kInfinity);
    case Kind::kRound:
      return Growing<TotalRound>(argument, -kInfinity);
    case Kind::kTrunc:
      return Growing<TotalTrunc>(argument, -kInfinity);
    case Kind::kSign:
      return Growing<TotalSign>(argument, -1);
    case Kind::kSqrt:
      return Growing<TotalSqrt>(argument, 0);
    case Kind::kLn:
      return Growing<TotalLn>(argument, -kInfinity);
    case Kind::kLog10:
      return Growing<TotalLog10>(argument, -kInfinity);
    case Kind::kExp:
      return Growing<TotalExp>(argument, kInfinity);
    case Kind::kPower:
      return Power(argument, ExponentOf(expression));
    case Kind::kWidthBucket:
      return Bucket(argument, BucketsOf(expression));
    case Kind::kToInteger:
      return ToInteger(argument, MostOf(expression));
    default:
      TACIT_CHECK(expression.kind == Kind::kBoolToInteger);
      return {.value = int64_t{std::get<bool>(argument.value)}};
  }
}

}  // namespace tacit
