#include <utility>

#include "accountant/check.h"
#include "engine/execute/evaluate.h"
#include "engine/execute/result_buffer.h"
#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

template <typename T, typename Function>
class OfOne final : public RowExpression {
 public:
  explicit OfOne(RowExpressionPtr argument)
      : RowExpression(argument->type()), argument_(std::move(argument)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    const T* a = argument.As<T>();
    result_.Start();
    for (int i = 0; i < rows.count; ++i) {
      T value = 0;
      const bool has_value = Function::Apply(a[i], &value);
      result_.Set(i, value, has_value & (argument.valid == nullptr || argument.valid[i] != 0));
    }
    return result_.Vector();
  }

 private:
  const RowExpressionPtr argument_;
  ResultBuffer<T> result_;
};

class Power final : public RowExpression {
 public:
  Power(RowExpressionPtr argument, double exponent)
      : RowExpression(ValueType::kFloat64), argument_(std::move(argument)), exponent_(exponent) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    result_.Start();
    for (int i = 0; i < rows.count; ++i) {
      double value = 0;
      const bool has_value = TotalPower::Apply(argument.floats[i], exponent_, &value);
      result_.Set(i, value, has_value & (argument.valid == nullptr || argument.valid[i] != 0));
    }
    return result_.Vector();
  }

 private:
  const RowExpressionPtr argument_;
  const double exponent_;
  ResultBuffer<double> result_;
};

template <typename Function>
RowExpressionPtr OfReal(RowExpressionPtr argument) {
  TACIT_CHECK(argument->type() == ValueType::kFloat64);
  return std::make_unique<OfOne<double, Function>>(std::move(argument));
}

}  // namespace

RowExpressionPtr PrepareMath(const Expression& expression, const ScanColumns& columns) {
  RowExpressionPtr argument = Prepare(*expression.arguments.at(0), columns);
  switch (expression.kind) {
    case ExpressionKind::kAbs:
      if (argument->type() == ValueType::kFloat64) return OfReal<TotalAbs>(std::move(argument));
      TACIT_CHECK(argument->type() == ValueType::kInt64);
      return std::make_unique<OfOne<int64_t, TotalAbs>>(std::move(argument));
    case ExpressionKind::kCeil:
      return OfReal<TotalCeil>(std::move(argument));
    case ExpressionKind::kRound:
      return OfReal<TotalRound>(std::move(argument));
    case ExpressionKind::kSqrt:
      return OfReal<TotalSqrt>(std::move(argument));
    case ExpressionKind::kLn:
      return OfReal<TotalLn>(std::move(argument));
    case ExpressionKind::kExp:
      return OfReal<TotalExp>(std::move(argument));
    default:
      break;
  }
  TACIT_CHECK(expression.kind == ExpressionKind::kPower);
  TACIT_CHECK(argument->type() == ValueType::kFloat64);
  return std::make_unique<Power>(std::move(argument),
                                 std::get<double>(expression.arguments.at(1)->literal));
}

}  // namespace tacit
