#include "engine/execute/evaluate.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "accountant/check.h"

namespace tacit {
namespace {

// Bits of a validity bitmap as bytes, for the rows of a set.
void ExpandValidity(absl::Span<const uint64_t> bits, const RowSet& rows, uint8_t* valid) {
  for (int i = 0; i < rows.count; ++i) {
    const int64_t row = rows.first + (rows.selection == nullptr ? i : rows.selection[i]);
    valid[i] = static_cast<uint8_t>((bits[row >> 6] >> (row & 63)) & 1);
  }
}

// A column: the table's own array where all rows are wanted, gathered where some are.
class ColumnExpression final : public RowExpression {
 public:
  explicit ColumnExpression(const ColumnArray& column)
      : RowExpression(column.type), column_(column) {}

  const Dictionary* dictionary() const override {
    return type() == ValueType::kText ? &column_.dictionary : nullptr;
  }

  ValueVector Evaluate(const RowSet& rows) override {
    ValueVector values;
    switch (type()) {
      case ValueType::kBool:
        values.booleans = ValuesOf(rows, column_.booleans.data() + rows.first, booleans_.data());
        break;
      case ValueType::kInt64:
      case ValueType::kDate:
        values.integers = ValuesOf(rows, column_.integers.data() + rows.first, integers_.data());
        break;
      case ValueType::kFloat64:
        values.floats = ValuesOf(rows, column_.floats.data() + rows.first, floats_.data());
        break;
      case ValueType::kText:
        values.codes = ValuesOf(rows, column_.codes.data() + rows.first, codes_.data());
        break;
    }
    if (column_.validity.empty()) return values;
    ExpandValidity(column_.validity, rows, valid_.data());
    values.valid = valid_.data();
    return values;
  }

 private:
  const ColumnArray& column_;
  std::array<uint8_t, kBatchRowsMax> booleans_;
  std::array<int64_t, kBatchRowsMax> integers_;
  std::array<double, kBatchRowsMax> floats_;
  std::array<uint32_t, kBatchRowsMax> codes_;
  std::array<uint8_t, kBatchRowsMax> valid_;
};

// A literal: a batch of copies, made once.
class LiteralExpression final : public RowExpression {
 public:
  LiteralExpression(ValueType type, const Value& value) : RowExpression(type) {
    if (IsNull(value)) valid_.assign(kBatchRowsMax, 0);
    switch (type) {
      case ValueType::kBool:
        booleans_.assign(kBatchRowsMax, IsNull(value) ? 0 : std::get<bool>(value));
        break;
      case ValueType::kInt64:
        integers_.assign(kBatchRowsMax, IsNull(value) ? 0 : std::get<int64_t>(value));
        break;
      case ValueType::kFloat64:
        floats_.assign(kBatchRowsMax, IsNull(value) ? 0 : std::get<double>(value) + 0.0);
        break;
      case ValueType::kText:
        codes_.assign(kBatchRowsMax, 0);
        if (!IsNull(value)) text_ = std::get<std::string>(value);
        offsets_ = {0, text_.size()};
        dictionary_ = {.offsets = offsets_, .bytes = text_.data()};
        break;
      case ValueType::kDate:
        integers_.assign(kBatchRowsMax, IsNull(value) ? 0 : std::get<Date>(value).days);
        break;
    }
  }

  const Dictionary* dictionary() const override {
    return type() == ValueType::kText ? &dictionary_ : nullptr;
  }

  ValueVector Evaluate(const RowSet&) override {
    ValueVector values;
    if (!booleans_.empty()) values.booleans = booleans_.data();
    if (!integers_.empty()) values.integers = integers_.data();
    if (!floats_.empty()) values.floats = floats_.data();
    if (!codes_.empty()) values.codes = codes_.data();
    if (!valid_.empty()) values.valid = valid_.data();
    return values;
  }

 private:
  std::vector<uint8_t> booleans_;
  std::vector<int64_t> integers_;
  std::vector<double> floats_;
  std::vector<uint32_t> codes_;
  std::vector<uint8_t> valid_;
  std::string text_;
  std::vector<uint64_t> offsets_;
  Dictionary dictionary_;
};

}  // namespace

RowExpressionPtr Prepare(const Expression& expression, const ScanColumns& columns) {
  if (IsMath(expression.kind)) return PrepareMath(expression, columns);
  if (IsOfDate(expression.kind)) return PrepareOfDate(expression, columns);
  if (IsArithmetic(expression.kind)) return PrepareArithmetic(expression, columns);
  if (IsComparison(expression.kind)) return PrepareComparison(expression, columns);
  if (IsChoice(expression.kind)) return PrepareChoice(expression, columns);
  if (IsOfText(expression.kind)) return PrepareOfText(expression, columns);
  switch (expression.kind) {
    case ExpressionKind::kColumn:
      TACIT_CHECK(columns.At(expression.index).type == expression.type);
      return std::make_unique<ColumnExpression>(columns.At(expression.index));
    case ExpressionKind::kLiteral:
      return std::make_unique<LiteralExpression>(expression.type, expression.literal);
    case ExpressionKind::kInList:
      return PrepareInList(expression, columns);
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
    case ExpressionKind::kNot:
    case ExpressionKind::kIsNull:
      return PrepareLogic(expression, columns);
    default:
      CheckFailed(__FILE__, __LINE__, "keys and answers exist above the measure only");
  }
}

}  // namespace tacit
