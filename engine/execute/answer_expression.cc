#include "engine/execute/answer_expression.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "accountant/check.h"
#include "engine/execute/answer_math.h"
#include "engine/execute/answer_text.h"
#include "engine/execute/date_arithmetic.h"
#include "engine/execute/interval.h"
#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr PresentedCell kNullCell{};

int64_t RoundSaturating(double value) {
  if (value >= 0x1p63) return std::numeric_limits<int64_t>::max();
  if (value <= -0x1p63) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(std::round(value));
}

bool IsInteger(const Value& value) { return std::holds_alternative<int64_t>(value); }

// An exact number is an interval of one point.
Interval IntervalOf(const PresentedCell& cell) {
  if (cell.has_interval) return {cell.low, cell.high};
  return {NumberOf(cell.value), NumberOf(cell.value)};
}

template <typename Operator>
Value Total(const Value& left, const Value& right) {
  if (IsInteger(left) && IsInteger(right)) {
    int64_t result = 0;
    if (!Operator::Apply(std::get<int64_t>(left), std::get<int64_t>(right), &result)) return {};
    return result;
  }
  double result = 0;
  if (!Operator::Apply(NumberOf(left), NumberOf(right), &result)) return {};
  return result;
}

Value TotalValue(Kind kind, const Value& left, const Value& right) {
  switch (kind) {
    case Kind::kAdd:
      return Total<TotalAdd>(left, right);
    case Kind::kSubtract:
      return Total<TotalSubtract>(left, right);
    case Kind::kMultiply:
      return Total<TotalMultiply>(left, right);
    case Kind::kDivide:
      return Total<TotalDivide>(left, right);
    default:
      break;
  }
  TACIT_CHECK(kind == Kind::kModulo);
  int64_t result = 0;
  if (!TotalModulo::Apply(std::get<int64_t>(left), std::get<int64_t>(right), &result)) return {};
  return result;
}

bool IsDay(const Value& value) { return std::holds_alternative<Date>(value); }

int64_t WholeOf(const Value& value) {
  return IsDay(value) ? std::get<Date>(value).days : std::get<int64_t>(value);
}

// A sum or difference with a date in it. Dates are keys and literals, but the number of days may be
// an answer.
Value DaysValue(const Expression& expression, const Value& left, const Value& right) {
  const int64_t a = WholeOf(left);
  const int64_t b = WholeOf(right);
  if (expression.type == ValueType::kInt64) return a - b;  // two dates
  Date date;
  const bool has_value = expression.kind == Kind::kAdd ? TotalAddDays::Apply(a, b, &date.days)
                                                       : TotalSubtractDays::Apply(a, b, &date.days);
  return has_value ? Value(date) : Value();
}

Value ValueOfDate(const Expression& expression, const Value& argument) {
  if (IsNull(argument)) return {};
  const int64_t days = std::get<Date>(argument).days;
  if (expression.kind == Kind::kDatePart) return PartOf(expression.field, days);
  return Date{Truncate(expression.field, days)};
}

Interval TotalInterval(Kind kind, const Interval& left, const Interval& right, bool integers) {
  switch (kind) {
    case Kind::kAdd:
      return Add(left, right);
    case Kind::kSubtract:
      return Subtract(left, right);
    case Kind::kMultiply:
      return Multiply(left, right);
    case Kind::kDivide:
      return integers ? Truncate(Divide(left, right)) : Divide(left, right);
    default:
      return Modulo(left, right);
  }
}

PresentedCell WithInterval(Value value, const Interval& interval) {
  return {.value = std::move(value),
          .has_interval = true,
          .low = interval.low + 0.0,
          .high = interval.high + 0.0};
}

PresentedCell EvaluateBinary(const Expression& expression, const AnswerRow& row) {
  const PresentedCell left = EvaluateAnswer(*expression.arguments[0], row);
  const PresentedCell right = EvaluateAnswer(*expression.arguments[1], row);
  if (IsNull(left.value) || IsNull(right.value)) return kNullCell;
  // What is a date has no interval: it would be one of dates.
  if (IsDay(left.value) || IsDay(right.value)) {
    return {.value = DaysValue(expression, left.value, right.value)};
  }
  Value value = TotalValue(expression.kind, left.value, right.value);
  if (IsNull(value)) return kNullCell;
  if (!left.has_interval && !right.has_interval) return {.value = std::move(value)};
  const bool integers = IsInteger(left.value) && IsInteger(right.value);
  return WithInterval(std::move(value), TotalInterval(expression.kind, IntervalOf(left),
                                                      IntervalOf(right), integers));
}

PresentedCell EvaluateNegation(const PresentedCell& argument) {
  if (IsNull(argument.value)) return kNullCell;
  const Value value = Total<TotalSubtract>(int64_t{0}, argument.value);
  if (IsNull(value) || !argument.has_interval) return {.value = value};
  return WithInterval(value, Subtract({0, 0}, IntervalOf(argument)));
}

PresentedCell EvaluateWidening(PresentedCell argument) {
  if (!IsNull(argument.value)) argument.value = NumberOf(argument.value);
  return argument;
}

PresentedCell EvaluateFloor(PresentedCell argument) {
  if (IsNull(argument.value)) return argument;
  argument.value = std::floor(NumberOf(argument.value)) + 0.0;
  argument.low = std::floor(argument.low);
  argument.high = std::floor(argument.high);
  return argument;
}

bool Holds(Kind kind, int comparison) {
  switch (kind) {
    case Kind::kEqual:
      return comparison == 0;
    case Kind::kNotEqual:
      return comparison != 0;
    case Kind::kLess:
      return comparison < 0;
    case Kind::kLessEqual:
      return comparison <= 0;
    case Kind::kGreater:
      return comparison > 0;
    default:
      return comparison >= 0;
  }
}

PresentedCell EvaluateComparison(const Expression& expression, const AnswerRow& row) {
  const Value left = EvaluateAnswer(*expression.arguments[0], row).value;
  const Value right = EvaluateAnswer(*expression.arguments[1], row).value;
  if (IsNull(left) || IsNull(right)) return kNullCell;
  return {.value = Holds(expression.kind, CompareValues(left, right))};
}

// Three-valued: one false decides AND, one true decides OR, else any NULL makes it NULL.
PresentedCell EvaluateConnective(const Expression& expression, const AnswerRow& row) {
  const bool deciding = expression.kind == Kind::kOr;
  bool has_null = false;
  for (const ExpressionPtr& argument : expression.arguments) {
    const Value value = EvaluateAnswer(*argument, row).value;
    if (IsNull(value)) {
      has_null = true;
    } else if (std::get<bool>(value) == deciding) {
      return {.value = deciding};
    }
  }
  return has_null ? kNullCell : PresentedCell{.value = !deciding};
}

PresentedCell EvaluateInList(const Expression& expression, const AnswerRow& row) {
  const Value value = EvaluateAnswer(*expression.arguments[0], row).value;
  if (IsNull(value)) return kNullCell;
  for (const Value& candidate : expression.list) {
    if (CompareValues(value, candidate) == 0) return {.value = true};
  }
  return {.value = false};
}

// The cell that is chosen, its interval with it.
PresentedCell EvaluateCase(const Expression& expression, const AnswerRow& row) {
  for (size_t i = 0; i + 1 < expression.arguments.size(); i += 2) {
    const Value condition = EvaluateAnswer(*expression.arguments[i], row).value;
    const bool* holds = std::get_if<bool>(&condition);
    if (holds != nullptr && *holds) return EvaluateAnswer(*expression.arguments[i + 1], row);
  }
  return EvaluateAnswer(*expression.arguments.back(), row);
}

PresentedCell EvaluateCoalesce(const Expression& expression, const AnswerRow& row) {
  for (const ExpressionPtr& argument : expression.arguments) {
    PresentedCell cell = EvaluateAnswer(*argument, row);
    if (!IsNull(cell.value)) return cell;
  }
  return kNullCell;
}

// The greatest or least of values lies between the greatest or least of their intervals' ends.
PresentedCell EvaluateExtreme(const Expression& expression, const AnswerRow& row) {
  const bool greatest = expression.kind == Kind::kGreatest;
  PresentedCell result = kNullCell;
  for (const ExpressionPtr& argument : expression.arguments) {
    const PresentedCell cell = EvaluateAnswer(*argument, row);
    if (IsNull(cell.value)) continue;
    if (IsNull(result.value)) {
      result = cell;
      continue;
    }
    const int order = CompareValues(cell.value, result.value);
    Value value = (greatest ? order > 0 : order < 0) ? cell.value : result.value;
    if (!cell.has_interval && !result.has_interval) {
      result.value = std::move(value);
      continue;
    }
    const Interval a = IntervalOf(result);
    const Interval b = IntervalOf(cell);
    result =
        greatest
            ? WithInterval(std::move(value), {std::max(a.low, b.low), std::max(a.high, b.high)})
            : WithInterval(std::move(value), {std::min(a.low, b.low), std::min(a.high, b.high)});
  }
  return result;
}

template <typename T>
int Compare(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

}  // namespace

int CompareValues(const Value& left, const Value& right) {
  if (const auto* text = std::get_if<std::string>(&left)) {
    return Compare(*text, std::get<std::string>(right));
  }
  if (const auto* boolean = std::get_if<bool>(&left)) {
    return Compare(*boolean, std::get<bool>(right));
  }
  if (const auto* date = std::get_if<Date>(&left)) return Compare(*date, std::get<Date>(right));
  if (IsInteger(left) && IsInteger(right)) {
    return Compare(std::get<int64_t>(left), std::get<int64_t>(right));
  }
  return Compare(NumberOf(left), NumberOf(right));
}

PresentedCell AnswerCell(const Estimate& estimate, ValueType type) {
  if (!std::isfinite(estimate.value)) return kNullCell;
  const Interval interval{estimate.low, estimate.high};
  if (type == ValueType::kInt64) return WithInterval(RoundSaturating(estimate.value), interval);
  TACIT_CHECK(type == ValueType::kFloat64);
  return WithInterval(estimate.value + 0.0, interval);
}

PresentedCell EvaluateAnswer(const Expression& expression, const AnswerRow& row) {
  const auto argument = [&] { return EvaluateAnswer(*expression.arguments[0], row); };
  if (IsMath(expression.kind)) return EvaluateMath(expression, argument());
  if (IsOfText(expression.kind)) return EvaluateOfText(expression, row);
  switch (expression.kind) {
    case Kind::kKey:
      return {.value = row.keys->at(expression.index)};
    case Kind::kAnswer:
      return row.answers.at(expression.index);
    case Kind::kLiteral:
      return {.value = expression.literal};
    case Kind::kNegate:
      return EvaluateNegation(argument());
    case Kind::kToFloat:
      return EvaluateWidening(argument());
    case Kind::kFloor:
      return EvaluateFloor(argument());
    case Kind::kDatePart:
    case Kind::kDateTrunc:
      return {.value = ValueOfDate(expression, argument().value)};
    case Kind::kAdd:
    case Kind::kSubtract:
    case Kind::kMultiply:
    case Kind::kDivide:
    case Kind::kModulo:
      return EvaluateBinary(expression, row);
    case Kind::kEqual:
    case Kind::kNotEqual:
    case Kind::kLess:
    case Kind::kLessEqual:
    case Kind::kGreater:
    case Kind::kGreaterEqual:
      return EvaluateComparison(expression, row);
    case Kind::kAnd:
    case Kind::kOr:
      return EvaluateConnective(expression, row);
    case Kind::kNot: {
      const Value value = argument().value;
      return IsNull(value) ? kNullCell : PresentedCell{.value = !std::get<bool>(value)};
    }
    case Kind::kIsNull:
      return {.value = IsNull(argument().value)};
    case Kind::kInList:
      return EvaluateInList(expression, row);
    case Kind::kCase:
      return EvaluateCase(expression, row);
    case Kind::kCoalesce:
      return EvaluateCoalesce(expression, row);
    case Kind::kGreatest:
    case Kind::kLeast:
      return EvaluateExtreme(expression, row);
    default:
      break;
  }
  TACIT_CHECK(false && "columns exist below the measure only");
  return kNullCell;
}

}  // namespace tacit
