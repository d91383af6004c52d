// Exact sampling from 64-bit words: no floating point, no rounding, no truncated tails. A uniform
// real is sampled lazily: only the bits that decide an outcome are ever drawn.
#ifndef TACIT_ENGINE_PRIVACY_RANDOM_EXACT_H_
#define TACIT_ENGINE_PRIVACY_RANDOM_EXACT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// A uniform real in [0, 1): the sum of Word(i) * 2^(-64 (i + 1)).
// Claim:  words are independent and uniform, each drawn when it is first asked for, then kept.
// Needs:  the same stream in every call. Errors: none. Proof: exact.proof.md.
class UniformReal {
 public:
  explicit UniformReal(RandomBits& random) : first_(random.Next()) {}
  uint64_t Word(size_t index, RandomBits& random) {
    return index == 0 ? first_ : LaterWord(index, random);
  }

 private:
  uint64_t LaterWord(size_t index, RandomBits& random);

  uint64_t first_;
  std::vector<uint64_t> later_;  // empty but for one draw in about 2^64
};

// Claim:  whether a < b as reals. Needs: two variables. Errors: none. Proof: exact.proof.md.
bool IsLess(UniformReal& a, UniformReal& b, RandomBits& random);

// Claim:  whether a < numerator / denominator.
// Needs:  numerator <= denominator, 0 < denominator < 2^127. Errors: none. Proof: exact.proof.md.
bool IsLess(UniformReal& a, unsigned __int128 numerator, unsigned __int128 denominator,
            RandomBits& random);

// Claim:  true with probability exactly exp(-x); of x, only what is already drawn is learnt.
// Needs:  nothing. Errors: none. Proof: exact.proof.md.
bool BernoulliExpMinus(UniformReal& x, RandomBits& random);

// Claim:  true with probability exactly exp(-numerator / denominator).
// Needs:  numerator <= denominator, 0 < denominator < 2^127. Errors: none. Proof: exact.proof.md.
bool BernoulliExpMinus(unsigned __int128 numerator, unsigned __int128 denominator,
                       RandomBits& random);

// Claim:  P(draw >= g) = exp(-g / scale) for every integer g >= 0.
// Needs:  0 < scale.numerator < 2^62, scale.denominator_log2 in [0, 62]. Errors: none.
//         Proof: exact.proof.md.
unsigned __int128 DrawGeometric(const LaplaceScale& scale, RandomBits& random);

// How long a draw takes depends on its value. Draws are therefore made in batches of this size, so
// that an observer of time learns at most a sum over a batch.
inline constexpr size_t kDrawsPerBatch = 256;

// Claim:  each entry of `out` is one `draw()`, and the number of calls is out.size() rounded up to
//         whole batches; what is drawn beyond `out` is discarded.
// Needs:  a draw that changes its stream. Errors: none. Proof: exact.proof.md.
template <typename Value, typename Draw>
void FillInBatches(absl::Span<Value> out, Draw draw) {
  for (Value& value : out) value = draw();
  for (size_t drawn = out.size(); drawn % kDrawsPerBatch != 0; ++drawn) draw();
}

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_RANDOM_EXACT_H_
