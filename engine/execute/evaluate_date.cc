#include <array>
#include <utility>

#include "accountant/check.h"
#include "engine/execute/evaluate.h"

namespace tacit {
namespace {

// EXTRACT and DATE_TRUNC. A NULL row holds day 0, which has all parts; its result is never seen.
class OfDate final : public RowExpression {
 public:
  OfDate(const Expression& expression, RowExpressionPtr argument)
      : RowExpression(expression.type),
        is_part_(expression.kind == ExpressionKind::kDatePart),
        field_(expression.field),
        argument_(std::move(argument)) {
    TACIT_CHECK(argument_->type() == ValueType::kDate);
  }

  ValueVector Evaluate(const RowSet& rows) override {
    ValueVector values = argument_->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) {
      const int64_t days = values.integers[i];
      results_[i] = is_part_ ? PartOf(field_, days) : Truncate(field_, days);
    }
    // A NULL row holds 0 in every array.
    for (int i = 0; i < rows.count && values.valid != nullptr; ++i) {
      results_[i] *= values.valid[i];
    }
    values.integers = results_.data();
    return values;
  }

 private:
  const bool is_part_;
  const DateField field_;
  const RowExpressionPtr argument_;
  std::array<int64_t, kBatchRowsMax> results_;
};

}  // namespace

RowExpressionPtr PrepareOfDate(const Expression& expression, const ScanColumns& columns) {
  TACIT_CHECK(expression.arguments.size() == 1);
  return std::make_unique<OfDate>(expression, Prepare(*expression.arguments[0], columns));
}

}  // namespace tacit
