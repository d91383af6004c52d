// One value and its type, as the engine sees it: what a literal, a parameter or a cell can be.
#ifndef TACIT_ENGINE_PLAN_NODES_VALUE_H_
#define TACIT_ENGINE_PLAN_NODES_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "engine/plan/nodes/date.h"

namespace tacit {

enum class ValueType { kBool, kInt64, kFloat64, kText, kDate };

// NULL is std::monostate. Floats are finite: ingestion and literals refuse NaN and infinities.
using Value = std::variant<std::monostate, bool, int64_t, double, std::string, Date>;

inline bool IsNull(const Value& value) { return std::holds_alternative<std::monostate>(value); }

inline std::string_view TypeName(ValueType type) {
  switch (type) {
    case ValueType::kBool:
      return "boolean";
    case ValueType::kInt64:
      return "integer";
    case ValueType::kFloat64:
      return "real";
    case ValueType::kText:
      return "text";
    case ValueType::kDate:
      return "date";
  }
  return "unknown";
}

// Canonical text of a value: NULL, true, 42, 0.5 (shortest round trip), 'it''s',
// DATE '2024-02-29'. Used in plans and keys; two different values never share a text.
std::string ToText(const Value& value);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_VALUE_H_
