// What a true WHERE says about each column: narrower bounds, and that NULL is gone.
#ifndef TACIT_ENGINE_ANALYZE_NARROW_H_
#define TACIT_ENGINE_ANALYZE_NARROW_H_

#include <vector>

#include "absl/types/span.h"
#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// The ranges of the columns among rows for which `predicate` is true, each within `columns`, which
// is indexed as kColumn's `index`. Reads `column <op> constant`, BETWEEN, IN, IS NULL, and their
// AND, OR and NOT; what it does not understand narrows nothing. An empty interval: no number can
// satisfy it.
std::vector<ValueRange> Narrow(const Expression& predicate, absl::Span<const ValueRange> columns);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_NARROW_H_
