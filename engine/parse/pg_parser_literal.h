// Leaves of an expression: constants, columns and parameters.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_LITERAL_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_LITERAL_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {

// A number as written: an integer when it has digits alone, else a real.
// Errors: kLiteralRange beyond 64-bit integers or finite reals.
absl::StatusOr<SyntaxLiteral> ReadNumber(std::string_view text, int position);

absl::StatusOr<SyntaxNode> ReadConstant(const PgQuery__AConst& constant, int otherwise);
absl::StatusOr<SyntaxNode> ReadColumn(const PgQuery__ColumnRef& column, int otherwise);
absl::StatusOr<SyntaxNode> ReadParameter(const PgQuery__ParamRef& parameter, int otherwise);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_LITERAL_H_
