#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "accountant/check.h"
#include "engine/execute/by_code.h"
#include "engine/execute/evaluate.h"

namespace tacit {
namespace {

// A batch of booleans, made false where there is no value.
class BooleanBuffer {
 public:
  uint8_t* data() { return booleans_.data(); }
  ValueVector Vector(const RowSet& rows, const uint8_t* valid) {
    if (valid != nullptr) {
      for (int i = 0; i < rows.count; ++i) booleans_[i] &= valid[i];
    }
    ValueVector vector;
    vector.booleans = booleans_.data();
    vector.valid = valid;
    return vector;
  }

 private:
  std::array<uint8_t, kBatchRowsMax> booleans_;
};

// Column or computed values against one literal: the common predicate, a single tight loop.
template <typename T, typename Comparison>
class CompareWithLiteral final : public RowExpression {
 public:
  CompareWithLiteral(RowExpressionPtr argument, T literal)
      : RowExpression(ValueType::kBool), argument_(std::move(argument)), literal_(literal) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    const T* values = argument.As<T>();
    uint8_t* out = result_.data();
    for (int i = 0; i < rows.count; ++i) out[i] = Comparison()(values[i], literal_);
    return result_.Vector(rows, argument.valid);
  }

 private:
  const RowExpressionPtr argument_;
  const T literal_;
  BooleanBuffer result_;
};

template <typename T, typename Comparison>
class ComparePair final : public RowExpression {
 public:
  ComparePair(RowExpressionPtr left, RowExpressionPtr right)
      : RowExpression(ValueType::kBool), left_(std::move(left)), right_(std::move(right)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector left = left_->Evaluate(rows);
    const ValueVector right = right_->Evaluate(rows);
    const T* a = left.As<T>();
    const T* b = right.As<T>();
    uint8_t* out = result_.data();
    for (int i = 0; i < rows.count; ++i) out[i] = Comparison()(a[i], b[i]);
    return result_.Vector(rows, BothValid(rows, left.valid, right.valid));
  }

 private:
  const uint8_t* BothValid(const RowSet& rows, const uint8_t* left, const uint8_t* right) {
    if (left == nullptr || right == nullptr) return left == nullptr ? right : left;
    for (int i = 0; i < rows.count; ++i) valid_[i] = left[i] & right[i];
    return valid_.data();
  }

  const RowExpressionPtr left_;
  const RowExpressionPtr right_;
  BooleanBuffer result_;
  std::array<uint8_t, kBatchRowsMax> valid_;
};

// Text of two dictionaries, compared as strings. NULL rows hold code 0 and may have no string.
template <typename Comparison>
class CompareTexts final : public RowExpression {
 public:
  CompareTexts(RowExpressionPtr left, RowExpressionPtr right)
      : RowExpression(ValueType::kBool), left_(std::move(left)), right_(std::move(right)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector left = left_->Evaluate(rows);
    const ValueVector right = right_->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) {
      const bool has_value = (left.valid == nullptr || left.valid[i] != 0) &&
                             (right.valid == nullptr || right.valid[i] != 0);
      valid_[i] = has_value ? 1 : 0;
      result_.data()[i] = has_value && Comparison()(left_->dictionary()->At(left.codes[i]),
                                                    right_->dictionary()->At(right.codes[i]));
    }
    const bool all_valid = left.valid == nullptr && right.valid == nullptr;
    return result_.Vector(rows, all_valid ? nullptr : valid_.data());
  }

 private:
  const RowExpressionPtr left_;
  const RowExpressionPtr right_;
  BooleanBuffer result_;
  std::array<uint8_t, kBatchRowsMax> valid_;
};

// A predicate on text, worked out once for each string of the dictionary.
class TextPredicate final : public ByCode<uint8_t> {
 public:
  TextPredicate(RowExpressionPtr argument, const std::function<bool(std::string_view)>& holds)
      : ByCode<uint8_t>(ValueType::kBool, std::move(argument), holds) {}
};

// Membership of a number or boolean in a sorted list.
template <typename T>
class InSortedList final : public RowExpression {
 public:
  InSortedList(RowExpressionPtr argument, std::vector<T> list)
      : RowExpression(ValueType::kBool), argument_(std::move(argument)), list_(std::move(list)) {
    std::sort(list_.begin(), list_.end());
  }

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    const T* values = argument.As<T>();
    uint8_t* out = result_.data();
    for (int i = 0; i < rows.count; ++i) {
      out[i] = std::binary_search(list_.begin(), list_.end(), values[i]);
    }
    return result_.Vector(rows, argument.valid);
  }

 private:
  const RowExpressionPtr argument_;
  std::vector<T> list_;
  BooleanBuffer result_;
};

// Calls `make` with the function object that `kind` stands for.
template <typename Make>
RowExpressionPtr WithComparison(ExpressionKind kind, Make make) {
  switch (kind) {
    case ExpressionKind::kEqual:
      return make(std::equal_to<>());
    case ExpressionKind::kNotEqual:
      return make(std::not_equal_to<>());
    case ExpressionKind::kLess:
      return make(std::less<>());
    case ExpressionKind::kLessEqual:
      return make(std::less_equal<>());
    case ExpressionKind::kGreater:
      return make(std::greater<>());
    default:
      TACIT_CHECK(kind == ExpressionKind::kGreaterEqual);
      return make(std::greater_equal<>());
  }
}

RowExpressionPtr MakeWithLiteral(ExpressionKind kind, RowExpressionPtr argument,
                                 const Value& literal) {
  return WithComparison(kind, [&](auto comparison) -> RowExpressionPtr {
    using Comparison = decltype(comparison);
    switch (argument->type()) {
      case ValueType::kBool:
        return std::make_unique<CompareWithLiteral<uint8_t, Comparison>>(
            std::move(argument), std::get<bool>(literal) ? 1 : 0);
      case ValueType::kInt64:
        return std::make_unique<CompareWithLiteral<int64_t, Comparison>>(
            std::move(argument), std::get<int64_t>(literal));
      case ValueType::kFloat64:
        return std::make_unique<CompareWithLiteral<double, Comparison>>(std::move(argument),
                                                                        std::get<double>(literal));
      case ValueType::kDate:
        return std::make_unique<CompareWithLiteral<int64_t, Comparison>>(
            std::move(argument), std::get<Date>(literal).days);
      case ValueType::kText:
        break;
    }
    const std::string_view text = std::get<std::string>(literal);
    return std::make_unique<TextPredicate>(
        std::move(argument), [=](std::string_view value) { return comparison(value, text); });
  });
}

RowExpressionPtr MakePair(ExpressionKind kind, RowExpressionPtr left, RowExpressionPtr right) {
  TACIT_CHECK(left->type() == right->type());
  return WithComparison(kind, [&](auto comparison) -> RowExpressionPtr {
    using Comparison = decltype(comparison);
    switch (left->type()) {
      case ValueType::kBool:
        return std::make_unique<ComparePair<uint8_t, Comparison>>(std::move(left),
                                                                  std::move(right));
      case ValueType::kInt64:
      case ValueType::kDate:
        return std::make_unique<ComparePair<int64_t, Comparison>>(std::move(left),
                                                                  std::move(right));
      case ValueType::kFloat64:
        return std::make_unique<ComparePair<double, Comparison>>(std::move(left), std::move(right));
      case ValueType::kText:
        break;
    }
    return std::make_unique<CompareTexts<Comparison>>(std::move(left), std::move(right));
  });
}

bool IsKnownLiteral(const Expression& expression) {
  return expression.kind == ExpressionKind::kLiteral && !IsNull(expression.literal);
}

template <typename T>
std::vector<T> ListOf(const std::vector<Value>& list) {
  std::vector<T> values;
  for (const Value& value : list) values.push_back(std::get<T>(value));
  return values;
}

}  // namespace

RowExpressionPtr PrepareComparison(const Expression& expression, const ScanColumns& columns) {
  TACIT_CHECK(expression.arguments.size() == 2);
  const Expression& left = *expression.arguments[0];
  const Expression& right = *expression.arguments[1];
  TACIT_CHECK(left.type == right.type);
  if (IsKnownLiteral(right)) {
    return MakeWithLiteral(expression.kind, Prepare(left, columns), right.literal);
  }
  if (IsKnownLiteral(left)) {
    return MakeWithLiteral(Mirrored(expression.kind), Prepare(right, columns), left.literal);
  }
  return MakePair(expression.kind, Prepare(left, columns), Prepare(right, columns));
}

RowExpressionPtr PrepareInList(const Expression& expression, const ScanColumns& columns) {
  TACIT_CHECK(expression.arguments.size() == 1);
  RowExpressionPtr argument = Prepare(*expression.arguments[0], columns);
  switch (argument->type()) {
    case ValueType::kBool: {
      const std::vector<bool> list = ListOf<bool>(expression.list);
      return std::make_unique<InSortedList<uint8_t>>(
          std::move(argument), std::vector<uint8_t>(list.begin(), list.end()));
    }
    case ValueType::kInt64:
      return std::make_unique<InSortedList<int64_t>>(std::move(argument),
                                                     ListOf<int64_t>(expression.list));
    case ValueType::kFloat64:
      return std::make_unique<InSortedList<double>>(std::move(argument),
                                                    ListOf<double>(expression.list));
    case ValueType::kDate: {
      std::vector<int64_t> days;
      for (const Value& value : expression.list) days.push_back(std::get<Date>(value).days);
      return std::make_unique<InSortedList<int64_t>>(std::move(argument), std::move(days));
    }
    case ValueType::kText:
      break;
  }
  std::vector<std::string> list = ListOf<std::string>(expression.list);
  std::sort(list.begin(), list.end());
  return std::make_unique<TextPredicate>(std::move(argument), [&](std::string_view text) {
    return std::binary_search(list.begin(), list.end(), text, std::less<>());
  });
}

}  // namespace tacit
