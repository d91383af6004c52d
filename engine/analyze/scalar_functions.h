// The functions of values, not of groups, that a query may call. A new one is a function of the
// type below, in the file of its family, and one line in the table.
#ifndef TACIT_ENGINE_ANALYZE_SCALAR_FUNCTIONS_H_
#define TACIT_ENGINE_ANALYZE_SCALAR_FUNCTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/analyze/bind_expression.h"
#include "engine/parse/ast.h"

namespace tacit {

// Checks number and types of the arguments and makes the operation. Errors: kUnsupported,
// kTypeMismatch, each at the call's position.
using BindFunction = absl::StatusOr<TypedExpression> (*)(const SyntaxNode& call,
                                                         std::vector<TypedExpression> arguments);

// Null where there is no such function. `name` in lower case.
BindFunction FindScalarFunction(std::string_view name);

// For "did you mean".
std::vector<std::string> ScalarFunctionNames();

// math_functions.cc: ABS; CEIL, SIGN, SQRT, LN, LOG and EXP; ROUND and TRUNC of x, or to so many
// places; POWER(x, constant); MOD; WIDTH_BUCKET(x, low, high, count).
absl::StatusOr<TypedExpression> BindAbs(const SyntaxNode& call,
                                        std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindOfReal(const SyntaxNode& call,
                                           std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindRound(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindPower(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindMod(const SyntaxNode& call,
                                        std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindWidthBucket(const SyntaxNode& call,
                                                std::vector<TypedExpression> arguments);

// CAST(x AS type), a node of kind kCast with one argument.
absl::StatusOr<TypedExpression> BindCast(const SyntaxNode& cast,
                                         std::vector<TypedExpression> arguments);

// EXTRACT(field FROM d), DATE_PART('field', d) and DATE_TRUNC('unit', d): the field is the first
// argument, as text.
absl::StatusOr<TypedExpression> BindDatePart(const SyntaxNode& call,
                                             std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindDateTrunc(const SyntaxNode& call,
                                              std::vector<TypedExpression> arguments);

// A text, written as a literal or given as a parameter, that meets a date becomes a date, as in
// PostgreSQL: the first whatever it meets, the second where the other side is a date. Other values
// stay what they are. Errors: kLiteralRange.
absl::Status ReadTextAsDate(TypedExpression& text, int position);
absl::Status ReadTextsAsDates(TypedExpression& a, TypedExpression& b, int position);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_SCALAR_FUNCTIONS_H_
