// What functions of text give: one meaning for rows, released answers and declared values.
//
// Texts are counted and cut in characters (utf8.h), as in PostgreSQL. Nothing fails: positions
// beyond either end give what lies within, and any bytes are read.
#ifndef TACIT_ENGINE_PLAN_NODES_TEXT_H_
#define TACIT_ENGINE_PLAN_NODES_TEXT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// Of texts joined by `||`, in bytes: what is longer is cut after the last whole character. Other
// functions give at most as many bytes as they take.
inline constexpr size_t kJoinedBytesMax = 1024;

std::string JoinTexts(absl::Span<const std::string_view> parts);

// An operation on one text (IsOfText; of kConcat all arguments but one are literals), its literals
// read once: patterns are made ready here. The result is of the expression's type and never NULL.
class TextFunction {
 public:
  explicit TextFunction(const Expression& function);
  // Its value with `text` in the place of the argument that is not a literal.
  Value Of(std::string_view text) const { return function_(text); }

 private:
  std::function<Value(std::string_view)> function_;
};

// The argument of an operation on one text that is not a literal.
const ExpressionPtr& VaryingArgument(const Expression& function);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_TEXT_H_
