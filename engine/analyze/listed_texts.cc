#include "engine/analyze/listed_texts.h"

#include <set>
#include <string>
#include <string_view>

#include "engine/analyze/choice.h"
#include "engine/plan/nodes/text.h"

namespace tacit {
namespace {

using Listed = std::optional<std::vector<Value>>;

std::vector<Value> Distinct(const std::vector<Value>& values) {
  std::set<Value> seen;
  std::vector<Value> distinct;
  for (const Value& value : values) {
    if (seen.insert(value).second) distinct.push_back(value);
  }
  return distinct;
}

// All joins of one value of each argument, the last argument fastest.
Listed ListedJoins(const Expression& join, const TableSchema& table) {
  std::vector<std::vector<std::string_view>> joins = {{}};
  std::vector<std::vector<Value>> texts;
  texts.reserve(join.arguments.size());
  for (const ExpressionPtr& argument : join.arguments) {
    Listed listed = ListedValues(*argument, table);
    if (!listed.has_value() || listed->size() * joins.size() > kPairsListedMax) {
      return std::nullopt;
    }
    texts.push_back(*std::move(listed));
    std::vector<std::vector<std::string_view>> longer;
    for (const std::vector<std::string_view>& parts : joins) {
      for (const Value& text : texts.back()) {
        longer.push_back(parts);
        longer.back().push_back(std::get<std::string>(text));
      }
    }
    joins = std::move(longer);
  }
  std::vector<Value> values;
  for (const std::vector<std::string_view>& parts : joins) values.emplace_back(JoinTexts(parts));
  return Distinct(values);
}

}  // namespace

std::optional<std::vector<Value>> ListedTexts(const Expression& function,
                                              const TableSchema& table) {
  if (function.type == ValueType::kBool) return std::nullopt;
  if (function.kind == ExpressionKind::kConcat) return ListedJoins(function, table);
  const Listed texts = ListedValues(*function.arguments[0], table);
  if (!texts.has_value()) return std::nullopt;
  const TextFunction map(function);
  std::vector<Value> values;
  for (const Value& text : *texts) values.push_back(map.Of(std::get<std::string>(text)));
  return Distinct(values);
}

}  // namespace tacit
