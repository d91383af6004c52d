#include "engine/analyze/parameters.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {

Parameters::Parameters(const std::vector<Value>& values) : values_(values), used_(values.size()) {}

absl::Status Parameters::CheckValues() const {
  for (size_t i = 0; i < values_.size(); ++i) {
    const std::string field = absl::StrCat("parameters[", i, "]");
    const auto* real = std::get_if<double>(&values_[i]);
    if (real != nullptr && !std::isfinite(*real)) {
      return Refuse(Reason::kParameter, absl::StrCat("$", i + 1, " is not a finite number"),
                    {.fix = "send a finite number or NULL", .field = field});
    }
    const auto* text = std::get_if<std::string>(&values_[i]);
    if (text == nullptr) continue;
    if (text->find('\0') != std::string::npos || FirstInvalidUtf8(*text) != std::string::npos) {
      return Refuse(Reason::kParameter,
                    absl::StrCat("$", i + 1, " is not valid UTF-8 text without NUL"),
                    {.fix = "send UTF-8", .field = field});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Value> Parameters::Use(int number, int position) {
  if (number < 1 || number > static_cast<int>(values_.size())) {
    return Refuse(Reason::kParameter, absl::StrCat("$", number, " has no value"),
                  {.fix = absl::StrCat("give ", number, number == 1 ? " parameter" : " parameters",
                                       ", not ", values_.size()),
                   .position = position});
  }
  used_[number - 1] = true;
  const Value& value = values_[number - 1];
  const auto* real = std::get_if<double>(&value);
  if (real != nullptr && *real == 0) return Value(0.0);  // -0.0 is 0.0
  return value;
}

absl::Status Parameters::CheckAllUsed() const {
  for (size_t i = 0; i < used_.size(); ++i) {
    if (used_[i]) continue;
    return Refuse(Reason::kParameter,
                  absl::StrCat("$", i + 1, " is given but the query never uses it"),
                  {.fix = "leave it out, or check the numbering",
                   .field = absl::StrCat("parameters[", i, "]")});
  }
  return absl::OkStatus();
}

}  // namespace tacit
