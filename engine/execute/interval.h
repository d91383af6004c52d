// Interval arithmetic: if x is in a and y in b, then x op y is in the result.
//
// Nearest rounding: an end may be off by one unit in the last place, which no confidence level
// notices.
#ifndef TACIT_ENGINE_EXECUTE_INTERVAL_H_
#define TACIT_ENGINE_EXECUTE_INTERVAL_H_

namespace tacit {

// Ends may be infinite; low <= high and neither is NaN.
struct Interval {
  double low = 0;
  double high = 0;
};

Interval Add(const Interval& a, const Interval& b);
Interval Subtract(const Interval& a, const Interval& b);
Interval Multiply(const Interval& a, const Interval& b);
// Everything where the divisor may be zero.
Interval Divide(const Interval& a, const Interval& b);
// Truncation toward zero of what lies in `a`.
Interval Truncate(const Interval& a);
// The remainder has the sign of the dividend and is no larger than it, nor as large as the divisor.
Interval Modulo(const Interval& a, const Interval& b);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_INTERVAL_H_
