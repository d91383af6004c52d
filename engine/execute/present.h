// Released statistics -> the table the analyst sees. Post-processing only: nothing private reaches
// it.
#ifndef TACIT_ENGINE_EXECUTE_PRESENT_H_
#define TACIT_ENGINE_EXECUTE_PRESENT_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "engine/plan/nodes/present.h"

namespace tacit {

// One group as released: key values and one estimate a statistic.
struct ReleasedGroup {
  std::vector<Value> keys;
  std::vector<Estimate> statistics;
};

// A presented cell. For keys and literals low and high are unset; otherwise they bound the
// un-noised value.
struct PresentedCell {
  Value value;
  bool has_interval = false;
  double low = 0;
  double high = 0;
};

// An integer or a real of a cell, as a real.
inline double NumberOf(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  return std::get<double>(value);
}

using PresentedRow = std::vector<PresentedCell>;

// Applies answers, HAVING, ORDER BY, LIMIT and the output expressions. `groups` come in declared
// key order. Intervals of arithmetic over answers are by interval arithmetic, so they keep the
// joint confidence.
std::vector<PresentedRow> Present(const PresentNode& present,
                                  const std::vector<ReleasedGroup>& groups);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_PRESENT_H_
