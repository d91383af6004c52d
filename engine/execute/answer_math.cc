#include "engine/execute/answer_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "accountant/check.h"
#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double NumberOf(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  return std::get<double>(value);
}

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
    if (end == kInfinity) return end;
    return Function::Apply(end, &result) ? result : otherwise;
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

}  // namespace

PresentedCell EvaluateMath(ExpressionKind kind, const PresentedCell& argument, double exponent) {
  if (IsNull(argument.value)) return {};
  switch (kind) {
    case Kind::kAbs:
      return Abs(argument);
    case Kind::kCeil:
      return Growing<TotalCeil>(argument, -kInfinity);
    case Kind::kRound:
      return Growing<TotalRound>(argument, -kInfinity);
    case Kind::kSqrt:
      return Growing<TotalSqrt>(argument, 0);
    case Kind::kLn:
      return Growing<TotalLn>(argument, -kInfinity);
    case Kind::kExp:
      return Growing<TotalExp>(argument, kInfinity);
    default:
      TACIT_CHECK(kind == Kind::kPower);
      return Power(argument, exponent);
  }
}

}  // namespace tacit
