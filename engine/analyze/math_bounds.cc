#include "engine/analyze/math_bounds.h"

#include <algorithm>
#include <cmath>

#include "accountant/check.h"
#include "engine/plan/nodes/buckets.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kExactIntegerMax = 9007199254740992.0;  // 2^53

// The C library's log, log10, exp and pow are off by at most two units in the last place
// (glibc's manual, "Errors in Math Functions"), at an end one way and within the other.
constexpr int kStepsOutward = 4;

// A logarithm is 0 at 1 alone, and has the sign that it should elsewhere.
double Down(double end) {
  for (int i = 0; end != 0 && i < kStepsOutward; ++i) end = std::nextafter(end, -kInfinity);
  return end;
}

double Up(double end) { return -Down(-end); }

Interval Abs(const Interval& a) {
  const double most = std::max(std::fabs(a.lower), std::fabs(a.upper));
  const double least = std::min(std::fabs(a.lower), std::fabs(a.upper));
  return {a.Contains(0) ? 0 : least, most};
}

double SignOf(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

// x to a whole power from 2 on, x being whole as well, is exact up to 2^53. The powers of all reals
// below lie more than one unit below it, which is more than pow is off.
bool IsExactPower(double base, double exponent, double power) {
  return std::trunc(base) == base && std::trunc(exponent) == exponent && exponent >= 1 &&
         std::fabs(power) <= kExactIntegerMax;
}

// What is too small for a double may come out as 0 or as the smallest one.
double PowerBelow(double base, double exponent) {
  const double power = std::pow(base, exponent);
  if (IsExactPower(base, exponent, power)) return power;
  return power == 0 ? -std::numeric_limits<double>::denorm_min() : Down(power);
}

double PowerAbove(double base, double exponent) {
  const double power = std::pow(base, exponent);
  if (IsExactPower(base, exponent, power)) return power;
  return power == 0 ? std::numeric_limits<double>::denorm_min() : Up(power);
}

// x^c over one sign of x, or over all x where c is a whole number above 0: falls or grows.
Interval Corners(const Interval& a, double exponent) {
  const Interval corners = {std::min(PowerBelow(a.lower, exponent), PowerBelow(a.upper, exponent)),
                            std::max(PowerAbove(a.lower, exponent), PowerAbove(a.upper, exponent))};
  return a.lower >= 0 ? Intersect(corners, {0, kInfinity}) : corners;
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
  return a.upper > 0 ? Interval{PowerBelow(a.upper, exponent), kInfinity} : kNoValue;
}

Interval Exp(const Interval& a) {
  const double lower = std::exp(a.lower);
  const double upper = std::exp(a.upper);
  return {std::max(Down(lower), 0.0),
          upper == 0 ? std::numeric_limits<double>::denorm_min() : Up(upper)};
}

template <typename Function>
Interval Logarithm(const Interval& a, Function function, bool& partial) {
  partial = a.lower <= 0;
  if (a.upper <= 0) return kNoValue;
  return {a.lower > 0 ? Down(function(a.lower)) : -kInfinity, Up(function(a.upper))};
}

Interval Sqrt(const Interval& a, bool& partial) {
  partial = a.lower < 0;
  if (a.upper < 0) return kNoValue;
  return {std::sqrt(std::max(a.lower, 0.0)), std::sqrt(a.upper)};
}

Interval BucketNumbers(absl::Span<const ValueRange> arguments) {
  const Buckets buckets = {.low = arguments[1].interval.lower,
                           .high = arguments[2].interval.lower,
                           .count = static_cast<int64_t>(arguments[3].interval.lower)};
  const Interval& a = arguments[0].interval;
  return {static_cast<double>(buckets.NumberOf(a.lower)),
          static_cast<double>(buckets.NumberOf(a.upper))};
}

// An end without a bound stays one: it was not declared.
Interval ToInteger(const Interval& a, double most, bool& partial) {
  const Interval fits =
      most < kExactIntegerMax ? Interval{-most - 1, most} : Interval{-0x1p63, 0x1p63};
  Interval whole = {std::nearbyint(a.lower), std::nearbyint(a.upper)};
  partial = whole.lower < fits.lower || whole.upper > fits.upper;
  if (std::isfinite(whole.lower)) whole.lower = std::max(whole.lower, fits.lower);
  if (std::isfinite(whole.upper)) whole.upper = std::min(whole.upper, fits.upper);
  return whole;
}

}  // namespace

Interval MathInterval(ExpressionKind kind, absl::Span<const ValueRange> arguments, bool& partial) {
  const Interval& a = arguments[0].interval;
  switch (kind) {
    case ExpressionKind::kAbs:
      return Abs(a);
    case ExpressionKind::kCeil:
      return {std::ceil(a.lower), std::ceil(a.upper)};
    case ExpressionKind::kRound:
      return {std::nearbyint(a.lower), std::nearbyint(a.upper)};
    case ExpressionKind::kTrunc:
      return {std::trunc(a.lower), std::trunc(a.upper)};
    case ExpressionKind::kSign:
      return {SignOf(a.lower), SignOf(a.upper)};
    case ExpressionKind::kSqrt:
      return Sqrt(a, partial);
    case ExpressionKind::kLn:
      return Logarithm(
          a, [](double x) { return std::log(x); }, partial);
    case ExpressionKind::kLog10:
      return Logarithm(
          a, [](double x) { return std::log10(x); }, partial);
    case ExpressionKind::kExp:
      return Exp(a);
    case ExpressionKind::kPower:
      return Power(a, arguments[1].interval.lower, partial);
    case ExpressionKind::kWidthBucket:
      return BucketNumbers(arguments);
    case ExpressionKind::kToInteger:
      return ToInteger(a, arguments[1].interval.lower, partial);
    default:
      TACIT_CHECK(kind == ExpressionKind::kBoolToInteger);
      return {0, 1};
  }
}

}  // namespace tacit
