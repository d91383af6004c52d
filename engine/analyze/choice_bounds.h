// Which values CASE, COALESCE, GREATEST and LEAST can have, from those of their arguments.
#ifndef TACIT_ENGINE_ANALYZE_CHOICE_BOUNDS_H_
#define TACIT_ENGINE_ANALYZE_CHOICE_BOUNDS_H_

#include "absl/types/span.h"
#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// `arguments` as the expression has them; of CASE, the conditions' ranges are not looked at.
ValueRange InferChoice(ExpressionKind kind, absl::Span<const ValueRange> arguments);

// Of a whole CASE over rows: each value under what its condition says of the columns.
ValueRange InferCase(const Expression& choice, absl::Span<const ValueRange> columns);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_CHOICE_BOUNDS_H_
