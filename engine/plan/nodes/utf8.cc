#include "engine/plan/nodes/utf8.h"

#include <cstdint>

namespace tacit {
namespace {

// Length of the sequence that starts `text`, 0 if it is invalid.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first < 0xc2   ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  // Only the second byte's range depends on the first; it excludes overlong forms and surrogates.
  const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  }
  return length;
}

}  // namespace

size_t FirstInvalidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

bool IsStorableText(std::string_view text) {
  return text.find('\0') == std::string_view::npos &&
         FirstInvalidUtf8(text) == std::string_view::npos;
}

Character CharacterAt(std::string_view text, size_t at) {
  const size_t size = SequenceLength(text.substr(at));
  const auto first = static_cast<uint8_t>(text[at]);
  if (size == 0) return {kStrayByte + first, 1};
  if (size == 1) return {first, 1};
  uint32_t code = first & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) code = code << 6 | (static_cast<uint8_t>(text[at + i]) & 0x3f);
  return {code, size};
}

std::vector<uint32_t> CharactersOf(std::string_view text) {
  std::vector<uint32_t> characters;
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    characters.push_back(character.code);
    at += character.size;
  }
  return characters;
}

size_t CharacterCount(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) at += CharacterAt(text, at).size;
  return count;
}

void AppendCharacter(uint32_t code, std::string& text) {
  if (code >= kStrayByte) {
    text += static_cast<char>(code - kStrayByte);
  } else if (code < 0x80) {
    text += static_cast<char>(code);
  } else {
    const int tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    text += static_cast<char>(0xf00 >> (tail + 1) | code >> (6 * tail));
    for (int i = tail; i-- > 0;) text += static_cast<char>(0x80 | (code >> (6 * i) & 0x3f));
  }
}

}  // namespace tacit
