#include "engine/privacy/random/exact.h"

#include "accountant/check.h"

namespace tacit {

uint64_t UniformBelow(uint64_t bound, RandomBits& random) {
  TACIT_CHECK(bound > 0);
  // Lemire 2019, "Fast random integer generation in an interval": the high half of word * bound,
  // with the low halves below 2^64 mod bound rejected so that every result has the same number of
  // words.
  unsigned __int128 product = static_cast<unsigned __int128>(random.Next()) * bound;
  if (static_cast<uint64_t>(product) < bound) {
    const uint64_t rejected_below = (0 - bound) % bound;
    while (static_cast<uint64_t>(product) < rejected_below) {
      product = static_cast<unsigned __int128>(random.Next()) * bound;
    }
  }
  return static_cast<uint64_t>(product >> 64);
}

bool BernoulliExpMinus(uint64_t numerator, uint64_t denominator, RandomBits& random) {
  TACIT_CHECK(denominator > 0);
  TACIT_CHECK(numerator <= denominator);
  // The number of leading successes of Bernoulli(x/1), Bernoulli(x/2), ... is even with probability
  // exp(-x). Bernoulli(x/k) is Bernoulli(x) and Bernoulli(1/k), so nothing overflows.
  uint64_t trial = 1;
  while (UniformBelow(denominator, random) < numerator && UniformBelow(trial, random) == 0) ++trial;
  return (trial & 1) == 1;
}

uint64_t GeometricExpMinusOne(RandomBits& random) {
  uint64_t successes = 0;
  while (BernoulliExpMinus(1, 1, random)) ++successes;
  return successes;
}

}  // namespace tacit
