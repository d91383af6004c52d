// Post-processing of released numbers: free, because it sees nothing else.
// Turns statistics into answers (AVG = sum / count), then HAVING, ORDER BY, LIMIT and arithmetic.
#ifndef TACIT_ENGINE_PLAN_NODES_PRESENT_H_
#define TACIT_ENGINE_PLAN_NODES_PRESENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// A released number with the interval that holds the un-noised one with the stated confidence.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

// Public constants an answer may use.
struct AnswerParameters {
  ValueBounds bounds;  // the answer is clamped here where the function says so
  double centre = 0;
  // Of the second argument, where there are two.
  ValueBounds second_bounds;
  double second_centre = 0;
  friend bool operator==(const AnswerParameters&, const AnswerParameters&) = default;
};

// Released statistics -> answer. Pure, total, and stateless: a plain function cannot break the
// guarantee.
using AnswerFunction = Estimate (*)(absl::Span<const Estimate> statistics,
                                    const AnswerParameters& parameters);

struct Answer {
  std::string name;  // canonical, e.g. "avg(age)"
  AnswerFunction function = nullptr;
  std::vector<int> statistics;  // indices into MeasureNode::statistics, in the function's order
  AnswerParameters parameters;
  ValueType type = ValueType::kFloat64;  // kInt64 or kFloat64
  bool is_as_released = false;           // the statistic itself: noise alone decides its error
};

struct OutputColumn {
  std::string name;
  ExpressionPtr expression;  // leaves kKey, kAnswer, kLiteral
};

struct SortKey {
  ExpressionPtr expression;
  bool descending = false;
  bool nulls_first = false;
};

struct PresentNode {
  std::vector<Answer> answers;
  std::vector<OutputColumn> columns;
  ExpressionPtr having;  // null: none
  std::vector<SortKey>
      sort;  // ties and the default order: by group key, in declared order of the values
  std::optional<int64_t> limit;
  std::optional<int64_t> offset;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_PRESENT_H_
