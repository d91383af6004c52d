// What depends on a text alone: worked out once for each string of a dictionary, then looked up by
// the code of each row, at the same cost for every row.
#ifndef TACIT_ENGINE_EXECUTE_BY_CODE_H_
#define TACIT_ENGINE_EXECUTE_BY_CODE_H_

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/execute/evaluate.h"
#include "engine/execute/result_buffer.h"

namespace tacit {

// NULL where the text is NULL. T is the array type of `type`: see ValueVector.
template <typename T>
class ByCode : public RowExpression {
 public:
  ByCode(ValueType type, RowExpressionPtr text, std::vector<T> by_code)
      : RowExpression(type), text_(std::move(text)), by_code_(std::move(by_code)) {
    // The code 0 of NULL rows is looked up too.
    if (by_code_.empty()) by_code_.push_back(T{0});
  }
  ByCode(ValueType type, RowExpressionPtr text, const std::function<T(std::string_view)>& value)
      : ByCode(type, std::move(text), std::vector<T>()) {
    const Dictionary& dictionary = *text_->dictionary();
    by_code_.resize(std::max<size_t>(dictionary.size(), 1));
    for (uint32_t code = 0; code < dictionary.size(); ++code) {
      by_code_[code] = value(dictionary.At(code));
    }
  }

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector text = text_->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) values_[i] = by_code_[text.codes[i]];
    // A NULL row holds 0 in every array.
    for (int i = 0; i < rows.count && text.valid != nullptr; ++i) {
      values_[i] = text.valid[i] != 0 ? values_[i] : T{0};
    }
    ValueVector result;
    PointAt(result, values_.data());
    result.valid = text.valid;
    return result;
  }

 private:
  const RowExpressionPtr text_;
  std::vector<T> by_code_;
  std::array<T, kBatchRowsMax> values_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_BY_CODE_H_
