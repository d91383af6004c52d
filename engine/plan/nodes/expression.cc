#include "engine/plan/nodes/expression.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"

namespace tacit {
namespace {

// The infix operator of a kind; empty for kinds that are written otherwise.
const char* SymbolOf(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::kAdd:
      return " + ";
    case ExpressionKind::kSubtract:
      return " - ";
    case ExpressionKind::kMultiply:
      return " * ";
    case ExpressionKind::kDivide:
      return " / ";
    case ExpressionKind::kModulo:
      return " % ";
    case ExpressionKind::kEqual:
      return " = ";
    case ExpressionKind::kNotEqual:
      return " <> ";
    case ExpressionKind::kLess:
      return " < ";
    case ExpressionKind::kLessEqual:
      return " <= ";
    case ExpressionKind::kGreater:
      return " > ";
    case ExpressionKind::kGreaterEqual:
      return " >= ";
    case ExpressionKind::kAnd:
      return " AND ";
    case ExpressionKind::kOr:
      return " OR ";
    case ExpressionKind::kLike:
      return " LIKE ";
    case ExpressionKind::kILike:
      return " ILIKE ";
    case ExpressionKind::kConcat:
      return " || ";
    default:
      return "";
  }
}

// What a function of numbers is written as, with its bracket.
const char* FunctionOf(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::kAbs:
      return "abs(";
    case ExpressionKind::kCeil:
      return "ceil(";
    case ExpressionKind::kRound:
      return "round(";
    case ExpressionKind::kTrunc:
      return "trunc(";
    case ExpressionKind::kSign:
      return "sign(";
    case ExpressionKind::kSqrt:
      return "sqrt(";
    case ExpressionKind::kLn:
      return "ln(";
    case ExpressionKind::kLog10:
      return "log10(";
    case ExpressionKind::kExp:
      return "exp(";
    case ExpressionKind::kPower:
      return "power(";
    case ExpressionKind::kBoolToInteger:
      return "integer(";
    default:
      TACIT_CHECK(kind == ExpressionKind::kWidthBucket);
      return "width_bucket(";
  }
}

class Writer {
 public:
  explicit Writer(absl::Span<const std::string> column_names) : column_names_(column_names) {}

  // Appends to one string, so that a long chain of operators takes linear time.
  void Write(const Expression& expression) {
    switch (expression.kind) {
      case ExpressionKind::kColumn:
        return WriteColumn(expression.index);
      case ExpressionKind::kKey:
        return absl::StrAppend(&text_, "key", expression.index);
      case ExpressionKind::kAnswer:
        return absl::StrAppend(&text_, "answer", expression.index);
      case ExpressionKind::kLiteral:
        return WriteLiteral(expression);
      case ExpressionKind::kNegate:
        return WriteAround("(-", expression, ")");
      case ExpressionKind::kFloor:
        return WriteAround("floor(", expression, ")");
      case ExpressionKind::kDatePart:
        absl::StrAppend(&text_, "extract(", std::string(FieldName(expression.field)));
        return WriteAround(" from ", expression, ")");
      case ExpressionKind::kDateTrunc:
        absl::StrAppend(&text_, "date_trunc('", std::string(FieldName(expression.field)));
        return WriteAround("', ", expression, ")");
      case ExpressionKind::kToFloat:
        return WriteAround("real(", expression, ")");
      case ExpressionKind::kNot:
        return WriteAround("(NOT ", expression, ")");
      case ExpressionKind::kIsNull:
        return WriteAround("(", expression, " IS NULL)");
      case ExpressionKind::kInList:
        return WriteList(expression);
      case ExpressionKind::kCase:
        return WriteCase(expression);
      case ExpressionKind::kCoalesce:
        return WriteCall("coalesce(", expression);
      case ExpressionKind::kGreatest:
        return WriteCall("greatest(", expression);
      case ExpressionKind::kLeast:
        return WriteCall("least(", expression);
      case ExpressionKind::kToInteger:
        return WriteToInteger(expression);
      case ExpressionKind::kLength:
        return WriteCall("length(", expression);
      case ExpressionKind::kLower:
        return WriteCall("lower(", expression);
      case ExpressionKind::kUpper:
        return WriteCall("upper(", expression);
      case ExpressionKind::kTrim:
        return WriteCall("btrim(", expression);
      case ExpressionKind::kTrimLeft:
        return WriteCall("ltrim(", expression);
      case ExpressionKind::kTrimRight:
        return WriteCall("rtrim(", expression);
      case ExpressionKind::kSubstring:
        return WriteCall("substring(", expression);
      case ExpressionKind::kLeft:
        return WriteCall("left(", expression);
      case ExpressionKind::kRight:
        return WriteCall("right(", expression);
      default:
        if (IsMath(expression.kind)) return WriteCall(FunctionOf(expression.kind), expression);
        return WriteInfix(expression);
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  void WriteColumn(int index) {
    TACIT_CHECK(index >= 0);
    if (column_names_.empty()) return absl::StrAppend(&text_, "$", index);
    TACIT_CHECK(index < static_cast<int>(column_names_.size()));
    text_ += column_names_[index];
  }

  // In canonical text a NULL carries its type, since NULLs of two types are different literals.
  void WriteLiteral(const Expression& expression) {
    text_ += ToText(expression.literal);
    if (!IsNull(expression.literal) || !column_names_.empty()) return;
    absl::StrAppend(&text_, ":", std::string(TypeName(expression.type)));
  }

  void WriteAround(const char* before, const Expression& expression, const char* after) {
    TACIT_CHECK(expression.arguments.size() == 1);
    text_ += before;
    Write(*expression.arguments[0]);
    text_ += after;
  }

  void WriteCall(const char* name, const Expression& expression) {
    text_ += name;
    WriteJoined(expression, ", ");
    text_ += ")";
  }

  // By the name of the type that has room for as much.
  void WriteToInteger(const Expression& expression) {
    TACIT_CHECK(expression.arguments.size() == 2);
    const auto most = std::get<int64_t>(expression.arguments[1]->literal);
    text_ += most == std::numeric_limits<int16_t>::max()   ? "smallint("
             : most == std::numeric_limits<int32_t>::max() ? "integer("
                                                           : "bigint(";
    Write(*expression.arguments[0]);
    text_ += ")";
  }

  void WriteCase(const Expression& expression) {
    TACIT_CHECK(expression.arguments.size() % 2 == 1);
    text_ += "CASE";
    for (size_t i = 0; i + 1 < expression.arguments.size(); i += 2) {
      text_ += " WHEN ";
      Write(*expression.arguments[i]);
      text_ += " THEN ";
      Write(*expression.arguments[i + 1]);
    }
    text_ += " ELSE ";
    Write(*expression.arguments.back());
    text_ += " END";
  }

  void WriteInfix(const Expression& expression) {
    text_ += "(";
    WriteJoined(expression, SymbolOf(expression.kind));
    text_ += ")";
  }

  void WriteJoined(const Expression& expression, const char* between) {
    for (size_t i = 0; i < expression.arguments.size(); ++i) {
      if (i > 0) text_ += between;
      Write(*expression.arguments[i]);
    }
  }

  void WriteList(const Expression& expression) {
    TACIT_CHECK(expression.arguments.size() == 1);
    text_ += "(";
    Write(*expression.arguments[0]);
    text_ += " IN (";
    for (size_t i = 0; i < expression.list.size(); ++i) {
      absl::StrAppend(&text_, i > 0 ? ", " : "", ToText(expression.list[i]));
    }
    text_ += "))";
  }

  absl::Span<const std::string> column_names_;
  std::string text_;
};

}  // namespace

int64_t TreeSize(const Expression& expression, int64_t most) {
  int64_t size = 1;
  for (const ExpressionPtr& argument : expression.arguments) {
    if (size > most) break;
    size += TreeSize(*argument, most - size);
  }
  return size;
}

ExpressionKind Mirrored(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::kLess:
      return ExpressionKind::kGreater;
    case ExpressionKind::kLessEqual:
      return ExpressionKind::kGreaterEqual;
    case ExpressionKind::kGreater:
      return ExpressionKind::kLess;
    case ExpressionKind::kGreaterEqual:
      return ExpressionKind::kLessEqual;
    default:
      return kind;
  }
}

std::string ToText(const Expression& expression) { return ToText(expression, {}); }

std::string ToText(const Expression& expression, absl::Span<const std::string> column_names) {
  Writer writer(column_names);
  writer.Write(expression);
  return writer.Take();
}

}  // namespace tacit
