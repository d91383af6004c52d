// CASE, COALESCE, NULLIF, GREATEST and LEAST: one of several values of one type.
#ifndef TACIT_ENGINE_ANALYZE_CHOICE_H_
#define TACIT_ENGINE_ANALYZE_CHOICE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/analyze/bind_expression.h"
#include "engine/parse/ast.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// Condition, value, ..., ELSE. Errors: kTypeMismatch, kLiteralRange.
absl::StatusOr<TypedExpression> MakeCase(std::vector<TypedExpression> arguments, int position);

// BindFunctions of scalar_functions.h.
absl::StatusOr<TypedExpression> BindCoalesce(const SyntaxNode& call,
                                             std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindNullIf(const SyntaxNode& call,
                                           std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindGreatest(const SyntaxNode& call,
                                             std::vector<TypedExpression> arguments);
absl::StatusOr<TypedExpression> BindLeast(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments);

// The values but NULL that `key` can be, each once, where it is a choice among literals and columns
// with declared values: groups whatever the data. nullopt: something else.
std::optional<std::vector<Value>> ListedValues(const Expression& key, const TableSchema& table);

// What stands twice in the plan doubles each time it is nested. Errors: kLimit.
absl::Status CheckTwice(const TypedExpression& value, std::string_view what, int position);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_CHOICE_H_
