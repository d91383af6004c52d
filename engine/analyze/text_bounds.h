// How long texts can be, and so which values LENGTH can have.
#ifndef TACIT_ENGINE_ANALYZE_TEXT_BOUNDS_H_
#define TACIT_ENGINE_ANALYZE_TEXT_BOUNDS_H_

#include "absl/types/span.h"
#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// In characters: of a literal, and of a column whose values are declared. Declared lengths are
// where lengths are clipped, like other bounds. Any length of a value that is no text.
Interval LengthOf(const Value& literal);
Interval LengthOf(const ColumnSchema& column);

// Of an operation of text (IsOfText), from its arguments as the expression has them.
ValueRange InferText(ExpressionKind kind, absl::Span<const ValueRange> arguments);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_TEXT_BOUNDS_H_
