#include <array>
#include <cmath>
#include <utility>

#include "accountant/check.h"
#include "engine/execute/date_arithmetic.h"
#include "engine/execute/evaluate.h"
#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

// Stores a batch's results: 0 and not valid where there is no value.
template <typename T>
class ResultBuffer {
 public:
  void Set(int i, T value, bool has_value) {
    values_[i] = has_value ? value : T{0};
    valid_[i] = has_value ? 1 : 0;
    all_valid_ &= valid_[i];
  }
  void Start() { all_valid_ = 1; }
  ValueVector Vector() const {
    ValueVector vector;
    if constexpr (std::is_same_v<T, double>) {
      vector.floats = values_.data();
    } else {
      vector.integers = values_.data();
    }
    if (!all_valid_) vector.valid = valid_.data();
    return vector;
  }

 private:
  std::array<T, kBatchRowsMax> values_;
  std::array<uint8_t, kBatchRowsMax> valid_;
  uint8_t all_valid_ = 1;
};

template <typename T>
constexpr ValueType kTypeOf = std::is_same_v<T, double> ? ValueType::kFloat64 : ValueType::kInt64;

bool IsValid(const ValueVector& vector, int i) {
  return vector.valid == nullptr || vector.valid[i] != 0;
}

template <typename T, typename Operator>
class BinaryArithmetic final : public RowExpression {
 public:
  BinaryArithmetic(RowExpressionPtr left, RowExpressionPtr right, ValueType type = kTypeOf<T>)
      : RowExpression(type), left_(std::move(left)), right_(std::move(right)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector left = left_->Evaluate(rows);
    const ValueVector right = right_->Evaluate(rows);
    const T* a = left.As<T>();
    const T* b = right.As<T>();
    result_.Start();
    for (int i = 0; i < rows.count; ++i) {
      T value = 0;
      const bool has_value = Operator::Apply(a[i], b[i], &value);
      result_.Set(i, value, has_value & IsValid(left, i) & IsValid(right, i));
    }
    return result_.Vector();
  }

 private:
  const RowExpressionPtr left_;
  const RowExpressionPtr right_;
  ResultBuffer<T> result_;
};

template <typename T>
class Negation final : public RowExpression {
 public:
  explicit Negation(RowExpressionPtr argument)
      : RowExpression(kTypeOf<T>), argument_(std::move(argument)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    const T* a = argument.As<T>();
    result_.Start();
    for (int i = 0; i < rows.count; ++i) {
      T value = 0;
      const bool has_value = TotalNegate::Apply(a[i], &value);
      result_.Set(i, value, has_value & IsValid(argument, i));
    }
    return result_.Vector();
  }

 private:
  const RowExpressionPtr argument_;
  ResultBuffer<T> result_;
};

// Integer to the nearest float; a float stays as it is.
class FloatCast final : public RowExpression {
 public:
  explicit FloatCast(RowExpressionPtr argument)
      : RowExpression(ValueType::kFloat64), argument_(std::move(argument)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    ValueVector values = argument_->Evaluate(rows);
    if (values.floats != nullptr) return values;
    for (int i = 0; i < rows.count; ++i) floats_[i] = static_cast<double>(values.integers[i]);
    values.integers = nullptr;
    values.floats = floats_.data();
    return values;
  }

 private:
  const RowExpressionPtr argument_;
  std::array<double, kBatchRowsMax> floats_;
};

class Floor final : public RowExpression {
 public:
  explicit Floor(RowExpressionPtr argument)
      : RowExpression(ValueType::kFloat64), argument_(std::move(argument)) {
    TACIT_CHECK(argument_->type() == ValueType::kFloat64);
  }

  ValueVector Evaluate(const RowSet& rows) override {
    ValueVector values = argument_->Evaluate(rows);
    // -0 becomes 0, so that it is no key of its own.
    for (int i = 0; i < rows.count; ++i) floats_[i] = std::floor(values.floats[i]) + 0.0;
    values.floats = floats_.data();
    return values;
  }

 private:
  const RowExpressionPtr argument_;
  std::array<double, kBatchRowsMax> floats_;
};

template <typename Operator>
RowExpressionPtr MakeBinary(RowExpressionPtr left, RowExpressionPtr right) {
  TACIT_CHECK(left->type() == right->type());
  if (left->type() == ValueType::kFloat64) {
    return std::make_unique<BinaryArithmetic<double, Operator>>(std::move(left), std::move(right));
  }
  TACIT_CHECK(left->type() == ValueType::kInt64);
  return std::make_unique<BinaryArithmetic<int64_t, Operator>>(std::move(left), std::move(right));
}

RowExpressionPtr MakeModulo(RowExpressionPtr left, RowExpressionPtr right) {
  TACIT_CHECK(left->type() == ValueType::kInt64 && right->type() == ValueType::kInt64);
  return std::make_unique<BinaryArithmetic<int64_t, TotalModulo>>(std::move(left),
                                                                  std::move(right));
}

// A sum or difference with a date in it: days throughout.
RowExpressionPtr MakeDays(const Expression& expression, RowExpressionPtr left,
                          RowExpressionPtr right) {
  const bool adds = expression.kind == ExpressionKind::kAdd;
  TACIT_CHECK(adds || expression.kind == ExpressionKind::kSubtract);
  if (expression.type == ValueType::kInt64) {
    TACIT_CHECK(!adds && left->type() == right->type());
    return std::make_unique<BinaryArithmetic<int64_t, TotalSubtract>>(std::move(left),
                                                                      std::move(right));
  }
  TACIT_CHECK(expression.type == ValueType::kDate);
  if (adds) {
    return std::make_unique<BinaryArithmetic<int64_t, TotalAddDays>>(
        std::move(left), std::move(right), ValueType::kDate);
  }
  return std::make_unique<BinaryArithmetic<int64_t, TotalSubtractDays>>(
      std::move(left), std::move(right), ValueType::kDate);
}

bool IsNumeric(ValueType type) { return type == ValueType::kInt64 || type == ValueType::kFloat64; }

RowExpressionPtr MakeNumbers(ExpressionKind kind, RowExpressionPtr left, RowExpressionPtr right) {
  switch (kind) {
    case ExpressionKind::kAdd:
      return MakeBinary<TotalAdd>(std::move(left), std::move(right));
    case ExpressionKind::kSubtract:
      return MakeBinary<TotalSubtract>(std::move(left), std::move(right));
    case ExpressionKind::kMultiply:
      return MakeBinary<TotalMultiply>(std::move(left), std::move(right));
    case ExpressionKind::kDivide:
      return MakeBinary<TotalDivide>(std::move(left), std::move(right));
    default:
      TACIT_CHECK(kind == ExpressionKind::kModulo);
      return MakeModulo(std::move(left), std::move(right));
  }
}

}  // namespace

RowExpressionPtr PrepareArithmetic(const Expression& expression, const ScanColumns& columns) {
  TACIT_CHECK(!expression.arguments.empty());
  RowExpressionPtr left = Prepare(*expression.arguments[0], columns);
  if (expression.arguments.size() == 2) {
    RowExpressionPtr right = Prepare(*expression.arguments[1], columns);
    const bool has_date = left->type() == ValueType::kDate || right->type() == ValueType::kDate;
    if (has_date) return MakeDays(expression, std::move(left), std::move(right));
    return MakeNumbers(expression.kind, std::move(left), std::move(right));
  }
  TACIT_CHECK(IsNumeric(left->type()));
  if (expression.kind == ExpressionKind::kToFloat) {
    return std::make_unique<FloatCast>(std::move(left));
  }
  if (expression.kind == ExpressionKind::kNegate) {
    if (left->type() == ValueType::kInt64) {
      return std::make_unique<Negation<int64_t>>(std::move(left));
    }
    return std::make_unique<Negation<double>>(std::move(left));
  }
  TACIT_CHECK(expression.kind == ExpressionKind::kFloor);
  return std::make_unique<Floor>(std::move(left));
}

}  // namespace tacit
