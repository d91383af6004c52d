// A call of an aggregate, as written -> what it is taken of: arguments bound over rows, FILTER and
// WITHIN GROUP among them.
#ifndef TACIT_ENGINE_ANALYZE_READ_CALL_H_
#define TACIT_ENGINE_ANALYZE_READ_CALL_H_

#include "absl/status/statusor.h"
#include "engine/analyze/aggregates/aggregate.h"
#include "engine/analyze/parameters.h"
#include "engine/analyze/scope.h"
#include "engine/parse/ast.h"

namespace tacit {

// Errors: kUnsupported (another form than the aggregate's), kTypeMismatch and kLiteralRange (a
// fraction that is none), and what binding the arguments refuses.
absl::StatusOr<AggregateCall> ReadCall(const Aggregate& aggregate, const SyntaxNode& node,
                                       RowScope& rows, Parameters& parameters);

// By columns' indices, not by names: a column may be called "a + b".
bool IsSameCall(const AggregateCall& a, const AggregateCall& b);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_READ_CALL_H_
