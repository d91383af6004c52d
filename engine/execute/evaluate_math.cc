#include <utility>

#include "accountant/check.h"
#include "engine/execute/evaluate.h"
#include "engine/execute/math_constants.h"
#include "engine/execute/result_buffer.h"
#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

// From T to R. `Function` is called as (const T&, R*) and says whether there is a value.
template <typename T, typename R, typename Function>
class OfOne final : public RowExpression {
 public:
  OfOne(ValueType type, RowExpressionPtr argument, Function function)
      : RowExpression(type), argument_(std::move(argument)), function_(function) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    const T* a = argument.As<T>();
    result_.Start();
    for (int i = 0; i < rows.count; ++i) {
      R value = 0;
      const bool has_value = function_(a[i], &value);
      result_.Set(i, value, has_value & (argument.valid == nullptr || argument.valid[i] != 0));
    }
    return result_.Vector();
  }

 private:
  const RowExpressionPtr argument_;
  const Function function_;
  ResultBuffer<R> result_;
};

template <typename Function>
RowExpressionPtr RealOfReal(RowExpressionPtr argument, Function function) {
  TACIT_CHECK(argument->type() == ValueType::kFloat64);
  return std::make_unique<OfOne<double, double, Function>>(ValueType::kFloat64, std::move(argument),
                                                           function);
}

template <typename Total>
RowExpressionPtr RealOfReal(RowExpressionPtr argument) {
  return RealOfReal(std::move(argument), [](double a, double* r) { return Total::Apply(a, r); });
}

template <typename T, typename Function>
RowExpressionPtr IntegerOf(ValueType type, RowExpressionPtr argument, Function function) {
  TACIT_CHECK(argument->type() == type);
  return std::make_unique<OfOne<T, int64_t, Function>>(ValueType::kInt64, std::move(argument),
                                                       function);
}

RowExpressionPtr MakeAbs(RowExpressionPtr argument) {
  if (argument->type() == ValueType::kFloat64) return RealOfReal<TotalAbs>(std::move(argument));
  return IntegerOf<int64_t>(ValueType::kInt64, std::move(argument),
                            [](int64_t a, int64_t* r) { return TotalAbs::Apply(a, r); });
}

RowExpressionPtr MakeToInteger(RowExpressionPtr argument, int64_t most) {
  const auto apply = [most](auto a, int64_t* r) { return TotalToInteger::Apply(a, most, r); };
  if (argument->type() == ValueType::kFloat64) {
    return IntegerOf<double>(ValueType::kFloat64, std::move(argument), apply);
  }
  return IntegerOf<int64_t>(ValueType::kInt64, std::move(argument), apply);
}

}  // namespace

RowExpressionPtr PrepareMath(const Expression& expression, const ScanColumns& columns) {
  RowExpressionPtr argument = Prepare(*expression.arguments.at(0), columns);
  switch (expression.kind) {
    case ExpressionKind::kAbs:
      return MakeAbs(std::move(argument));
    case ExpressionKind::kCeil:
      return RealOfReal<TotalCeil>(std::move(argument));
    case ExpressionKind::kRound:
      return RealOfReal<TotalRound>(std::move(argument));
    case ExpressionKind::kTrunc:
      return RealOfReal<TotalTrunc>(std::move(argument));
    case ExpressionKind::kSign:
      return RealOfReal<TotalSign>(std::move(argument));
    case ExpressionKind::kSqrt:
      return RealOfReal<TotalSqrt>(std::move(argument));
    case ExpressionKind::kLn:
      return RealOfReal<TotalLn>(std::move(argument));
    case ExpressionKind::kLog10:
      return RealOfReal<TotalLog10>(std::move(argument));
    case ExpressionKind::kExp:
      return RealOfReal<TotalExp>(std::move(argument));
    case ExpressionKind::kPower:
      return RealOfReal(std::move(argument),
                        [exponent = ExponentOf(expression)](double a, double* r) {
                          return TotalPower::Apply(a, exponent, r);
                        });
    case ExpressionKind::kWidthBucket:
      return IntegerOf<double>(ValueType::kFloat64, std::move(argument),
                               [buckets = BucketsOf(expression)](double a, int64_t* r) {
                                 *r = buckets.NumberOf(a);
                                 return true;
                               });
    case ExpressionKind::kToInteger:
      return MakeToInteger(std::move(argument), MostOf(expression));
    default:
      TACIT_CHECK(expression.kind == ExpressionKind::kBoolToInteger);
      return IntegerOf<uint8_t>(ValueType::kBool, std::move(argument), [](uint8_t a, int64_t* r) {
        *r = a;
        return true;
      });
  }
}

}  // namespace tacit
