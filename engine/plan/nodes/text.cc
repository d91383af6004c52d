#include "engine/plan/nodes/text.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "accountant/check.h"
#include "engine/plan/nodes/letter_case.h"
#include "engine/plan/nodes/like_pattern.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;
using Function = std::function<Value(std::string_view)>;

// Beyond the characters of any text; sums of two stay exact.
constexpr int64_t kEnd = int64_t{1} << 40;

std::string TextOf(const Expression& literal) { return std::get<std::string>(literal.literal); }

int64_t CountOf(const Expression& literal) {
  return std::clamp(std::get<int64_t>(literal.literal), -kEnd, kEnd);
}

std::string Recased(std::string_view text, uint32_t (*other_case)(uint32_t)) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    at += character.size;
    AppendCharacter(other_case(character.code), result);
  }
  return result;
}

// The characters from `first`, counted from 0, up to but without `end`.
std::string Slice(std::string_view text, int64_t first, int64_t end) {
  size_t start = text.size();
  size_t stop = text.size();
  int64_t place = 0;
  for (size_t at = 0; at < text.size(); ++place) {
    if (place == std::max<int64_t>(first, 0)) start = at;
    if (place == std::max<int64_t>(end, 0)) stop = at;
    at += CharacterAt(text, at).size;
  }
  return std::string(start < stop ? text.substr(start, stop - start) : "");
}

Function Substring(const Expression& function) {
  const int64_t first = CountOf(*function.arguments[1]) - 1;
  const bool to_end = function.arguments.size() == 2;
  const int64_t end = to_end ? kEnd : first + CountOf(*function.arguments[2]);
  return [=](std::string_view text) { return Slice(text, first, end); };
}

// A negative number counts from the other end.
Function Left(int64_t count) {
  return [=](std::string_view text) {
    const auto size = static_cast<int64_t>(CharacterCount(text));
    return Slice(text, 0, count < 0 ? size + count : count);
  };
}

Function Right(int64_t count) {
  return [=](std::string_view text) {
    const auto size = static_cast<int64_t>(CharacterCount(text));
    return Slice(text, count < 0 ? -count : size - count, size);
  };
}

Function Trim(Kind kind, const std::string& characters) {
  std::vector<uint32_t> set = CharactersOf(characters);
  std::sort(set.begin(), set.end());
  return [=](std::string_view text) {
    const std::vector<uint32_t> all = CharactersOf(text);
    const auto is_kept = [&](uint32_t code) {
      return !std::binary_search(set.begin(), set.end(), code);
    };
    auto first = all.begin();
    auto end = all.end();
    if (kind != Kind::kTrimRight) first = std::find_if(first, end, is_kept);
    if (kind != Kind::kTrimLeft) {
      while (end != first && !is_kept(*(end - 1))) --end;
    }
    std::string result;
    for (; first != end; ++first) AppendCharacter(*first, result);
    return result;
  };
}

Function Join(const Expression& function) {
  std::vector<std::string> texts;
  size_t varying = 0;
  for (size_t i = 0; i < function.arguments.size(); ++i) {
    const bool is_literal = function.arguments[i]->kind == Kind::kLiteral;
    if (!is_literal) varying = i;
    texts.push_back(is_literal ? TextOf(*function.arguments[i]) : "");
  }
  return [=](std::string_view text) {
    std::vector<std::string_view> parts(texts.begin(), texts.end());
    parts[varying] = text;
    return JoinTexts(parts);
  };
}

Function FunctionOf(const Expression& function) {
  switch (function.kind) {
    case Kind::kLike:
    case Kind::kILike: {
      const auto pattern = std::make_shared<const LikePattern>(TextOf(*function.arguments[1]),
                                                               function.kind == Kind::kILike);
      return [=](std::string_view text) { return pattern->Matches(text); };
    }
    case Kind::kLength:
      return [](std::string_view text) { return static_cast<int64_t>(CharacterCount(text)); };
    case Kind::kLower:
      return [](std::string_view text) { return Recased(text, LowerOf); };
    case Kind::kUpper:
      return [](std::string_view text) { return Recased(text, UpperOf); };
    case Kind::kTrim:
    case Kind::kTrimLeft:
    case Kind::kTrimRight:
      return Trim(function.kind, TextOf(*function.arguments[1]));
    case Kind::kSubstring:
      return Substring(function);
    case Kind::kLeft:
      return Left(CountOf(*function.arguments[1]));
    case Kind::kRight:
      return Right(CountOf(*function.arguments[1]));
    default:
      TACIT_CHECK(function.kind == Kind::kConcat);
      return Join(function);
  }
}

}  // namespace

std::string JoinTexts(absl::Span<const std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    // Past the first cut nothing is added, though a shorter character might still fit.
    for (size_t at = 0; at < part.size();) {
      const size_t size = CharacterAt(part, at).size;
      if (joined.size() + size > kJoinedBytesMax) return joined;
      joined += part.substr(at, size);
      at += size;
    }
  }
  return joined;
}

TextFunction::TextFunction(const Expression& function) : function_(FunctionOf(function)) {}

const ExpressionPtr& VaryingArgument(const Expression& function) {
  for (const ExpressionPtr& argument : function.arguments) {
    if (argument->kind != ExpressionKind::kLiteral) return argument;
  }
  CheckFailed(__FILE__, __LINE__, "bind works out what literals alone decide");
}

}  // namespace tacit
