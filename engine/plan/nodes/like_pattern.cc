#include "engine/plan/nodes/like_pattern.h"

#include <algorithm>
#include <map>

#include "engine/plan/nodes/letter_case.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

constexpr size_t kBits = 64;

struct Element {
  enum class Kind { kCharacter, kOne, kAny } kind;
  uint32_t code = 0;
};

std::vector<Element> ElementsOf(std::string_view pattern) {
  const std::vector<uint32_t> characters = CharactersOf(pattern);
  std::vector<Element> elements;
  for (size_t i = 0; i < characters.size(); ++i) {
    if (characters[i] == '%') {
      elements.push_back({Element::Kind::kAny});
    } else if (characters[i] == '_') {
      elements.push_back({Element::Kind::kOne});
    } else {
      if (characters[i] == '\\' && i + 1 < characters.size()) ++i;
      elements.push_back({Element::Kind::kCharacter, characters[i]});
    }
  }
  return elements;
}

void Set(uint64_t* bits, size_t i) { bits[i / kBits] |= uint64_t{1} << (i % kBits); }

}  // namespace

LikePattern::LikePattern(std::string_view pattern, bool ignore_case) : ignore_case_(ignore_case) {
  const std::vector<Element> elements = ElementsOf(pattern);
  for (const Element& element : elements) elements_ += element.kind != Element::Kind::kAny ? 1 : 0;
  words_ = elements_ / kBits + 1;
  stays_.assign(words_, 0);
  any_.assign(words_, 0);
  std::map<uint32_t, Bits> takers;
  size_t state = 0;
  for (const Element& element : elements) {
    if (element.kind == Element::Kind::kAny) {
      Set(stays_.data(), state);
      continue;
    }
    if (element.kind == Element::Kind::kOne) {
      Set(any_.data(), state);
    } else {
      Bits& bits = takers[ignore_case ? LowerOf(element.code) : element.code];
      bits.resize(words_);
      Set(bits.data(), state);
    }
    ++state;
  }
  const auto unnamed = static_cast<uint32_t>(takers.size());
  row_of_ascii_.fill(unnamed);
  for (const auto& [code, bits] : takers) {
    const auto row = static_cast<uint32_t>(takers_.size() / words_);
    for (size_t word = 0; word < words_; ++word) takers_.push_back(bits[word] | any_[word]);
    if (code < row_of_ascii_.size()) {
      row_of_ascii_[code] = row;
    } else {
      row_of_others_.emplace_back(code, row);
    }
  }
  takers_.insert(takers_.end(), any_.begin(), any_.end());
}

const uint64_t* LikePattern::TakersOf(uint32_t code) const {
  size_t row = takers_.size() / words_ - 1;
  if (code < row_of_ascii_.size()) {
    row = row_of_ascii_[code];
  } else {
    const auto found = std::lower_bound(row_of_others_.begin(), row_of_others_.end(),
                                        std::pair<uint32_t, uint32_t>(code, 0));
    if (found != row_of_others_.end() && found->first == code) row = found->second;
  }
  return takers_.data() + row * words_;
}

bool LikePattern::Matches(std::string_view text) const {
  Bits states(words_);
  states[0] = 1;
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    at += character.size;
    const uint64_t* takers = TakersOf(ignore_case_ ? LowerOf(character.code) : character.code);
    uint64_t carry = 0;
    for (size_t word = 0; word < words_; ++word) {
      const uint64_t taken = states[word] & takers[word];
      states[word] = taken << 1 | carry | (states[word] & stays_[word]);
      carry = taken >> (kBits - 1);
    }
  }
  return (states[elements_ / kBits] >> (elements_ % kBits) & 1) != 0;
}

std::optional<std::string> LiteralOf(std::string_view pattern) {
  std::string text;
  for (const Element& element : ElementsOf(pattern)) {
    if (element.kind != Element::Kind::kCharacter) return std::nullopt;
    AppendCharacter(element.code, text);
  }
  return text;
}

bool EndsWithEscape(std::string_view pattern) {
  size_t backslashes = 0;
  while (backslashes < pattern.size() && pattern[pattern.size() - 1 - backslashes] == '\\') {
    ++backslashes;
  }
  return backslashes % 2 == 1;
}

std::string WithBackslashes(std::string_view pattern, std::string_view escape) {
  if (escape == "\\") return std::string(pattern);
  std::string result;
  for (size_t at = 0; at < pattern.size();) {
    const std::string_view character = pattern.substr(at, CharacterAt(pattern, at).size);
    at += character.size();
    if (character != escape) {
      // Backslashes stand for themselves.
      if (character == "\\") result += '\\';
      result += character;
      continue;
    }
    result += '\\';
    if (at == pattern.size()) break;
    // What is escaped is taken as it is, be it a backslash or the escape itself.
    const std::string_view escaped = pattern.substr(at, CharacterAt(pattern, at).size);
    result += escaped;
    at += escaped.size();
  }
  return result;
}

std::string EscapeText(std::string_view text) {
  std::string pattern;
  for (const char byte : text) {
    if (byte == '%' || byte == '_' || byte == '\\') pattern += '\\';
    pattern += byte;
  }
  return pattern;
}

}  // namespace tacit
