// Expressions from names to meaning: types, widening, nullability and ranges.
#ifndef TACIT_ENGINE_ANALYZE_BIND_EXPRESSION_H_
#define TACIT_ENGINE_ANALYZE_BIND_EXPRESSION_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/analyze/bounds.h"
#include "engine/analyze/parameters.h"
#include "engine/parse/ast.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

struct TypedExpression {
  ExpressionPtr expression;
  ValueRange range;
};

// What names mean where an expression stands.
class NameScope {
 public:
  virtual ~NameScope() = default;
  virtual absl::StatusOr<TypedExpression> BindColumn(const SyntaxNode& column) = 0;
  virtual absl::StatusOr<TypedExpression> BindCall(const SyntaxNode& call) = 0;
  // What a whole expression stands for, where it has a meaning beyond its parts: a group key.
  virtual std::optional<TypedExpression> FindWhole(const SyntaxNode&) { return std::nullopt; }
};

// Integers meet reals as reals; text meets text alone, by its bytes; booleans know only =, <> and
// IN. A NULL takes the type of what it meets. Errors: kTypeMismatch, kParameter, kUnsupported, and
// what the scope refuses.
absl::StatusOr<TypedExpression> BindExpression(const SyntaxNode& node, NameScope& scope,
                                               Parameters& parameters);

// The same for a condition. `clause` names it in errors: "WHERE".
absl::StatusOr<TypedExpression> BindCondition(const SyntaxNode& node, std::string_view clause,
                                              NameScope& scope, Parameters& parameters);

// `kind` over bound arguments, with what it can be. `field` is that of EXTRACT and DATE_TRUNC.
TypedExpression MakeOperation(ExpressionKind kind, ValueType type,
                              std::vector<TypedExpression> arguments,
                              DateField field = DateField::kDay);

// An integer widened; a real as it is.
TypedExpression ToFloat(TypedExpression number);

// A leaf: a literal of the value's own type; NULL is an integer until it meets another type.
TypedExpression MakeLiteral(const Value& value);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_BIND_EXPRESSION_H_
