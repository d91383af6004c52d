#include "engine/storage/utf8.h"

#include <cstddef>
#include <cstdint>

namespace tacit {
namespace {

// What a lead byte asks for: how many bytes follow, and the range of the first of them. The narrow
// ranges are what excludes overlong forms, surrogates and values above U+10FFFF.
struct Sequence {
  int trailing = -1;
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xbf;
};

Sequence SequenceOf(uint8_t lead) {
  if (lead >= 0xc2 && lead <= 0xdf) return {.trailing = 1};
  if (lead == 0xe0) return {.trailing = 2, .second_min = 0xa0};
  if (lead == 0xed) return {.trailing = 2, .second_max = 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {.trailing = 2};
  if (lead == 0xf0) return {.trailing = 3, .second_min = 0x90};
  if (lead >= 0xf1 && lead <= 0xf3) return {.trailing = 3};
  if (lead == 0xf4) return {.trailing = 3, .second_max = 0x8f};
  return {};
}

}  // namespace

bool IsStorableText(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    if (byte(i) == 0) return false;
    if (byte(i) < 0x80) {
      ++i;
      continue;
    }
    const Sequence sequence = SequenceOf(byte(i));
    if (sequence.trailing < 0) return false;
    const size_t end = i + 1 + static_cast<size_t>(sequence.trailing);
    if (end > text.size()) return false;
    if (byte(i + 1) < sequence.second_min || byte(i + 1) > sequence.second_max) return false;
    for (size_t j = i + 2; j < end; ++j) {
      if ((byte(j) & 0xc0) != 0x80) return false;
    }
    i = end;
  }
  return true;
}

}  // namespace tacit
