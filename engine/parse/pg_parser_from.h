// pg_query's FROM and WITH to ours: one table, or a sub-query.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_FROM_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_FROM_H_

#include <vector>

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"
#include "engine/parse/pg_parser_tokens.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {

// Both take the tokens of the whole SELECT and the number of SELECTs around it.
// Errors: kUnsupported; kLimit "subqueries" where they are nested too deep; those of ReadSelect.
absl::StatusOr<TableReference> ReadFrom(const PgQuery__SelectStmt& select,
                                        const std::vector<Token>& tokens, int depth);
absl::StatusOr<std::vector<TableReference>> ReadWith(const PgQuery__SelectStmt& select,
                                                     const std::vector<Token>& tokens, int depth);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_FROM_H_
