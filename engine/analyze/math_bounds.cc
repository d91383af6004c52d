#include "engine/analyze/math_bounds.h"

#include <algorithm>
#include <cmath>

#include "accountant/check.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Interval Abs(const Interval& a) {
  const double most = std::max(std::fabs(a.lower), std::fabs(a.upper));
  const double least = std::min(std::fabs(a.lower), std::fabs(a.upper));
  return {a.Contains(0) ? 0 : least, most};
}

// x^c over one sign of x, or over all x where c is a whole number above 0: falls or grows.
Interval Corners(const Interval& a, double exponent) {
  const double at_lower = std::pow(a.lower, exponent);
  const double at_upper = std::pow(a.upper, exponent);
  return {std::min(at_lower, at_upper), std::max(at_lower, at_upper)};
}

Interval Power(Interval a, double exponent, bool& partial) {
  const bool whole = std::trunc(exponent) == exponent;
  const bool even = whole && std::fmod(exponent, 2) == 0;
  if (exponent == 0) return {1, 1};
  if (!whole && a.lower < 0) {
    partial = true;
    if (a.upper < 0) return kNoValue;
    a.lower = 0;
  }
  if (even) a = Abs(a);
  if (exponent > 0 || !a.Contains(0)) return Corners(a, exponent);
  partial = true;  // 0 to a negative power
  if (a.lower < 0) return {};
  return a.upper > 0 ? Interval{std::pow(a.upper, exponent), kInfinity} : kNoValue;
}

}  // namespace

Interval MathInterval(ExpressionKind kind, const Interval& a, double exponent, bool& partial) {
  switch (kind) {
    case ExpressionKind::kAbs:
      return Abs(a);
    case ExpressionKind::kCeil:
      return {std::ceil(a.lower), std::ceil(a.upper)};
    case ExpressionKind::kRound:
      return {std::nearbyint(a.lower), std::nearbyint(a.upper)};
    case ExpressionKind::kSqrt:
      partial = a.lower < 0;
      if (a.upper < 0) return kNoValue;
      return {std::sqrt(std::max(a.lower, 0.0)), std::sqrt(a.upper)};
    case ExpressionKind::kLn:
      partial = a.lower <= 0;
      if (a.upper <= 0) return kNoValue;
      return {a.lower > 0 ? std::log(a.lower) : -kInfinity, std::log(a.upper)};
    case ExpressionKind::kExp:
      return {std::exp(a.lower), std::exp(a.upper)};
    default:
      TACIT_CHECK(kind == ExpressionKind::kPower);
      return Power(a, exponent, partial);
  }
}

}  // namespace tacit
