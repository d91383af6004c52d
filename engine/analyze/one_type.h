// Values that meet are of one type: what is widened, what is read as another, what is refused.
#ifndef TACIT_ENGINE_ANALYZE_ONE_TYPE_H_
#define TACIT_ENGINE_ANALYZE_ONE_TYPE_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/analyze/bind_expression.h"

namespace tacit {

inline bool IsNumeric(ValueType type) {
  return type == ValueType::kInt64 || type == ValueType::kFloat64;
}

bool IsNullLiteral(const TypedExpression& typed);

// A literal NULL of `type`.
TypedExpression Retype(const TypedExpression& null, ValueType type);

// Where one is a date, texts are read as dates; where one is a real, integers become reals; a NULL
// takes the type of the others. `what` begins the refusal: "= cannot compare".
// Errors: kTypeMismatch, kLiteralRange.
absl::Status GiveOneType(std::vector<TypedExpression>& values, std::string_view what, int position);

absl::Status RefuseMismatch(std::string_view what, ValueType a, ValueType b, int position);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_ONE_TYPE_H_
