// Arithmetic that has a value for every input: the result, or "no value" (NULL), never an error.
//
// Each function returns whether there is a value and, if so, stores it. The same functions serve
// rows and released answers. Floats are finite on the way in and out, and never -0.0 on the way
// out.
#ifndef TACIT_ENGINE_EXECUTE_TOTAL_ARITHMETIC_H_
#define TACIT_ENGINE_EXECUTE_TOTAL_ARITHMETIC_H_

#include <cmath>
#include <cstdint>
#include <limits>

namespace tacit {

inline bool StoreFinite(double value, double* result) {
  *result = value + 0.0;  // -0.0 + 0.0 is 0.0
  return std::isfinite(value);
}

struct TotalAdd {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    return !__builtin_add_overflow(a, b, result);
  }
  static bool Apply(double a, double b, double* result) { return StoreFinite(a + b, result); }
};

struct TotalSubtract {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    return !__builtin_sub_overflow(a, b, result);
  }
  static bool Apply(double a, double b, double* result) { return StoreFinite(a - b, result); }
};

struct TotalMultiply {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    return !__builtin_mul_overflow(a, b, result);
  }
  static bool Apply(double a, double b, double* result) { return StoreFinite(a * b, result); }
};

// True when a / b would trap or overflow.
inline bool IsUndefinedQuotient(int64_t a, int64_t b) {
  return b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min());
}

struct TotalDivide {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    const bool undefined = IsUndefinedQuotient(a, b);
    *result = a / (undefined ? 1 : b);
    return !undefined;
  }
  static bool Apply(double a, double b, double* result) {
    // Replacing the divisor keeps a division by zero from raising a floating-point flag.
    const bool is_zero = b == 0;
    return StoreFinite(a / (is_zero ? 1 : b), result) && !is_zero;
  }
};

// Integers only. The remainder by -1 is 0 for every dividend, also where the quotient overflows.
struct TotalModulo {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    *result = a % (IsUndefinedQuotient(a, b) ? 1 : b);
    return b != 0;
  }
};

struct TotalNegate {
  static bool Apply(int64_t a, int64_t* result) {
    return !__builtin_sub_overflow(int64_t{0}, a, result);
  }
  static bool Apply(double a, double* result) { return StoreFinite(-a, result); }
};

struct TotalAbs {
  static bool Apply(int64_t a, int64_t* result) {
    return a < 0 ? TotalNegate::Apply(a, result) : ((*result = a), true);
  }
  static bool Apply(double a, double* result) { return StoreFinite(std::fabs(a), result); }
};

struct TotalCeil {
  static bool Apply(double a, double* result) { return StoreFinite(std::ceil(a), result); }
};

// Halves go to the even neighbour, in the mode that nothing here changes.
struct TotalRound {
  static bool Apply(double a, double* result) { return StoreFinite(std::nearbyint(a), result); }
};

struct TotalTrunc {
  static bool Apply(double a, double* result) { return StoreFinite(std::trunc(a), result); }
};

struct TotalSign {
  static bool Apply(double a, double* result) {
    *result = a > 0 ? 1 : a < 0 ? -1 : 0;
    return true;
  }
};

// Outside their domain the argument is replaced, so that no floating-point flag is raised.
struct TotalSqrt {
  static bool Apply(double a, double* result) {
    return StoreFinite(std::sqrt(a < 0 ? 0 : a), result) && a >= 0;
  }
};

struct TotalLn {
  static bool Apply(double a, double* result) {
    return StoreFinite(std::log(a > 0 ? a : 1), result) && a > 0;
  }
};

struct TotalLog10 {
  static bool Apply(double a, double* result) {
    return StoreFinite(std::log10(a > 0 ? a : 1), result) && a > 0;
  }
};

struct TotalExp {
  static bool Apply(double a, double* result) { return StoreFinite(std::exp(a), result); }
};

// A negative base to a power that is not whole, and 0 to a negative one, have no value.
struct TotalPower {
  static bool Apply(double a, double b, double* result) {
    return StoreFinite(std::pow(a, b), result);
  }
};

// No value above `most` or below -most - 1.
struct TotalToInteger {
  static bool Apply(int64_t a, int64_t most, int64_t* result) {
    *result = a;
    return -most - 1 <= a && a <= most;
  }
  static bool Apply(double a, int64_t most, int64_t* result) {
    const double whole = std::nearbyint(a);
    const bool fits = -0x1p63 <= whole && whole < 0x1p63;
    return Apply(static_cast<int64_t>(fits ? whole : 0), most, result) && fits;
  }
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_TOTAL_ARITHMETIC_H_
