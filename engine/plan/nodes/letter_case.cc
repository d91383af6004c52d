#include "engine/plan/nodes/letter_case.h"

#include <array>

namespace tacit {
namespace {

// Upper case letters from `first` to `last`, every `step`th of them; the lower case of each is
// `shift` further.
struct Letters {
  int32_t first;
  int32_t last;
  int32_t step;
  int32_t shift;
};

// Of Unicode 14's simple mappings those that lead back to where they began.
constexpr Letters kLetters[] = {
    {0x0041, 0x005a, 1, 32}, {0x00c0, 0x00d6, 1, 32},   {0x00d8, 0x00de, 1, 32},
    {0x0100, 0x012e, 2, 1},  {0x0132, 0x0136, 2, 1},    {0x0139, 0x0147, 2, 1},
    {0x014a, 0x0176, 2, 1},  {0x0178, 0x0178, 1, -121}, {0x0179, 0x017d, 2, 1},
    {0x01cd, 0x01db, 2, 1},  {0x01de, 0x01ee, 2, 1},    {0x01f8, 0x021e, 2, 1},
    {0x0222, 0x0232, 2, 1},  {0x0386, 0x0386, 1, 38},   {0x0388, 0x038a, 1, 37},
    {0x038c, 0x038c, 1, 64}, {0x038e, 0x038f, 1, 63},   {0x0391, 0x03a1, 1, 32},
    {0x03a3, 0x03ab, 1, 32}, {0x03cf, 0x03cf, 1, 8},    {0x03d8, 0x03ee, 2, 1},
    {0x0400, 0x040f, 1, 80}, {0x0410, 0x042f, 1, 32},   {0x0460, 0x0480, 2, 1},
    {0x048a, 0x04be, 2, 1},  {0x04c0, 0x04c0, 1, 15},   {0x04c1, 0x04cd, 2, 1},
    {0x04d0, 0x052e, 2, 1},  {0x0531, 0x0556, 1, 48},   {0x1e00, 0x1e94, 2, 1},
    {0x1ea0, 0x1efe, 2, 1}};

// The other case by code point, so that every letter takes the same time.
constexpr int32_t kEnd = 0x1f00;
using Cases = std::array<uint16_t, kEnd>;

constexpr Cases MakeCases(bool lower) {
  Cases cases{};
  for (int32_t code = 0; code < kEnd; ++code) cases[code] = static_cast<uint16_t>(code);
  for (const Letters& letters : kLetters) {
    for (int32_t upper = letters.first; upper <= letters.last; upper += letters.step) {
      const int32_t other = upper + letters.shift;
      cases[lower ? upper : other] = static_cast<uint16_t>(lower ? other : upper);
    }
  }
  return cases;
}

constexpr Cases kLower = MakeCases(true);
constexpr Cases kUpper = MakeCases(false);

}  // namespace

uint32_t LowerOf(uint32_t code) { return code < kLower.size() ? kLower[code] : code; }

uint32_t UpperOf(uint32_t code) { return code < kUpper.size() ? kUpper[code] : code; }

}  // namespace tacit
