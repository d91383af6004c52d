#include "engine/execute/interval.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// infinity - infinity and 0 * infinity say nothing, so the end that comes of them is open.
Interval Open(double low, double high) {
  return {std::isnan(low) ? -kInfinity : low, std::isnan(high) ? kInfinity : high};
}

// From the least to the greatest; everything when one of them says nothing.
Interval Hull(std::initializer_list<double> corners) {
  for (const double corner : corners) {
    if (std::isnan(corner)) return {-kInfinity, kInfinity};
  }
  const auto [low, high] = std::minmax(corners);
  return {low, high};
}

// The largest distance from zero.
double Magnitude(const Interval& a) { return std::max(std::abs(a.low), std::abs(a.high)); }

}  // namespace

Interval Add(const Interval& a, const Interval& b) { return Open(a.low + b.low, a.high + b.high); }

Interval Subtract(const Interval& a, const Interval& b) {
  return Open(a.low - b.high, a.high - b.low);
}

Interval Multiply(const Interval& a, const Interval& b) {
  return Hull({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
}

Interval Divide(const Interval& a, const Interval& b) {
  if (b.low <= 0 && b.high >= 0) return {-kInfinity, kInfinity};
  return Hull({a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high});
}

Interval Truncate(const Interval& a) { return {std::trunc(a.low), std::trunc(a.high)}; }

Interval Modulo(const Interval& a, const Interval& b) {
  const double largest = std::min(Magnitude(a), Magnitude(b));
  return {a.low < 0 ? -largest : 0, a.high > 0 ? largest : 0};
}

}  // namespace tacit
