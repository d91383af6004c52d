// Doubles that err on a known side: the only way from exact amounts into floating point. Nothing
// leads back; a bound in floating point is compared with a claim and then forgotten.
#ifndef TACIT_ACCOUNTANT_LOSS_ROUNDING_H_
#define TACIT_ACCOUNTANT_LOSS_ROUNDING_H_

#include <algorithm>
#include <cmath>
#include <limits>

#include "accountant/loss/units.h"

namespace tacit {

// At least, and at most, the exact result of the one operation (+, -, *, /, sqrt, or conversion of
// an integer) that rounded to `value`.
inline double Up(double value) {
  return std::nextafter(value, std::numeric_limits<double>::infinity());
}
inline double Down(double value) {
  return std::nextafter(value, -std::numeric_limits<double>::infinity());
}

// Which bound of an exact value is meant.
enum class Side { kBelow = -1, kAbove = 1 };
// `value` >= 0 moved to its side by a relative margin.
inline double Widen(double value, Side side, double margin) {
  return value * (1 + static_cast<int>(side) * margin);
}

inline double LowerOf(const Epsilon& epsilon) {
  return std::max(0.0, Down(Down(static_cast<double>(epsilon.pico())) / 1e12));
}
inline double UpperOf(const Epsilon& epsilon) {
  return Up(Up(static_cast<double>(epsilon.pico())) / 1e12);
}
inline double LowerOf(const Delta& delta) {
  return std::max(0.0, Down(Down(static_cast<double>(delta.atto())) / 1e18));
}

inline double UpperOf(const Delta& delta) {
  return Up(Up(static_cast<double>(delta.atto())) / 1e18);
}

// A delta that a loss may claim: above 0, below 1.
inline bool IsClaimable(const Delta& delta) {
  return delta.atto() > 0 && delta.atto() < 1'000'000'000'000'000'000;
}

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_ROUNDING_H_
