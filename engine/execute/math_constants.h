// The literals that functions of one number take beside it.
#ifndef TACIT_ENGINE_EXECUTE_MATH_CONSTANTS_H_
#define TACIT_ENGINE_EXECUTE_MATH_CONSTANTS_H_

#include "engine/plan/nodes/buckets.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// Of kPower.
inline double ExponentOf(const Expression& power) {
  return std::get<double>(power.arguments.at(1)->literal);
}

// Of kWidthBucket.
inline Buckets BucketsOf(const Expression& bucket) {
  return {.low = std::get<double>(bucket.arguments.at(1)->literal),
          .high = std::get<double>(bucket.arguments.at(2)->literal),
          .count = std::get<int64_t>(bucket.arguments.at(3)->literal)};
}

// Of kToInteger: the largest value.
inline int64_t MostOf(const Expression& cast) {
  return std::get<int64_t>(cast.arguments.at(1)->literal);
}

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_MATH_CONSTANTS_H_
