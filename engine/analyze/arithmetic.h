// The operators + - * / % over numbers, and + - over days.
#ifndef TACIT_ENGINE_ANALYZE_ARITHMETIC_H_
#define TACIT_ENGINE_ANALYZE_ARITHMETIC_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/analyze/bind_expression.h"
#include "engine/parse/ast.h"

namespace tacit {

bool IsArithmetic(std::string_view symbol);

// `node` is an operator of those, with one bound argument or two. Errors: kTypeMismatch.
absl::StatusOr<TypedExpression> Calculate(const SyntaxNode& node,
                                          std::vector<TypedExpression> arguments);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_ARITHMETIC_H_
