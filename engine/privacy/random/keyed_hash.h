// A keyed hash that turns names into choices. Utility rests on it, privacy does not: any function
// of one unit's own rows bounds that unit as well (bound.proof.md, step 3).
#ifndef TACIT_ENGINE_PRIVACY_RANDOM_KEYED_HASH_H_
#define TACIT_ENGINE_PRIVACY_RANDOM_KEYED_HASH_H_

#include <cstdint>
#include <string_view>

#include "engine/privacy/random/random_bits.h"

namespace tacit {

// A query's own key for its bounding choices. Drawn once a query, never stored.
struct BoundingKey {
  uint64_t low = 0;
  uint64_t high = 0;
  static BoundingKey Draw(RandomBits& random) { return {random.Next(), random.Next()}; }
};

// SipHash-2-4 (Aumasson, Bernstein 2012).
uint64_t KeyedHash(const BoundingKey& key, std::string_view bytes);

// Spreads a combination of two hashes over 64 bits (the finaliser of SplitMix64; Steele, Lea, Flood
// 2014).
inline uint64_t MixHashes(uint64_t a, uint64_t b) {
  uint64_t z = a ^ (b + 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_RANDOM_KEYED_HASH_H_
