// A typed, name-free expression over one row. Total: every value of its inputs gives a value or
// NULL.
//
// Meaning is PostgreSQL's where PostgreSQL does not raise. Where it would raise, the result is
// NULL: integer overflow, division or modulo by zero, float results that are not finite, a
// function outside its domain. The same nodes serve rows (leaves kColumn) and released answers
// (leaves kKey, kAnswer).
#ifndef TACIT_ENGINE_PLAN_NODES_EXPRESSION_H_
#define TACIT_ENGINE_PLAN_NODES_EXPRESSION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/plan/nodes/value.h"

namespace tacit {

// Arithmetic and comparisons each stand together: IsArithmetic and IsComparison test the range.
enum class ExpressionKind {
  kColumn,    // `index`: position in the scan's output
  kKey,       // `index`: group key of the measure; only above the measure
  kAnswer,    // `index`: answer of the present node; only above the measure
  kLiteral,   // `literal`
  kNegate,    // -a
  kAdd,       // also a date and a number of days
  kSubtract,  // also days from a date, and a date from a date, which gives days
  kMultiply,
  kDivide,  // integers truncate toward zero, as PostgreSQL
  kModulo,  // sign of the dividend, as PostgreSQL; integers only
  kFloor,   // the largest whole number not above a; a real, as PostgreSQL
  kAbs,     // of an integer or a real
  kCeil,    // these give reals, as PostgreSQL's double precision
  kRound,   // to the nearest whole number, halves to the even one
  kTrunc,   // to the whole number nearest among those toward zero
  kSign,    // -1, 0 or 1
  kSqrt,
  kLn,
  kLog10,
  kExp,
  kPower,        // arguments[1] is a literal
  kWidthBucket,  // a's number among `Buckets`, an integer; arguments[1] to [3] are their literals
  kToInteger,  // halves to the even one; NULL above arguments[1], a literal, or below its negative
               // less one
  kBoolToInteger,  // 0 or 1
  kDatePart,       // EXTRACT(`field` FROM a date), an integer
  kDateTrunc,      // DATE_TRUNC(`field`, a date), a date
  kToFloat,        // widening cast, inserted by bind
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,  // three-valued
  kOr,
  kNot,
  kIsNull,
  kInList,    // arguments[0] IN `list`; the list holds no NULL (bind refuses it)
  kCase,      // condition, value, condition, value, ..., ELSE: the first true condition decides
  kCoalesce,  // the first argument that is not NULL
  kGreatest,  // of the arguments that are not NULL, as PostgreSQL; NULL if all are
  kLeast,
  // Of a text, text.h says how; all arguments but the text are literals.
  kLike,    // a text and a pattern, escaped by backslashes
  kILike,   // the same, upper and lower case alike
  kLength,  // in characters
  kLower,   // letter by letter: see letter_case.h
  kUpper,
  kTrim,  // a text, and the characters that go from both ends
  kTrimLeft,
  kTrimRight,
  kSubstring,  // a text, the first character from 1, and how many; without: to the end
  kLeft,       // a text and how many characters; a negative number leaves out as many
  kRight,
  kConcat,  // of texts, at most two of which are not literals
};

// -, +, *, /, %, functions of numbers, parts of dates and the widening cast: NULL as soon as one
// argument is.
inline bool IsArithmetic(ExpressionKind kind) {
  return ExpressionKind::kNegate <= kind && kind <= ExpressionKind::kToFloat;
}

// ABS to the casts to integers: of one value that varies.
inline bool IsMath(ExpressionKind kind) {
  return ExpressionKind::kAbs <= kind && kind <= ExpressionKind::kBoolToInteger;
}

// EXTRACT and DATE_TRUNC.
inline bool IsOfDate(ExpressionKind kind) {
  return kind == ExpressionKind::kDatePart || kind == ExpressionKind::kDateTrunc;
}

// CASE, COALESCE, GREATEST, LEAST: one of the arguments, which have one type.
inline bool IsChoice(ExpressionKind kind) {
  return ExpressionKind::kCase <= kind && kind <= ExpressionKind::kLeast;
}

// Whether argument `i` of a CASE with so many arguments is a condition, not a value.
inline bool IsCaseCondition(size_t i, size_t argument_count) {
  return i % 2 == 0 && i + 1 < argument_count;
}

// LIKE to ||: NULL as soon as one argument is.
inline bool IsOfText(ExpressionKind kind) {
  return ExpressionKind::kLike <= kind && kind <= ExpressionKind::kConcat;
}

// =, <>, <, <=, >, >=.
inline bool IsComparison(ExpressionKind kind) {
  return ExpressionKind::kEqual <= kind && kind <= ExpressionKind::kGreaterEqual;
}

// The comparison that holds for (a, b) exactly when `kind` holds for (b, a).
ExpressionKind Mirrored(ExpressionKind kind);

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct Expression {
  ExpressionKind kind = ExpressionKind::kLiteral;
  ValueType type = ValueType::kInt64;
  bool nullable = false;
  int index = 0;
  DateField field = DateField::kDay;  // kDatePart and kDateTrunc alone
  Value literal;
  std::vector<ExpressionPtr> arguments;
  std::vector<Value> list;
};

// The number of nodes when written out, sub-expressions used twice counted twice; stops counting
// past `most`, so that its cost is bounded too.
int64_t TreeSize(const Expression& expression, int64_t most);

// Canonical text, fully parenthesised, columns as $0, keys as key0, answers as answer0.
std::string ToText(const Expression& expression);

// The same with columns by name, for people: `column_names` is indexed as kColumn's `index`.
std::string ToText(const Expression& expression, absl::Span<const std::string> column_names);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_EXPRESSION_H_
