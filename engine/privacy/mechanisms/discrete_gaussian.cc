#include "engine/privacy/mechanisms/discrete_gaussian.h"

#include "accountant/check.h"
#include "engine/privacy/random/exact.h"

namespace tacit {
namespace {

using Wide = unsigned __int128;

// True with probability exp(-distance^2 / (2 sigma^2)). With distance = q sigma + r the exponent is
// q^2 / 2 + q r / sigma + r^2 / (2 sigma^2): the parts are tried apart, so that no square overflows
// however far the proposal lies.
bool Accepts(Wide distance, uint64_t sigma, RandomBits& random) {
  const Wide quotient = distance / sigma;
  const Wide rest = distance % sigma;
  for (Wide trial = 0; trial < quotient * quotient; ++trial) {
    if (!BernoulliExpMinus(1, 2, random)) return false;
  }
  for (Wide trial = 0; trial < quotient; ++trial) {
    if (!BernoulliExpMinus(rest, sigma, random)) return false;
  }
  return BernoulliExpMinus(rest * rest, 2 * Wide{sigma} * sigma, random);
}

__int128 Draw(int64_t sigma, RandomBits& random) {
  for (;;) {
    const Wide magnitude = DrawGeometric({sigma, 0}, random);
    const auto width = static_cast<uint64_t>(sigma);
    const Wide distance = magnitude < width ? width - magnitude : magnitude - width;
    if (!Accepts(distance, width, random)) continue;
    const bool negative = (random.Next() & 1) != 0;
    if (negative && magnitude == 0) continue;  // zero would otherwise count twice
    const auto value = static_cast<__int128>(magnitude);
    return negative ? -value : value;
  }
}

}  // namespace

void SampleDiscreteGaussian(int64_t sigma, RandomBits& random, absl::Span<__int128> noise) {
  TACIT_CHECK(sigma >= 1 && sigma <= int64_t{1} << 56);
  FillInBatches(noise, [&] { return Draw(sigma, random); });
}

}  // namespace tacit
