#include "engine/analyze/read_call.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/choice.h"

namespace tacit {
namespace {

// Fractions are multiples of a thousandth: what noise leaves of a rank is far coarser.
constexpr int64_t kThousand = 1000;

// The columns of numbers and dates in `expression` without finite bounds, each once, in the order
// met.
void CollectUnbounded(const Expression& expression, const RowScope& rows,
                      std::vector<std::string>& names) {
  const bool has_bounds =
      expression.type != ValueType::kText && expression.type != ValueType::kBool;
  if (expression.kind == ExpressionKind::kColumn && has_bounds) {
    const std::string& name = rows.column_names()[expression.index];
    const bool bounded = rows.ranges()[expression.index].interval.IsFinite();
    if (!bounded && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  for (const ExpressionPtr& argument : expression.arguments)
    CollectUnbounded(*argument, rows, names);
}

Quantile QuantileOf(int64_t thousandths) {
  // In halves, so that half a row from the end can be asked for: the outermost row alone has it.
  if (thousandths % kThousand == 0) return {2 * (thousandths / kThousand), 2};
  const int64_t divisor = std::gcd(thousandths, kThousand);
  return {thousandths / divisor, kThousand / divisor};
}

class CallReader {
 public:
  CallReader(const Aggregate& aggregate, const SyntaxNode& node, RowScope& rows,
             Parameters& parameters)
      : aggregate_(aggregate), node_(node), rows_(rows), parameters_(parameters) {}

  absl::StatusOr<AggregateCall> Read() {
    TACIT_RETURN_IF_ERROR(CheckForm());
    call_ = {.function = aggregate_.name,
             .star = node_.star,
             .distinct = node_.distinct,
             .position = node_.position};
    const TableSchema& table = rows_.table();
    if (table.unit_column.has_value()) call_.unit_column = table.columns[*table.unit_column].name;
    TACIT_ASSIGN_OR_RETURN(call_.of_unit, IsOfUnit());
    switch (aggregate_.form) {
      case CallForm::kOneArgument:
        TACIT_RETURN_IF_ERROR(ReadOne());
        break;
      case CallForm::kTwoArguments:
        TACIT_RETURN_IF_ERROR(ReadTwo());
        break;
      case CallForm::kFractionOfOrder:
        TACIT_RETURN_IF_ERROR(ReadOrdered());
        break;
    }
    return std::move(call_);
  }

 private:
  std::string Name() const { return absl::AsciiStrToUpper(node_.name); }

  std::string Function() const { return std::string(aggregate_.name); }

  // Those in brackets.
  size_t ArgumentCount() const {
    return node_.arguments.size() - (node_.filtered ? 1 : 0) - (node_.within_group ? 1 : 0);
  }

  absl::Status Wrong(const std::string& what, const std::string& fix) const {
    return Refuse(Reason::kUnsupported, absl::StrCat(Name(), what),
                  {.fix = fix, .position = node_.position});
  }

  absl::Status CheckForm() const {
    const bool is_ordered = aggregate_.form == CallForm::kFractionOfOrder;
    const std::string ordered = absl::StrCat(Name(), "(0.5) WITHIN GROUP (ORDER BY x)");
    if (is_ordered && !node_.within_group) {
      return Wrong(" needs WITHIN GROUP", absl::StrCat("write ", ordered));
    }
    if (is_ordered && ArgumentCount() != 1) {
      return Wrong(" takes one fraction", absl::StrCat("write ", ordered));
    }
    if (!is_ordered && node_.within_group) {
      return Wrong(" takes no WITHIN GROUP", "leave it out");
    }
    if (aggregate_.form == CallForm::kTwoArguments && (node_.distinct || ArgumentCount() != 2)) {
      return Wrong(" takes two arguments, without DISTINCT",
                   absl::StrCat("write ", Name(), "(y, x)"));
    }
    if (aggregate_.form == CallForm::kOneArgument && !node_.star && ArgumentCount() != 1) {
      return Wrong(" takes one argument", "name one column or expression");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> IsOfUnit() const {
    const bool may_be = node_.distinct && aggregate_.name == "count" && !node_.star &&
                        node_.arguments[0].kind == SyntaxKind::kColumn;
    if (!may_be) return false;
    TACIT_ASSIGN_OR_RETURN(const int index, rows_.Resolve(node_.arguments[0]));
    return rows_.names()[index].is_unit;
  }

  absl::StatusOr<TypedExpression> BindArgument(const SyntaxNode& argument) {
    rows_.set_clause("an aggregate");
    return BindExpression(argument, rows_, parameters_);
  }

  // x FILTER (WHERE c) is CASE WHEN c THEN x END: rows that c drops are NULL to the aggregate,
  // which skips them.
  absl::StatusOr<TypedExpression> Filter(TypedExpression value) {
    if (!node_.filtered) return value;
    rows_.set_clause("FILTER");
    TACIT_ASSIGN_OR_RETURN(TypedExpression condition,
                           BindCondition(node_.arguments.back(), "FILTER", rows_, parameters_));
    return MakeCase({std::move(condition), std::move(value), MakeLiteral(Value())}, node_.position);
  }

  void Take(TypedExpression argument, AggregateCall& call) const {
    call.argument_text = WithoutOuterBrackets(ToText(*argument.expression, rows_.column_names()));
    CollectUnbounded(*argument.expression, rows_, call.unbounded_columns);
    call.argument = std::move(argument.expression);
    call.range = Infer(*call.argument, rows_.ranges());
  }

  absl::Status ReadOne() {
    const bool is_plain_star = node_.star && !node_.filtered;
    if (call_.of_unit && !node_.filtered) {
      call_.argument_text = call_.unit_column;
    } else if (!is_plain_star) {
      TypedExpression value = MakeLiteral(Value(int64_t{1}));  // of * and of the unit
      if (!node_.star && !call_.of_unit) {
        TACIT_ASSIGN_OR_RETURN(value, BindArgument(node_.arguments[0]));
      }
      TACIT_ASSIGN_OR_RETURN(value, Filter(std::move(value)));
      call_.star = false;
      Take(std::move(value), call_);
      if (call_.of_unit) {
        const Expression& condition = *call_.argument->arguments[0];
        call_.argument_text = absl::StrCat("CASE WHEN ", ToText(condition, rows_.column_names()),
                                           " THEN ", call_.unit_column, " ELSE NULL END");
      }
    }
    call_.text = absl::StrCat(Function(), "(", node_.distinct ? "distinct " : "",
                              call_.star ? "*" : call_.argument_text, ")");
    return absl::OkStatus();
  }

  absl::Status ReadTwo() {
    for (const size_t i : {0, 1}) {
      TACIT_ASSIGN_OR_RETURN(TypedExpression value, BindArgument(node_.arguments[i]));
      AggregateCall side{.function = aggregate_.name,
                         .position = node_.position,
                         .null_by_filter = node_.filtered && !value.range.nullable};
      TACIT_ASSIGN_OR_RETURN(value, Filter(std::move(value)));
      Take(std::move(value), side);
      call_.sides.push_back(std::move(side));
    }
    call_.argument_text =
        absl::StrCat(call_.sides[0].argument_text, ", ", call_.sides[1].argument_text);
    call_.text = absl::StrCat(Function(), "(", call_.argument_text, ")");
    for (AggregateCall& side : call_.sides) side.text = call_.text;
    return absl::OkStatus();
  }

  absl::Status ReadOrdered() {
    TACIT_ASSIGN_OR_RETURN(const double fraction, ReadFraction(node_.arguments[0]));
    const auto thousandths = static_cast<int64_t>(std::llround(fraction * kThousand));
    if (static_cast<double>(thousandths) / kThousand != fraction) {
      return RefuseFraction(Reason::kLiteralRange, " has more than three decimals",
                            "write it with at most three decimals, such as 0.999");
    }
    call_.quantile = QuantileOf(node_.descending ? kThousand - thousandths : thousandths);
    TACIT_ASSIGN_OR_RETURN(TypedExpression value, BindArgument(node_.arguments[1]));
    TACIT_ASSIGN_OR_RETURN(value, Filter(std::move(value)));
    Take(std::move(value), call_);
    call_.text = absl::StrCat(Function(), "(", fraction, ") within group (order by ",
                              call_.argument_text, node_.descending ? " desc)" : ")");
    return absl::OkStatus();
  }

  absl::StatusOr<double> ReadFraction(const SyntaxNode& node) {
    Value value = node.literal;
    if (node.kind == SyntaxKind::kParameter) {
      TACIT_ASSIGN_OR_RETURN(value, parameters_.Use(node.parameter, node.position));
    } else if (node.kind != SyntaxKind::kLiteral) {
      return RefuseFraction(Reason::kUnsupported, " is not a constant",
                            "write a number from 0 to 1 or a parameter");
    }
    const auto* real = std::get_if<double>(&value);
    const auto* whole = std::get_if<int64_t>(&value);
    if (real == nullptr && whole == nullptr) {
      return RefuseFraction(Reason::kTypeMismatch, " is not a number",
                            "write a number from 0 to 1");
    }
    const double fraction = real != nullptr ? *real : static_cast<double>(*whole);
    if (!(0 <= fraction && fraction <= 1)) {
      return RefuseFraction(Reason::kLiteralRange, " is not between 0 and 1",
                            "write 0.9 for nine tenths of the rows");
    }
    return fraction;
  }

  absl::Status RefuseFraction(Reason reason, const std::string& what,
                              const std::string& fix) const {
    return Refuse(reason, absl::StrCat("the fraction of ", Name(), what),
                  {.fix = fix, .position = node_.arguments[0].position});
  }

  const Aggregate& aggregate_;
  const SyntaxNode& node_;
  RowScope& rows_;
  Parameters& parameters_;
  AggregateCall call_;
};

}  // namespace

absl::StatusOr<AggregateCall> ReadCall(const Aggregate& aggregate, const SyntaxNode& node,
                                       RowScope& rows, Parameters& parameters) {
  return CallReader(aggregate, node, rows, parameters).Read();
}

bool IsSameCall(const AggregateCall& a, const AggregateCall& b) {
  const auto text = [](const AggregateCall& call) {
    return call.argument == nullptr ? "" : ToText(*call.argument);
  };
  return a.function == b.function && a.star == b.star && a.distinct == b.distinct &&
         a.of_unit == b.of_unit && a.quantile == b.quantile && text(a) == text(b) &&
         std::equal(a.sides.begin(), a.sides.end(), b.sides.begin(), b.sides.end(), IsSameCall);
}

}  // namespace tacit
