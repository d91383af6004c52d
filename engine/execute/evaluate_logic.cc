#include <array>
#include <utility>
#include <vector>

#include "accountant/check.h"
#include "engine/execute/evaluate.h"

namespace tacit {
namespace {

uint8_t ValidAt(const ValueVector& vector, int i) {
  return vector.valid == nullptr ? uint8_t{1} : vector.valid[i];
}

// Three-valued AND and OR of any number of arguments. A NULL holds false, so that `booleans` means
// "known to be true" throughout.
class Connective final : public RowExpression {
 public:
  Connective(bool is_and, std::vector<RowExpressionPtr> arguments)
      : RowExpression(ValueType::kBool), is_and_(is_and), arguments_(std::move(arguments)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    ValueVector result;
    result.booleans = booleans_.data();
    bool all_valid = true;
    for (size_t k = 0; k < arguments_.size(); ++k) {
      // Every argument is evaluated for every row: nothing of the cost depends on values.
      const ValueVector argument = arguments_[k]->Evaluate(rows);
      all_valid &= argument.valid == nullptr;
      if (k == 0) {
        Start(rows, argument);
      } else if (all_valid) {
        CombineKnown(rows, argument);
      } else {
        Combine(rows, argument);
      }
    }
    if (!all_valid) result.valid = valid_.data();
    return result;
  }

 private:
  void Start(const RowSet& rows, const ValueVector& argument) {
    for (int i = 0; i < rows.count; ++i) {
      booleans_[i] = argument.booleans[i];
      valid_[i] = ValidAt(argument, i);
    }
  }

  // No NULL so far: two-valued, and `valid_` is all ones already.
  void CombineKnown(const RowSet& rows, const ValueVector& argument) {
    const uint8_t* other = argument.booleans;
    if (is_and_) {
      for (int i = 0; i < rows.count; ++i) booleans_[i] &= other[i];
    } else {
      for (int i = 0; i < rows.count; ++i) booleans_[i] |= other[i];
    }
  }

  void Combine(const RowSet& rows, const ValueVector& argument) {
    for (int i = 0; i < rows.count; ++i) {
      const uint8_t a = booleans_[i];
      const uint8_t b = argument.booleans[i];
      const uint8_t a_valid = valid_[i];
      const uint8_t b_valid = ValidAt(argument, i);
      // One false decides AND, one true decides OR; otherwise both sides must be known.
      const uint8_t decided = is_and_ ? (a_valid & (a ^ 1)) | (b_valid & (b ^ 1)) : a | b;
      booleans_[i] = is_and_ ? a & b : a | b;
      valid_[i] = decided | (a_valid & b_valid);
    }
  }

  const bool is_and_;
  const std::vector<RowExpressionPtr> arguments_;
  std::array<uint8_t, kBatchRowsMax> booleans_;
  std::array<uint8_t, kBatchRowsMax> valid_;
};

class Not final : public RowExpression {
 public:
  explicit Not(RowExpressionPtr argument)
      : RowExpression(ValueType::kBool), argument_(std::move(argument)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    ValueVector values = argument_->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) {
      booleans_[i] = (values.booleans[i] ^ 1) & ValidAt(values, i);
    }
    values.booleans = booleans_.data();
    return values;
  }

 private:
  const RowExpressionPtr argument_;
  std::array<uint8_t, kBatchRowsMax> booleans_;
};

class IsNullTest final : public RowExpression {
 public:
  explicit IsNullTest(RowExpressionPtr argument)
      : RowExpression(ValueType::kBool), argument_(std::move(argument)) {}

  ValueVector Evaluate(const RowSet& rows) override {
    const ValueVector argument = argument_->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) booleans_[i] = ValidAt(argument, i) ^ 1;
    ValueVector result;
    result.booleans = booleans_.data();
    return result;
  }

 private:
  const RowExpressionPtr argument_;
  std::array<uint8_t, kBatchRowsMax> booleans_;
};

}  // namespace

RowExpressionPtr PrepareLogic(const Expression& expression, const ScanColumns& columns) {
  TACIT_CHECK(!expression.arguments.empty());
  std::vector<RowExpressionPtr> arguments;
  for (const ExpressionPtr& argument : expression.arguments) {
    arguments.push_back(Prepare(*argument, columns));
    const bool is_boolean = arguments.back()->type() == ValueType::kBool;
    TACIT_CHECK(is_boolean || expression.kind == ExpressionKind::kIsNull);
  }
  switch (expression.kind) {
    case ExpressionKind::kAnd:
      return std::make_unique<Connective>(true, std::move(arguments));
    case ExpressionKind::kOr:
      return std::make_unique<Connective>(false, std::move(arguments));
    case ExpressionKind::kNot:
      return std::make_unique<Not>(std::move(arguments[0]));
    default:
      TACIT_CHECK(expression.kind == ExpressionKind::kIsNull);
      return std::make_unique<IsNullTest>(std::move(arguments[0]));
  }
}

}  // namespace tacit
