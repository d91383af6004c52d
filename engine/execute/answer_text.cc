#include "engine/execute/answer_text.h"

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/nodes/text.h"

namespace tacit {

PresentedCell EvaluateOfText(const Expression& expression, const AnswerRow& row) {
  std::vector<Value> values;
  for (const ExpressionPtr& argument : expression.arguments) {
    values.push_back(EvaluateAnswer(*argument, row).value);
    if (IsNull(values.back())) return {};
  }
  if (expression.kind != ExpressionKind::kConcat) {
    return {.value = TextFunction(expression).Of(std::get<std::string>(values[0]))};
  }
  std::vector<std::string_view> parts;
  for (const Value& value : values) parts.push_back(std::get<std::string>(value));
  return {.value = JoinTexts(parts)};
}

}  // namespace tacit
