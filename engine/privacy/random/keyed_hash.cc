#include "engine/privacy/random/keyed_hash.h"

#include <bit>
#include <cstring>

namespace tacit {
namespace {

struct SipState {
  uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void Absorb(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }
};

}  // namespace

uint64_t KeyedHash(const BoundingKey& key, std::string_view bytes) {
  SipState state{key.low ^ 0x736f6d6570736575u, key.high ^ 0x646f72616e646f6du,
                 key.low ^ 0x6c7967656e657261u, key.high ^ 0x7465646279746573u};
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    state.Absorb(word);
  }
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  for (size_t shift = 0; at < bytes.size(); ++at, shift += 8) {
    last |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[at])) << shift;
  }
  state.Absorb(last);
  state.v2 ^= 0xff;
  for (int round = 0; round < 4; ++round) state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace tacit
