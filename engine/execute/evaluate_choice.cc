#include <memory>
#include <utility>
#include <vector>

#include "accountant/check.h"
#include "engine/execute/evaluate.h"
#include "engine/execute/owned_dictionary.h"
#include "engine/execute/result_buffer.h"

namespace tacit {
namespace {

// What one of the alternatives is for the rows of a batch. Texts come from dictionaries of their
// own; `codes` gives them in the common one.
template <typename T>
class Alternative {
 public:
  explicit Alternative(RowExpressionPtr expression) : expression_(std::move(expression)) {}

  void set_codes(std::vector<uint32_t> codes) { codes_ = std::move(codes); }
  const RowExpression& expression() const { return *expression_; }
  void Evaluate(const RowSet& rows) {
    vector_ = expression_->Evaluate(rows);
    values_ = vector_.As<T>();
  }
  T At(int i) const {
    if constexpr (std::is_same_v<T, uint32_t>) return codes_[values_[i]];
    return values_[i];
  }
  bool IsValid(int i) const { return vector_.valid == nullptr || vector_.valid[i] != 0; }

 private:
  const RowExpressionPtr expression_;
  std::vector<uint32_t> codes_;
  ValueVector vector_;
  const T* values_ = nullptr;
};

template <typename T>
using Alternatives = std::vector<std::unique_ptr<Alternative<T>>>;

// The results, and for texts the dictionary that all alternatives share.
template <typename T>
class Choice : public RowExpression {
 public:
  Choice(ValueType type, std::vector<RowExpressionPtr> values) : RowExpression(type) {
    for (RowExpressionPtr& value : values) {
      alternatives_.push_back(std::make_unique<Alternative<T>>(std::move(value)));
    }
    if constexpr (std::is_same_v<T, uint32_t>) ShareDictionary();
  }

  const Dictionary* dictionary() const override {
    return texts_ == nullptr ? nullptr : &texts_->dictionary();
  }

 protected:
  // Every alternative is evaluated for every row: nothing of the cost depends on values.
  void EvaluateAll(const RowSet& rows) {
    for (const auto& alternative : alternatives_) alternative->Evaluate(rows);
    result_.Start();
  }

  Alternatives<T> alternatives_;
  ResultBuffer<T> result_;

 private:
  void ShareDictionary() {
    std::vector<std::string_view> all;
    for (const auto& alternative : alternatives_) {
      const Dictionary& own = *alternative->expression().dictionary();
      for (uint32_t code = 0; code < own.size(); ++code) all.push_back(own.At(code));
    }
    texts_ = std::make_unique<OwnedDictionary>(all);
    auto next = texts_->codes().begin();
    for (const auto& alternative : alternatives_) {
      const auto size = static_cast<int64_t>(alternative->expression().dictionary()->size());
      std::vector<uint32_t> codes(next, next + size);
      // The code 0 of NULL rows is looked up too.
      if (codes.empty()) codes.push_back(0);
      alternative->set_codes(std::move(codes));
      next += size;
    }
  }

  std::unique_ptr<OwnedDictionary> texts_;
};

template <typename T>
class CaseOf final : public Choice<T> {
 public:
  CaseOf(ValueType type, std::vector<RowExpressionPtr> conditions,
         std::vector<RowExpressionPtr> values)
      : Choice<T>(type, std::move(values)), conditions_(std::move(conditions)) {
    TACIT_CHECK(conditions_.size() + 1 == this->alternatives_.size());
  }

  ValueVector Evaluate(const RowSet& rows) override {
    this->EvaluateAll(rows);
    chosen_.fill(static_cast<uint32_t>(conditions_.size()));
    // From the last to the first, so that the first that holds has the last word. A NULL condition
    // holds false.
    for (size_t k = conditions_.size(); k-- > 0;) {
      const ValueVector condition = conditions_[k]->Evaluate(rows);
      for (int i = 0; i < rows.count; ++i) {
        chosen_[i] = condition.booleans[i] != 0 ? static_cast<uint32_t>(k) : chosen_[i];
      }
    }
    for (int i = 0; i < rows.count; ++i) {
      const Alternative<T>& one = *this->alternatives_[chosen_[i]];
      this->result_.Set(i, one.At(i), one.IsValid(i));
    }
    return this->result_.Vector();
  }

 private:
  const std::vector<RowExpressionPtr> conditions_;
  std::array<uint32_t, kBatchRowsMax> chosen_;
};

template <typename T>
class Coalesce final : public Choice<T> {
 public:
  using Choice<T>::Choice;

  ValueVector Evaluate(const RowSet& rows) override {
    this->EvaluateAll(rows);
    for (int i = 0; i < rows.count; ++i) {
      T value{0};
      bool has_value = false;
      for (size_t k = this->alternatives_.size(); k-- > 0;) {
        const Alternative<T>& one = *this->alternatives_[k];
        value = one.IsValid(i) ? one.At(i) : value;
        has_value |= one.IsValid(i);
      }
      this->result_.Set(i, value, has_value);
    }
    return this->result_.Vector();
  }
};

// GREATEST, or LEAST. Codes of one dictionary are ordered as their texts are.
template <typename T>
class Extreme final : public Choice<T> {
 public:
  Extreme(ValueType type, std::vector<RowExpressionPtr> values, bool greatest)
      : Choice<T>(type, std::move(values)), greatest_(greatest) {}

  ValueVector Evaluate(const RowSet& rows) override {
    this->EvaluateAll(rows);
    for (int i = 0; i < rows.count; ++i) {
      T value{0};
      bool has_value = false;
      for (const auto& one : this->alternatives_) {
        const T other = one->At(i);
        const bool beyond = greatest_ ? other > value : other < value;
        const bool takes = one->IsValid(i) && (beyond || !has_value);
        value = takes ? other : value;
        has_value |= one->IsValid(i);
      }
      this->result_.Set(i, value, has_value);
    }
    return this->result_.Vector();
  }

 private:
  const bool greatest_;
};

template <typename T>
RowExpressionPtr MakeChoice(const Expression& expression, std::vector<RowExpressionPtr> conditions,
                            std::vector<RowExpressionPtr> values) {
  switch (expression.kind) {
    case ExpressionKind::kCase:
      return std::make_unique<CaseOf<T>>(expression.type, std::move(conditions), std::move(values));
    case ExpressionKind::kCoalesce:
      return std::make_unique<Coalesce<T>>(expression.type, std::move(values));
    default:
      return std::make_unique<Extreme<T>>(expression.type, std::move(values),
                                          expression.kind == ExpressionKind::kGreatest);
  }
}

}  // namespace

RowExpressionPtr PrepareChoice(const Expression& expression, const ScanColumns& columns) {
  const bool is_case = expression.kind == ExpressionKind::kCase;
  std::vector<RowExpressionPtr> conditions;
  std::vector<RowExpressionPtr> values;
  for (size_t i = 0; i < expression.arguments.size(); ++i) {
    RowExpressionPtr argument = Prepare(*expression.arguments[i], columns);
    const bool is_condition = is_case && IsCaseCondition(i, expression.arguments.size());
    TACIT_CHECK(argument->type() == (is_condition ? ValueType::kBool : expression.type));
    (is_condition ? conditions : values).push_back(std::move(argument));
  }
  TACIT_CHECK(!values.empty());
  switch (expression.type) {
    case ValueType::kBool:
      return MakeChoice<uint8_t>(expression, std::move(conditions), std::move(values));
    case ValueType::kInt64:
    case ValueType::kDate:
      return MakeChoice<int64_t>(expression, std::move(conditions), std::move(values));
    case ValueType::kFloat64:
      return MakeChoice<double>(expression, std::move(conditions), std::move(values));
    case ValueType::kText:
      break;
  }
  return MakeChoice<uint32_t>(expression, std::move(conditions), std::move(values));
}

}  // namespace tacit
