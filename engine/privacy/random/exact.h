// Exact sampling from 64-bit words: no floating point, no rounding, no truncated tails.
#ifndef TACIT_ENGINE_PRIVACY_RANDOM_EXACT_H_
#define TACIT_ENGINE_PRIVACY_RANDOM_EXACT_H_

#include <cstdint>

#include "engine/privacy/random/random_bits.h"

namespace tacit {

// Claim:  uniform on {0, ..., bound - 1}. Needs: bound > 0. Errors: none. Proof: exact.proof.md.
uint64_t UniformBelow(uint64_t bound, RandomBits& random);

// Claim:  true with probability exactly exp(-numerator / denominator).
// Needs:  0 <= numerator <= denominator, denominator > 0. Errors: none. Proof: exact.proof.md.
bool BernoulliExpMinus(uint64_t numerator, uint64_t denominator, RandomBits& random);

// Claim:  v with probability (1 - 1/e) e^-v: the number of successes of Bernoulli(1/e) before a
// failure. Needs:  nothing. Errors: none. Proof: exact.proof.md.
uint64_t GeometricExpMinusOne(RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_RANDOM_EXACT_H_
