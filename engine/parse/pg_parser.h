// The door to pg_query: scan, checks on tokens, parse, and conversion to our own tree.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"

namespace tacit {

// Reads one SELECT. Needs: the parser thread; `sql` is UTF-8 without NUL, at most kSqlBytesMax
// bytes. Errors: kParse, kOneStatement, kLimit, kUnsupported, kLiteralRange.
absl::StatusOr<SelectStatement> ReadStatementOnThisThread(const std::string& sql);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_H_
