#include "engine/analyze/text_functions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/one_type.h"
#include "engine/plan/nodes/like_pattern.h"
#include "engine/plan/nodes/text.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;
using Typed = TypedExpression;

bool IsLiteral(const Typed& typed) { return typed.expression->kind == Kind::kLiteral; }

const std::string* TextLiteral(const Typed& typed) {
  return std::get_if<std::string>(&typed.expression->literal);
}

const int64_t* WholeLiteral(const Typed& typed) {
  return std::get_if<int64_t>(&typed.expression->literal);
}

std::string NameOf(const SyntaxNode& call) {
  return call.name == "btrim" ? "TRIM" : absl::AsciiStrToUpper(call.name);
}

absl::Status RefuseForm(const SyntaxNode& call, std::string_view takes, std::string_view form) {
  return Refuse(Reason::kUnsupported, absl::StrCat(NameOf(call), " takes ", std::string(takes)),
                {.fix = absl::StrCat("write ", std::string(form)), .position = call.position});
}

// A NULL becomes one of text.
absl::Status CheckText(Typed& text, std::string_view name, std::string_view which, int position) {
  if (IsNullLiteral(text)) text = Retype(text, ValueType::kText);
  const ValueType type = text.expression->type;
  if (type == ValueType::kText) return absl::OkStatus();
  return Refuse(Reason::kTypeMismatch,
                absl::StrCat(std::string(name), " needs text, but ", std::string(which), " is ",
                             std::string(TypeName(type))),
                {.fix = "name a text column, or write text in quotes", .position = position});
}

// The operation, worked out at once where its text is a literal too.
Typed MakeOfText(Kind kind, ValueType type, std::vector<Typed> arguments) {
  if (IsNullLiteral(arguments[0])) return Retype(MakeLiteral(Value()), type);
  const bool is_constant = IsLiteral(arguments[0]);
  const std::string text = is_constant ? *TextLiteral(arguments[0]) : "";
  Typed operation = MakeOperation(kind, type, std::move(arguments));
  return is_constant ? MakeLiteral(TextFunction(*operation.expression).Of(text)) : operation;
}

// Pattern and ESCAPE as one pattern with backslashes.
absl::StatusOr<std::string> ReadPattern(const SyntaxNode& like, std::string_view name,
                                        const std::vector<Typed>& arguments) {
  const int position = like.arguments[1].position;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (IsNullLiteral(arguments[i])) {
      return Refuse(Reason::kUnsupported, absl::StrCat(std::string(name), " NULL matches nothing"),
                    {.fix = "write a pattern, or use IS NULL", .position = position});
    }
    if (TextLiteral(arguments[i]) == nullptr) {
      return Refuse(Reason::kUnsupported,
                    absl::StrCat(std::string(name), " takes a pattern, and its ESCAPE, that are ",
                                 "text literals or parameters"),
                    {.fix = "write them in quotes", .position = position});
    }
  }
  std::string pattern = *TextLiteral(arguments[1]);
  if (arguments.size() == 3) {
    const std::string& escape = *TextLiteral(arguments[2]);
    if (CharacterCount(escape) > 1) {
      return Refuse(Reason::kLiteralRange, "ESCAPE takes one character, or none",
                    {.fix = "write ESCAPE '!'", .position = like.arguments[2].position});
    }
    pattern = WithBackslashes(pattern, escape);
  }
  if (EndsWithEscape(pattern)) {
    return Refuse(
        Reason::kLiteralRange,
        absl::StrCat("the pattern of ", std::string(name), " ends with its escape character"),
        {.fix = "write that character twice to mean itself, or leave it out",
         .position = position});
  }
  if (CharacterCount(pattern) > kPatternCharactersMax) {
    return Refuse(Reason::kLimit,
                  absl::StrCat("the pattern of ", std::string(name), " has more than ",
                               kPatternCharactersMax, " characters"),
                  {.fix = "shorten it", .position = position, .limit = "pattern_characters"});
  }
  return pattern;
}

// ~~ is LIKE, !~~ NOT LIKE, and a star behind ignores case.
absl::StatusOr<Typed> BindLike(const SyntaxNode& like, std::vector<Typed> arguments) {
  const bool negated = like.name.front() == '!';
  const bool ignore_case = like.name.back() == '*';
  const std::string_view name = ignore_case ? "ILIKE" : "LIKE";
  TACIT_RETURN_IF_ERROR(CheckText(arguments[0], name, "its left side", like.position));
  TACIT_ASSIGN_OR_RETURN(const std::string pattern, ReadPattern(like, name, arguments));
  // Without a wildcard it is an equality, which narrows what a column can be.
  const std::optional<std::string> literal = LiteralOf(pattern);
  const bool is_equality = !ignore_case && literal.has_value() && !IsLiteral(arguments[0]);
  Typed match = is_equality ? MakeOperation(Kind::kEqual, ValueType::kBool,
                                            {arguments[0], MakeLiteral(*literal)})
                            : MakeOfText(ignore_case ? Kind::kILike : Kind::kLike, ValueType::kBool,
                                         {arguments[0], MakeLiteral(pattern)});
  return negated ? MakeOperation(Kind::kNot, ValueType::kBool, {std::move(match)}) : match;
}

absl::StatusOr<Typed> BindStartsWith(const SyntaxNode& call, std::vector<Typed> arguments) {
  const std::string* prefix = arguments.size() == 2 ? TextLiteral(arguments[1]) : nullptr;
  if (call.star || call.distinct || prefix == nullptr) {
    return RefuseForm(call, "a text and what it starts with, as a literal or parameter",
                      "STARTS_WITH(x, 'a')");
  }
  TACIT_RETURN_IF_ERROR(CheckText(arguments[0], NameOf(call), "its argument", call.position));
  SyntaxNode like = call;
  like.name = "~~";
  arguments[1] = MakeLiteral(EscapeText(*prefix) + "%");
  return BindLike(like, std::move(arguments));
}

absl::StatusOr<Typed> BindOneText(const SyntaxNode& call, std::vector<Typed> arguments) {
  if (call.star || call.distinct || arguments.size() != 1) {
    return RefuseForm(call, "one text", absl::StrCat(NameOf(call), "(x)"));
  }
  TACIT_RETURN_IF_ERROR(CheckText(arguments[0], NameOf(call), "its argument", call.position));
  const bool is_case = call.name == "lower" || call.name == "upper";
  if (!is_case) return MakeOfText(Kind::kLength, ValueType::kInt64, std::move(arguments));
  return MakeOfText(call.name == "lower" ? Kind::kLower : Kind::kUpper, ValueType::kText,
                    std::move(arguments));
}

absl::StatusOr<Typed> BindTrim(const SyntaxNode& call, std::vector<Typed> arguments) {
  if (arguments.size() == 1) arguments.push_back(MakeLiteral(Value(std::string(" "))));
  if (call.star || call.distinct || arguments.size() != 2 || TextLiteral(arguments[1]) == nullptr) {
    return RefuseForm(call, "a text and perhaps the characters to take off, as a literal",
                      call.name == "btrim" ? "TRIM(BOTH 'x' FROM name)"
                                           : absl::StrCat(NameOf(call), "(name, 'x')"));
  }
  TACIT_RETURN_IF_ERROR(CheckText(arguments[0], NameOf(call), "its argument", call.position));
  const Kind kind = call.name == "btrim"   ? Kind::kTrim
                    : call.name == "ltrim" ? Kind::kTrimLeft
                                           : Kind::kTrimRight;
  return MakeOfText(kind, ValueType::kText, std::move(arguments));
}

absl::StatusOr<Typed> BindSubstring(const SyntaxNode& call, std::vector<Typed> arguments) {
  const size_t size = arguments.size();
  const bool whole =
      (size == 2 || size == 3) && std::all_of(arguments.begin() + 1, arguments.end(), WholeLiteral);
  if (call.star || call.distinct || !whole) {
    return RefuseForm(call, "a text and one or two whole numbers, as literals or parameters",
                      "SUBSTRING(x FROM 2 FOR 3)");
  }
  TACIT_RETURN_IF_ERROR(CheckText(arguments[0], NameOf(call), "its argument", call.position));
  if (size == 3 && *WholeLiteral(arguments[2]) < 0) {
    return Refuse(Reason::kLiteralRange,
                  absl::StrCat(NameOf(call), " cannot take a negative number of characters"),
                  {.fix = "write 0 or more", .position = call.position});
  }
  return MakeOfText(Kind::kSubstring, ValueType::kText, std::move(arguments));
}

absl::StatusOr<Typed> BindEnd(const SyntaxNode& call, std::vector<Typed> arguments) {
  const bool counts = arguments.size() == 2 && WholeLiteral(arguments[1]) != nullptr;
  if (call.star || call.distinct || !counts) {
    return RefuseForm(call, "a text and a whole number, as a literal or parameter",
                      absl::StrCat(NameOf(call), "(x, 3)"));
  }
  TACIT_RETURN_IF_ERROR(CheckText(arguments[0], NameOf(call), "its argument", call.position));
  return MakeOfText(call.name == "left" ? Kind::kLeft : Kind::kRight, ValueType::kText,
                    std::move(arguments));
}

// Whether two texts that are no literals are joined anywhere within.
bool JoinsTwo(const Expression& expression) {
  const auto& arguments = expression.arguments;
  const auto varies = [](const ExpressionPtr& argument) {
    return argument->kind != Kind::kLiteral;
  };
  return (expression.kind == Kind::kConcat &&
          std::count_if(arguments.begin(), arguments.end(), varies) > 1) ||
         std::any_of(arguments.begin(), arguments.end(),
                     [](const ExpressionPtr& argument) { return JoinsTwo(*argument); });
}

// The parts of what is itself a join, so that (a || b) || c is of three; neighbouring literals are
// made one.
void AddParts(const Typed& text, std::vector<Typed>& parts) {
  if (text.expression->kind == Kind::kConcat) {
    for (const ExpressionPtr& part : text.expression->arguments) {
      const bool is_literal = part->kind == Kind::kLiteral;
      const Typed varying{.expression = part, .range = {.nullable = part->nullable}};
      AddParts(is_literal ? MakeLiteral(part->literal) : varying, parts);
    }
    return;
  }
  if (!parts.empty() && IsLiteral(text) && IsLiteral(parts.back())) {
    parts.back() = MakeLiteral(JoinTexts({*TextLiteral(parts.back()), *TextLiteral(text)}));
  } else {
    parts.push_back(text);
  }
}

absl::StatusOr<Typed> BindJoin(const SyntaxNode& join, std::vector<Typed> sides) {
  std::vector<Typed> parts;
  bool is_null = false;
  for (Typed& side : sides) {
    TACIT_RETURN_IF_ERROR(CheckText(side, "||", "one side", join.position));
    is_null = is_null || IsNullLiteral(side);
  }
  if (is_null) return Retype(MakeLiteral(Value()), ValueType::kText);
  for (const Typed& side : sides) AddParts(side, parts);
  if (parts.size() == 1) return parts[0];
  const auto varying =
      std::count_if(parts.begin(), parts.end(), [](const Typed& part) { return !IsLiteral(part); });
  const bool nested = std::any_of(parts.begin(), parts.end(),
                                  [](const Typed& part) { return JoinsTwo(*part.expression); });
  if (varying > 2 || (varying == 2 && nested)) {
    return Refuse(Reason::kLimit, "|| joins at most two columns",
                  {.fix = "join two of them, or group by each of them",
                   .position = join.position,
                   .limit = "joined_columns"});
  }
  return MakeOperation(Kind::kConcat, ValueType::kText, std::move(parts));
}

struct NamedFunction {
  std::string_view name;
  BindFunction bind;
};

constexpr NamedFunction kFunctions[] = {
    {"~~", BindLike},       {"!~~", BindLike},         {"~~*", BindLike},
    {"!~~*", BindLike},     {"||", BindJoin},          {"starts_with", BindStartsWith},
    {"lower", BindOneText}, {"upper", BindOneText},    {"length", BindOneText},
    {"left", BindEnd},      {"right", BindEnd},        {"char_length", BindOneText},
    {"btrim", BindTrim},    {"ltrim", BindTrim},       {"character_length", BindOneText},
    {"rtrim", BindTrim},    {"substr", BindSubstring}, {"substring", BindSubstring}};

}  // namespace

BindFunction FindTextFunction(std::string_view name) {
  for (const NamedFunction& function : kFunctions) {
    if (function.name == name) return function.bind;
  }
  return nullptr;
}

}  // namespace tacit
