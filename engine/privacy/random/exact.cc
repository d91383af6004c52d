#include "engine/privacy/random/exact.h"

#include "accountant/check.h"

namespace tacit {
namespace {

using Wide = unsigned __int128;

// Whether low / 2^64 + rest * numerator / 2^64 reaches 1, where `rest` in [0, 1) is what follows
// the first word of `real`. Each word moves the question one word further down or answers it.
bool Carries(uint64_t low, uint64_t numerator, UniformReal& real, RandomBits& random) {
  for (size_t index = 1;; ++index) {
    const uint64_t missing = 0 - low;  // 2^64 - low, but for low = 0
    if (low == 0 || missing >= numerator) return false;
    const Wide product = Wide{real.Word(index, random)} * numerator;
    const auto high = static_cast<uint64_t>(product >> 64);
    if (high >= missing) return true;
    if (high + 1 < missing) return false;
    low = static_cast<uint64_t>(product);
  }
}

}  // namespace

uint64_t UniformReal::LaterWord(size_t index, RandomBits& random) {
  while (later_.size() < index) later_.push_back(random.Next());
  return later_[index - 1];
}

bool IsLess(UniformReal& a, UniformReal& b, RandomBits& random) {
  for (size_t index = 0;; ++index) {
    const uint64_t of_a = a.Word(index, random);
    const uint64_t of_b = b.Word(index, random);
    if (of_a != of_b) return of_a < of_b;
  }
}

bool IsLess(UniformReal& a, Wide numerator, Wide denominator, RandomBits& random) {
  TACIT_CHECK(numerator <= denominator && denominator > 0 && denominator >> 127 == 0);
  // Long division gives the fraction's binary digits; the first that differs from a's decides.
  for (size_t bit = 0;; ++bit) {
    numerator <<= 1;
    const bool digit = numerator >= denominator;
    if (digit) numerator -= denominator;
    const bool of_a = (a.Word(bit / 64, random) >> (63 - bit % 64) & 1) != 0;
    if (of_a != digit) return digit;
  }
}

bool BernoulliExpMinus(UniformReal& x, RandomBits& random) {
  UniformReal next(random);
  return !IsLess(next, x, random) || !BernoulliExpMinus(next, random);
}

bool BernoulliExpMinus(Wide numerator, Wide denominator, RandomBits& random) {
  UniformReal next(random);
  return !IsLess(next, numerator, denominator, random) || !BernoulliExpMinus(next, random);
}

Wide DrawGeometric(const LaplaceScale& scale, RandomBits& random) {
  TACIT_CHECK(scale.numerator > 0 && scale.numerator >> 62 == 0);
  TACIT_CHECK(scale.denominator_log2 >= 0 && scale.denominator_log2 <= 62);
  const auto numerator = static_cast<uint64_t>(scale.numerator);
  // whole + fraction is exponential; its product with the numerator is rounded down exactly.
  for (uint64_t whole = 0;; ++whole) {
    UniformReal fraction(random);
    if (!BernoulliExpMinus(fraction, random)) continue;
    const Wide product = Wide{fraction.Word(0, random)} * numerator;
    Wide fine = Wide{whole} * numerator + static_cast<uint64_t>(product >> 64);
    if (Carries(static_cast<uint64_t>(product), numerator, fraction, random)) ++fine;
    return fine >> scale.denominator_log2;
  }
}

}  // namespace tacit
