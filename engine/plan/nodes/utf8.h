// Whether bytes are text, and its characters.
#ifndef TACIT_ENGINE_PLAN_NODES_UTF8_H_
#define TACIT_ENGINE_PLAN_NODES_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tacit {

// The offset of the first byte that begins no valid UTF-8 sequence (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF), or std::string_view::npos.
size_t FirstInvalidUtf8(std::string_view text);

// What a text value may be, in a row, a parameter or a policy: valid UTF-8 without NUL.
bool IsStorableText(std::string_view text);

// One character: a code point of so many bytes. A byte that begins no valid sequence is a character
// of its own, beyond all code points, so that any bytes are read.
struct Character {
  uint32_t code = 0;
  size_t size = 0;
};
inline constexpr uint32_t kStrayByte = 0x110000;  // plus the byte

// The character at byte `at`, which is less than the text's size.
Character CharacterAt(std::string_view text, size_t at);

// The characters of the text, as code points.
std::vector<uint32_t> CharactersOf(std::string_view text);

// How many they are.
size_t CharacterCount(std::string_view text);

// Writes what CharacterAt has read, stray bytes too.
void AppendCharacter(uint32_t code, std::string& text);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_UTF8_H_
