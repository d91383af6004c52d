// pg_query's SELECT to ours, clause by clause.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_STATEMENT_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_STATEMENT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"
#include "engine/parse/pg_parser_tokens.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {

// `tokens` are those of this SELECT and give positions to clauses that pg_query hands over without
// any. `depth` counts the SELECTs around this one.
// Errors: kUnsupported, kOneStatement (no targets), kLiteralRange, kParameter, kLimit.
absl::StatusOr<SelectStatement> ReadSelect(const PgQuery__SelectStmt& select,
                                           const std::vector<Token>& tokens, int depth = 0);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_STATEMENT_H_
