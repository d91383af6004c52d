// Arithmetic on days that has a value for every input: NULL outside the years 1 to 9999.
// The same functions serve rows and released answers, as those of total_arithmetic.h.
#ifndef TACIT_ENGINE_EXECUTE_DATE_ARITHMETIC_H_
#define TACIT_ENGINE_EXECUTE_DATE_ARITHMETIC_H_

#include <cstdint>

#include "engine/plan/nodes/date.h"

namespace tacit {

// A date and a number of days, either way round.
struct TotalAddDays {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    return !__builtin_add_overflow(a, b, result) && IsDate(*result);
  }
};

struct TotalSubtractDays {
  static bool Apply(int64_t a, int64_t b, int64_t* result) {
    return !__builtin_sub_overflow(a, b, result) && IsDate(*result);
  }
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_DATE_ARITHMETIC_H_
