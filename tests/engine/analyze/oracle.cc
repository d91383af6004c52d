#include "tests/engine/analyze/oracle.h"

#include <cmath>
#include <limits>

#include "accountant/check.h"
#include "accountant/status_macros.h"
#include "engine/parse/parse.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

Value Fit(__int128 value) {
  if (value < std::numeric_limits<int64_t>::min() || value > std::numeric_limits<int64_t>::max())
    return {};
  return static_cast<int64_t>(value);
}

Value Fit(double value) { return std::isfinite(value) ? Value(value) : Value(); }

Value Whole(Kind kind, __int128 a, __int128 b) {
  switch (kind) {
    case Kind::kAdd:
      return Fit(a + b);
    case Kind::kSubtract:
      return Fit(a - b);
    case Kind::kMultiply:
      return Fit(a * b);
    case Kind::kDivide:
      return b == 0 ? Value() : Fit(a / b);
    default:
      return b == 0 ? Value() : Fit(a % b);
  }
}

Value Real(Kind kind, double a, double b) {
  switch (kind) {
    case Kind::kAdd:
      return Fit(a + b);
    case Kind::kSubtract:
      return Fit(a - b);
    case Kind::kMultiply:
      return Fit(a * b);
    default:
      return b == 0 ? Value() : Fit(a / b);
  }
}

Value Arithmetic(Kind kind, const Value& a, const Value& b) {
  if (IsNull(a) || IsNull(b)) return {};
  if (std::holds_alternative<int64_t>(a))
    return Whole(kind, std::get<int64_t>(a), std::get<int64_t>(b));
  return Real(kind, std::get<double>(a), std::get<double>(b));
}

Value Compare(Kind kind, const Value& a, const Value& b) {
  if (IsNull(a) || IsNull(b)) return {};
  switch (kind) {
    case Kind::kEqual:
      return a == b;
    case Kind::kNotEqual:
      return a != b;
    case Kind::kLess:
      return a < b;
    case Kind::kLessEqual:
      return a <= b;
    case Kind::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

// Three-valued AND; OR is its mirror.
Value Both(const Value& a, const Value& b, bool absorbing) {
  if (a == Value(absorbing) || b == Value(absorbing)) return absorbing;
  if (IsNull(a) || IsNull(b)) return {};
  return !absorbing;
}

Value In(const Value& value, const std::vector<Value>& list) {
  if (IsNull(value)) return {};
  for (const Value& item : list) {
    if (item == value) return true;
  }
  return false;
}

Value Chosen(Kind kind, const std::vector<Value>& arguments) {
  if (kind == Kind::kCase) {
    for (size_t i = 0; i + 1 < arguments.size(); i += 2) {
      if (arguments[i] == Value(true)) return arguments[i + 1];
    }
    return arguments.back();
  }
  Value chosen;
  for (const Value& argument : arguments) {
    if (IsNull(argument)) continue;
    if (kind == Kind::kCoalesce) return argument;
    const bool beyond = kind == Kind::kGreatest ? argument > chosen : argument < chosen;
    if (IsNull(chosen) || beyond) chosen = argument;
  }
  return chosen;
}

// By PostgreSQL's definitions; the ends of buckets are such that their edges are exact.
Value Math(Kind kind, const std::vector<Value>& arguments) {
  if (IsNull(arguments[0])) return {};
  if (const auto* whole = std::get_if<int64_t>(&arguments[0])) {
    const __int128 most = kind == Kind::kToInteger ? std::get<int64_t>(arguments[1]) : 0;
    if (kind == Kind::kToInteger) return *whole < -most - 1 || *whole > most ? Value() : *whole;
    return Fit(static_cast<__int128>(*whole < 0 ? -static_cast<__int128>(*whole) : *whole));
  }
  if (const auto* truth = std::get_if<bool>(&arguments[0])) return int64_t{*truth ? 1 : 0};
  const double a = std::get<double>(arguments[0]);
  switch (kind) {
    case Kind::kAbs:
      return std::fabs(a);
    case Kind::kCeil:
      return std::ceil(a) + 0.0;
    case Kind::kRound:
      return std::rint(a) + 0.0;
    case Kind::kTrunc:
      return std::trunc(a) + 0.0;
    case Kind::kSign:
      return a > 0 ? 1.0 : a < 0 ? -1.0 : 0.0;
    case Kind::kSqrt:
      return Fit(std::sqrt(a));
    case Kind::kLn:
      return Fit(std::log(a));
    case Kind::kLog10:
      return Fit(std::log10(a));
    case Kind::kExp:
      return Fit(std::exp(a));
    case Kind::kPower:
      return Fit(std::pow(a, std::get<double>(arguments[1])));
    case Kind::kToInteger: {
      const auto most = static_cast<double>(std::get<int64_t>(arguments[1]));
      const double whole = std::rint(a);
      return whole < -most - 1 || whole > most ? Value() : Value(static_cast<int64_t>(whole));
    }
    default: {
      const double low = std::get<double>(arguments[1]);
      const auto count = std::get<int64_t>(arguments[3]);
      const double width = (std::get<double>(arguments[2]) - low) / static_cast<double>(count);
      int64_t edges = 0;
      for (int64_t i = 0; i <= count; ++i) edges += low + static_cast<double>(i) * width <= a;
      return edges;
    }
  }
}

int Pick(std::mt19937& random, int count) { return static_cast<int>(random() % count); }

}  // namespace

Value Evaluate(const Expression& expression, const std::vector<Value>& row) {
  std::vector<Value> arguments;
  for (const ExpressionPtr& argument : expression.arguments)
    arguments.push_back(Evaluate(*argument, row));
  if (IsMath(expression.kind)) return Math(expression.kind, arguments);
  const auto first = [&]() -> const Value& { return arguments.at(0); };
  switch (expression.kind) {
    case Kind::kColumn:
      return row.at(expression.index);
    case Kind::kLiteral:
      return expression.literal;
    case Kind::kNegate:
      if (std::holds_alternative<double>(first())) return -std::get<double>(first());
      return IsNull(first()) ? Value() : Fit(-static_cast<__int128>(std::get<int64_t>(first())));
    case Kind::kToFloat:
      return IsNull(first()) ? Value() : Value(static_cast<double>(std::get<int64_t>(first())));
    case Kind::kAdd:
    case Kind::kSubtract:
    case Kind::kMultiply:
    case Kind::kDivide:
    case Kind::kModulo:
      return Arithmetic(expression.kind, arguments.at(0), arguments.at(1));
    case Kind::kAnd:
      return Both(arguments.at(0), arguments.at(1), false);
    case Kind::kOr:
      return Both(arguments.at(0), arguments.at(1), true);
    case Kind::kNot:
      return IsNull(first()) ? Value() : Value(!std::get<bool>(first()));
    case Kind::kIsNull:
      return IsNull(first());
    case Kind::kInList:
      return In(first(), expression.list);
    case Kind::kCase:
    case Kind::kCoalesce:
    case Kind::kGreatest:
    case Kind::kLeast:
      return Chosen(expression.kind, arguments);
    case Kind::kKey:
    case Kind::kAnswer:
      TACIT_CHECK(false);
    default:
      return Compare(expression.kind, arguments.at(0), arguments.at(1));
  }
}

ExpressionPtr Column(int index, ValueType type, bool nullable) {
  return std::make_shared<Expression>(
      Expression{.kind = Kind::kColumn, .type = type, .nullable = nullable, .index = index});
}

ExpressionPtr Literal(const Value& value) {
  auto expression =
      std::make_shared<Expression>(Expression{.kind = Kind::kLiteral, .literal = value});
  if (std::holds_alternative<double>(value)) expression->type = ValueType::kFloat64;
  if (std::holds_alternative<bool>(value)) expression->type = ValueType::kBool;
  return expression;
}

SyntaxNode Call(const std::string& name) {
  SyntaxNode call;
  call.kind = SyntaxKind::kCall;
  call.name = name;
  return call;
}

ExpressionPtr Operation(Kind kind, ValueType type, std::vector<ExpressionPtr> arguments) {
  return std::make_shared<Expression>(
      Expression{.kind = kind, .type = type, .arguments = std::move(arguments)});
}

// A function of a real, which is a whole number widened, or half of one.
ExpressionPtr RandomReal(std::mt19937& random, int depth) {
  ExpressionPtr real =
      Operation(Kind::kToFloat, ValueType::kFloat64, {RandomNumber(random, depth)});
  if (Pick(random, 2) == 0) {
    real = Operation(Kind::kDivide, ValueType::kFloat64, {std::move(real), Literal(2.0)});
  }
  constexpr Kind kKinds[] = {Kind::kCeil, Kind::kRound, Kind::kTrunc, Kind::kSign, Kind::kSqrt,
                             Kind::kLn,   Kind::kLog10, Kind::kExp,   Kind::kAbs,  Kind::kPower};
  const Kind kind = kKinds[Pick(random, 10)];
  if (kind != Kind::kPower) return Operation(kind, ValueType::kFloat64, {std::move(real)});
  const double exponent = (Pick(random, 11) - 5) / 2.0;
  return Operation(kind, ValueType::kFloat64, {std::move(real), Literal(exponent)});
}

// Functions that give whole numbers.
ExpressionPtr RandomWhole(std::mt19937& random, int depth) {
  const ValueType type = ValueType::kInt64;
  switch (Pick(random, 4)) {
    case 0:
      return Operation(Kind::kAbs, type, {RandomNumber(random, depth)});
    case 1:
      return Operation(Kind::kBoolToInteger, type, {RandomCondition(random, 1)});
    case 2:
      return Operation(
          Kind::kWidthBucket, type,
          {RandomReal(random, depth), Literal(-2.0), Literal(2.0), Literal(int64_t{8})});
    default: {
      ExpressionPtr most = Literal(int64_t{Pick(random, 2) == 0 ? 3 : 2147483647});
      return Operation(
          Kind::kToInteger, type,
          {Pick(random, 2) == 0 ? RandomReal(random, depth) : RandomNumber(random, depth),
           std::move(most)});
    }
  }
}

// CASE with one or two conditions, or another choice among two or three numbers.
ExpressionPtr RandomChoice(std::mt19937& random, int depth) {
  constexpr Kind kKinds[] = {Kind::kCase, Kind::kCase, Kind::kCoalesce, Kind::kGreatest,
                             Kind::kLeast};
  const Kind kind = kKinds[Pick(random, 5)];
  std::vector<ExpressionPtr> arguments;
  for (int i = 1 + Pick(random, 2); i > 0; --i) {
    if (kind == Kind::kCase) arguments.push_back(RandomCondition(random, 1));
    arguments.push_back(RandomNumber(random, depth));
  }
  arguments.push_back(RandomNumber(random, depth));
  return Operation(kind, ValueType::kInt64, std::move(arguments));
}

ExpressionPtr RandomNumber(std::mt19937& random, int depth) {
  if (depth == 0 || Pick(random, 4) == 0) {
    if (Pick(random, 3) == 0) return Literal(int64_t{Pick(random, 7) - 3});
    return Column(Pick(random, 2));
  }
  constexpr Kind kKinds[] = {Kind::kAdd, Kind::kSubtract, Kind::kMultiply, Kind::kDivide,
                             Kind::kModulo};
  const int kind = Pick(random, 10);
  if (kind == 5)
    return Operation(Kind::kNegate, ValueType::kInt64, {RandomNumber(random, depth - 1)});
  if (kind > 7) return RandomWhole(random, depth - 1);
  if (kind > 5) return RandomChoice(random, depth - 1);
  return Operation(kKinds[kind], ValueType::kInt64,
                   {RandomNumber(random, depth - 1), RandomNumber(random, depth - 1)});
}

ExpressionPtr RandomCondition(std::mt19937& random, int depth) {
  if (depth > 0 && Pick(random, 3) > 0) {
    const int kind = Pick(random, 3);
    if (kind == 0)
      return Operation(Kind::kNot, ValueType::kBool, {RandomCondition(random, depth - 1)});
    return Operation(kind == 1 ? Kind::kAnd : Kind::kOr, ValueType::kBool,
                     {RandomCondition(random, depth - 1), RandomCondition(random, depth - 1)});
  }
  const int form = Pick(random, 8);
  if (form == 0) return Operation(Kind::kIsNull, ValueType::kBool, {RandomNumber(random, 1)});
  if (form == 1) {
    auto in = std::make_shared<Expression>(Expression{
        .kind = Kind::kInList, .type = ValueType::kBool, .arguments = {Column(Pick(random, 2))}});
    for (int i = Pick(random, 3); i >= 0; --i) in->list.emplace_back(int64_t{Pick(random, 7) - 3});
    return in;
  }
  constexpr Kind kKinds[] = {Kind::kEqual,     Kind::kNotEqual, Kind::kLess,
                             Kind::kLessEqual, Kind::kGreater,  Kind::kGreaterEqual};
  const Kind kind = kKinds[Pick(random, 6)];
  ExpressionPtr column = Column(Pick(random, 2));
  if (form == 2) {  // an integer column against a real, as bind widens it
    return Operation(kind, ValueType::kBool,
                     {Operation(Kind::kToFloat, ValueType::kFloat64, {column}),
                      Literal((Pick(random, 13) - 6) / 2.0)});
  }
  ExpressionPtr other = form < 5 ? Literal(int64_t{Pick(random, 9) - 4}) : RandomNumber(random, 1);
  if (Pick(random, 2) == 0) std::swap(column, other);
  return Operation(kind, ValueType::kBool, {column, other});
}

absl::StatusOr<BoundQuery> Bind(const std::string& sql, const DatasetSchema& schema,
                                const std::vector<Value>& parameters) {
  TACIT_ASSIGN_OR_RETURN(const SelectStatement statement, Parse(sql));
  return Analyze(statement, schema, parameters);
}

}  // namespace tacit
