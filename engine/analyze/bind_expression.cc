#include "engine/analyze/bind_expression.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/arithmetic.h"
#include "engine/analyze/choice.h"
#include "engine/analyze/one_type.h"
#include "engine/analyze/scalar_functions.h"

namespace tacit {
namespace {

using Typed = TypedExpression;

ValueType TypeOf(const Typed& typed) { return typed.expression->type; }

Typed MakeNot(Typed condition) {
  return MakeOperation(ExpressionKind::kNot, ValueType::kBool, {std::move(condition)});
}

Typed MakeIsNull(Typed value) {
  return MakeOperation(ExpressionKind::kIsNull, ValueType::kBool, {std::move(value)});
}

// A balanced tree, so that a long chain of conditions stays shallow. AND and OR are associative.
Typed MakeChain(ExpressionKind kind, absl::Span<const Typed> conditions) {
  if (conditions.size() == 1) return conditions[0];
  const size_t half = conditions.size() / 2;
  return MakeOperation(
      kind, ValueType::kBool,
      {MakeChain(kind, conditions.first(half)), MakeChain(kind, conditions.subspan(half))});
}

absl::Status CheckBool(const Typed& typed, std::string_view what, int position) {
  if (TypeOf(typed) == ValueType::kBool) return absl::OkStatus();
  return Refuse(Reason::kTypeMismatch,
                absl::StrCat(std::string(what), " needs a condition, but this is ",
                             std::string(TypeName(TypeOf(typed)))),
                {.fix = "write a comparison, such as x = 1", .position = position});
}

ExpressionKind ComparisonKind(std::string_view symbol) {
  if (symbol == "=") return ExpressionKind::kEqual;
  if (symbol == "<>") return ExpressionKind::kNotEqual;
  if (symbol == "<") return ExpressionKind::kLess;
  if (symbol == "<=") return ExpressionKind::kLessEqual;
  if (symbol == ">") return ExpressionKind::kGreater;
  TACIT_CHECK(symbol == ">=");
  return ExpressionKind::kGreaterEqual;
}

absl::StatusOr<Typed> Compare(std::string_view symbol, Typed a, Typed b, int position) {
  std::vector<Typed> sides = {std::move(a), std::move(b)};
  TACIT_RETURN_IF_ERROR(
      GiveOneType(sides, absl::StrCat(std::string(symbol), " cannot compare"), position));
  const ValueType type = TypeOf(sides[0]);
  const ExpressionKind kind = ComparisonKind(symbol);
  const bool ordered = kind != ExpressionKind::kEqual && kind != ExpressionKind::kNotEqual;
  if (ordered && type == ValueType::kBool) {
    return Refuse(Reason::kTypeMismatch,
                  absl::StrCat("booleans have no order for ", std::string(symbol)),
                  {.fix = "use = or <>", .position = position});
  }
  return MakeOperation(kind, ValueType::kBool, std::move(sides));
}

class Binder {
 public:
  Binder(NameScope& scope, Parameters& parameters) : scope_(scope), parameters_(parameters) {}

  absl::StatusOr<Typed> Bind(const SyntaxNode& node) {
    if (std::optional<Typed> whole = scope_.FindWhole(node)) return *std::move(whole);
    switch (node.kind) {
      case SyntaxKind::kColumn:
        return scope_.BindColumn(node);
      case SyntaxKind::kCall:
      case SyntaxKind::kCast:
        return BindCall(node);
      case SyntaxKind::kLiteral:
        return MakeLiteral(node.literal);
      case SyntaxKind::kParameter:
        return BindParameter(node);
      case SyntaxKind::kOperator:
        return BindOperator(node);
      case SyntaxKind::kAnd:
      case SyntaxKind::kOr:
      case SyntaxKind::kNot:
        return BindLogic(node);
      case SyntaxKind::kBetween:
        return BindBetween(node);
      case SyntaxKind::kIn:
        return BindIn(node);
      case SyntaxKind::kIsNull:
        return BindIsNull(node);
      case SyntaxKind::kIsTrue:
      case SyntaxKind::kIsFalse:
      case SyntaxKind::kIsUnknown:
        return BindTruth(node);
      case SyntaxKind::kDistinctFrom:
        return BindDistinctFrom(node);
      case SyntaxKind::kCase:
        return BindCaseOf(node);
      case SyntaxKind::kStar:
        break;
    }
    return Refuse(Reason::kUnsupported, "* has no meaning here",
                  {.fix = "name a column", .position = node.position});
  }

  absl::StatusOr<Typed> BindBool(const SyntaxNode& node, std::string_view what) {
    TACIT_ASSIGN_OR_RETURN(Typed typed, Bind(node));
    if (IsNullLiteral(typed)) return Retype(typed, ValueType::kBool);
    TACIT_RETURN_IF_ERROR(CheckBool(typed, what, node.position));
    return typed;
  }

 private:
  absl::StatusOr<Typed> BindParameter(const SyntaxNode& node) {
    TACIT_ASSIGN_OR_RETURN(const Value value, parameters_.Use(node.parameter, node.position));
    return MakeLiteral(value);
  }

  absl::StatusOr<Typed> BindCall(const SyntaxNode& node) {
    const bool casts = node.kind == SyntaxKind::kCast;
    const BindFunction function = casts ? BindCast : FindScalarFunction(node.name);
    if (function == nullptr) return scope_.BindCall(node);
    if (node.filtered || node.within_group) {
      const std::string clause = node.filtered ? "FILTER" : "WITHIN GROUP";
      const std::string instead = node.filtered ? ", or use CASE" : "";
      return Refuse(
          Reason::kUnsupported, absl::StrCat(clause, " is for aggregates, not for ", node.name),
          {.fix = absl::StrCat("leave ", clause, " out", instead), .position = node.position});
    }
    TACIT_ASSIGN_OR_RETURN(std::vector<Typed> arguments, BindAll(node.arguments));
    return function(node, std::move(arguments));
  }

  absl::StatusOr<std::vector<Typed>> BindAll(const std::vector<SyntaxNode>& nodes) {
    std::vector<Typed> all;
    for (const SyntaxNode& node : nodes) {
      TACIT_ASSIGN_OR_RETURN(Typed typed, Bind(node));
      all.push_back(std::move(typed));
    }
    return all;
  }

  absl::StatusOr<Typed> BindOperator(const SyntaxNode& node) {
    TACIT_ASSIGN_OR_RETURN(std::vector<Typed> arguments, BindAll(node.arguments));
    const BindFunction function = FindScalarFunction(node.name);  // || and LIKE
    if (function != nullptr) return function(node, std::move(arguments));
    if (IsArithmetic(node.name)) return Calculate(node, std::move(arguments));
    TACIT_CHECK(arguments.size() == 2);
    return Compare(node.name, std::move(arguments[0]), std::move(arguments[1]), node.position);
  }

  absl::StatusOr<Typed> BindLogic(const SyntaxNode& node) {
    const std::string_view what = node.kind == SyntaxKind::kAnd  ? "AND"
                                  : node.kind == SyntaxKind::kOr ? "OR"
                                                                 : "NOT";
    std::vector<Typed> conditions;
    for (const SyntaxNode& argument : node.arguments) {
      TACIT_ASSIGN_OR_RETURN(Typed typed, BindBool(argument, what));
      conditions.push_back(std::move(typed));
    }
    if (node.kind == SyntaxKind::kNot) return MakeNot(std::move(conditions[0]));
    return MakeChain(node.kind == SyntaxKind::kAnd ? ExpressionKind::kAnd : ExpressionKind::kOr,
                     conditions);
  }

  absl::StatusOr<Typed> BindBetween(const SyntaxNode& node) {
    TACIT_CHECK(node.arguments.size() == 3);
    TACIT_ASSIGN_OR_RETURN(const Typed value, Bind(node.arguments[0]));
    TACIT_ASSIGN_OR_RETURN(Typed low, Bind(node.arguments[1]));
    TACIT_ASSIGN_OR_RETURN(Typed high, Bind(node.arguments[2]));
    TACIT_ASSIGN_OR_RETURN(Typed above, Compare(">=", value, std::move(low), node.position));
    TACIT_ASSIGN_OR_RETURN(Typed below, Compare("<=", value, std::move(high), node.position));
    Typed both =
        MakeOperation(ExpressionKind::kAnd, ValueType::kBool, {std::move(above), std::move(below)});
    return node.negated ? MakeNot(std::move(both)) : both;
  }

  absl::StatusOr<Typed> BindIn(const SyntaxNode& node) {
    TACIT_ASSIGN_OR_RETURN(Typed value, Bind(node.arguments[0]));
    std::vector<Typed> items;
    for (size_t i = 1; i < node.arguments.size(); ++i) {
      TACIT_ASSIGN_OR_RETURN(Typed item, BindItem(node.arguments[i], value));
      items.push_back(std::move(item));
    }
    // One real among the items, or a real value, makes all of them reals.
    bool real = TypeOf(value) == ValueType::kFloat64;
    for (const Typed& item : items) real = real || TypeOf(item) == ValueType::kFloat64;
    if (real) value = ToFloat(std::move(value));
    Typed in = MakeOperation(ExpressionKind::kInList, ValueType::kBool, {std::move(value)});
    auto expression = std::make_shared<Expression>(*in.expression);
    for (Typed& item : items) {
      expression->list.push_back(real ? ToFloat(std::move(item)).expression->literal
                                      : item.expression->literal);
    }
    in.expression = std::move(expression);
    return node.negated ? MakeNot(std::move(in)) : in;
  }

  absl::StatusOr<Typed> BindItem(const SyntaxNode& node, const Typed& value) {
    if (node.kind != SyntaxKind::kLiteral && node.kind != SyntaxKind::kParameter) {
      return Refuse(Reason::kUnsupported, "an IN list may hold only literals and parameters",
                    {.fix = "write the comparison with = and OR", .position = node.position});
    }
    TACIT_ASSIGN_OR_RETURN(Typed item, Bind(node));
    if (TypeOf(value) == ValueType::kDate) {
      TACIT_RETURN_IF_ERROR(ReadTextAsDate(item, node.position));
    }
    if (IsNullLiteral(item)) {
      return Refuse(Reason::kUnsupported, "NULL in an IN list matches nothing",
                    {.fix = "leave it out, and add OR x IS NULL if that is meant",
                     .position = node.position});
    }
    const ValueType type = TypeOf(value);
    const bool comparable = TypeOf(item) == type || (IsNumeric(type) && IsNumeric(TypeOf(item)));
    if (!comparable) {
      return RefuseMismatch("IN cannot compare", type, TypeOf(item), node.position);
    }
    return item;
  }

  absl::StatusOr<Typed> BindIsNull(const SyntaxNode& node) {
    TACIT_ASSIGN_OR_RETURN(Typed value, Bind(node.arguments[0]));
    Typed test = MakeIsNull(std::move(value));
    return node.negated ? MakeNot(std::move(test)) : test;
  }

  // x IS TRUE is x AND x IS NOT NULL; x IS FALSE is NOT x AND x IS NOT NULL; x IS UNKNOWN is x IS
  // NULL.
  absl::StatusOr<Typed> BindTruth(const SyntaxNode& node) {
    TACIT_ASSIGN_OR_RETURN(const Typed value, BindBool(node.arguments[0], "IS TRUE"));
    TACIT_RETURN_IF_ERROR(CheckTwice(value, "IS TRUE and IS FALSE", node.position));
    Typed test = MakeIsNull(value);
    if (node.kind != SyntaxKind::kIsUnknown) {
      Typed wanted = node.kind == SyntaxKind::kIsTrue ? value : MakeNot(value);
      test = MakeOperation(ExpressionKind::kAnd, ValueType::kBool,
                           {std::move(wanted), MakeNot(std::move(test))});
    }
    return node.negated ? MakeNot(std::move(test)) : test;
  }

  // Two values are not distinct if they are equal, or both NULL; never NULL.
  absl::StatusOr<Typed> BindDistinctFrom(const SyntaxNode& node) {
    TACIT_ASSIGN_OR_RETURN(std::vector<Typed> sides, BindAll(node.arguments));
    TACIT_RETURN_IF_ERROR(GiveOneType(sides, "IS DISTINCT FROM cannot compare", node.position));
    if (IsNullLiteral(sides[0]) || IsNullLiteral(sides[1])) {
      Typed null = MakeIsNull(std::move(sides[IsNullLiteral(sides[1]) ? 0 : 1]));
      return node.negated ? null : MakeNot(std::move(null));
    }
    Typed same = MakeOperation(ExpressionKind::kEqual, ValueType::kBool, sides);
    if (same.range.nullable) {
      for (const Typed& side : sides) {
        TACIT_RETURN_IF_ERROR(CheckTwice(side, "IS DISTINCT FROM", node.position));
      }
      const Typed no_a = MakeIsNull(sides[0]);
      const Typed no_b = MakeIsNull(sides[1]);
      same = MakeChain(ExpressionKind::kOr,
                       {MakeChain(ExpressionKind::kAnd, {same, MakeNot(no_a), MakeNot(no_b)}),
                        MakeChain(ExpressionKind::kAnd, {no_a, no_b})});
    }
    return node.negated ? same : MakeNot(std::move(same));
  }

  absl::StatusOr<Typed> BindCaseOf(const SyntaxNode& node) {
    std::vector<Typed> arguments;
    for (size_t i = 0; i < node.arguments.size(); ++i) {
      absl::StatusOr<Typed> bound = IsCaseCondition(i, node.arguments.size())
                                        ? BindBool(node.arguments[i], "WHEN")
                                        : Bind(node.arguments[i]);
      TACIT_RETURN_IF_ERROR(bound.status());
      arguments.push_back(*std::move(bound));
    }
    return MakeCase(std::move(arguments), node.position);
  }

  NameScope& scope_;
  Parameters& parameters_;
};

}  // namespace

TypedExpression MakeOperation(ExpressionKind kind, ValueType type,
                              std::vector<TypedExpression> arguments, DateField field) {
  auto expression = std::make_shared<Expression>();
  expression->kind = kind;
  expression->type = type;
  expression->field = field;
  std::vector<ValueRange> ranges;
  for (Typed& argument : arguments) {
    ranges.push_back(argument.range);
    expression->arguments.push_back(std::move(argument.expression));
  }
  const ValueRange range = InferOperation(kind, type, ranges, field);
  expression->nullable = range.nullable;
  return {.expression = std::move(expression), .range = range};
}

TypedExpression ToFloat(TypedExpression number) {
  if (TypeOf(number) == ValueType::kFloat64) return number;
  TACIT_CHECK(TypeOf(number) == ValueType::kInt64);
  if (const auto* integer = std::get_if<int64_t>(&number.expression->literal)) {
    return MakeLiteral(Value(static_cast<double>(*integer)));
  }
  return MakeOperation(ExpressionKind::kToFloat, ValueType::kFloat64, {std::move(number)});
}

TypedExpression MakeLiteral(const Value& value) {
  auto expression = std::make_shared<Expression>();
  expression->kind = ExpressionKind::kLiteral;
  expression->literal = value;
  expression->nullable = IsNull(value);
  if (std::holds_alternative<bool>(value)) expression->type = ValueType::kBool;
  if (std::holds_alternative<double>(value)) expression->type = ValueType::kFloat64;
  if (std::holds_alternative<std::string>(value)) expression->type = ValueType::kText;
  if (std::holds_alternative<Date>(value)) expression->type = ValueType::kDate;
  return {.expression = std::move(expression), .range = RangeOf(value)};
}

absl::StatusOr<TypedExpression> BindExpression(const SyntaxNode& node, NameScope& scope,
                                               Parameters& parameters) {
  return Binder(scope, parameters).Bind(node);
}

absl::StatusOr<TypedExpression> BindCondition(const SyntaxNode& node, std::string_view clause,
                                              NameScope& scope, Parameters& parameters) {
  return Binder(scope, parameters).BindBool(node, clause);
}

}  // namespace tacit
