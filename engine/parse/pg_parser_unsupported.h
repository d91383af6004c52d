// What each construct we do not answer is called, and what to write instead.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_UNSUPPORTED_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_UNSUPPORTED_H_

#include <string_view>

#include "absl/status/status.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {

// kUnsupported at `position`.
absl::Status Unsupported(std::string_view what, std::string_view fix, int position);

// Refuses a node of a kind that is not on the allow-list, by name where it has one; `otherwise` is
// the position used when the node does not know its own.
absl::Status RefuseNode(const PgQuery__Node& node, int otherwise);

// Refuses a statement that is not a SELECT. `word` is its first word as written.
absl::Status RefuseStatement(std::string_view word, int position);

// Refuses the special forms of an operator expression, by kind (LIKE, = ANY, IS DISTINCT FROM,
// ...).
absl::Status RefuseOperatorForm(PgQuery__AExprKind kind, int position);

// Refuses an operator that is not arithmetic or a comparison.
absl::Status RefuseOperator(std::string_view symbol, int position);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_UNSUPPORTED_H_
