// The only randomness in the server: a ChaCha20 stream under a fresh kernel key.
#ifndef TACIT_ENGINE_PRIVACY_RANDOM_RANDOM_BITS_H_
#define TACIT_ENGINE_PRIVACY_RANDOM_RANDOM_BITS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"

namespace tacit {

// Fills a buffer with words. The one implementation in the product is private to random_bits.cc.
class WordSource {
 public:
  virtual ~WordSource() = default;
  virtual void Fill(absl::Span<uint64_t> words) = 0;
};

// Uniform 64-bit words. Not copyable, not thread-safe: each query opens its own.
//
// Claim:  words are indistinguishable from uniform, independent over streams, processes and forks.
// Needs:  the kernel's getrandom.
// Errors: none; a failure of getrandom or of the cipher ends the process: no word is ever made up.
// Proof:  random_bits.proof.md.
class RandomBits {
 public:
  RandomBits(RandomBits&&) = default;
  RandomBits& operator=(RandomBits&&) = delete;
  RandomBits(const RandomBits&) = delete;
  RandomBits& operator=(const RandomBits&) = delete;

  // A stream under 256 fresh key bits from the kernel. The key is never stored nor shown.
  static RandomBits Open();

  // Grows in every forked child, so that a child never continues its parent's stream.
  static uint64_t ForkCount() { return fork_count_.load(std::memory_order_relaxed); }

  uint64_t Next() {
    if (next_ == buffer_.size() || fork_count_seen_ != ForkCount()) Refill();
    return buffer_[next_++];
  }

 private:
  // Defined in the test tree alone: plays a recorded tape instead of the kernel's stream.
  friend struct TapeForTest;
  explicit RandomBits(std::unique_ptr<WordSource> source) : source_(std::move(source)) {}

  void Refill();

  // In the header, so that looking at it for every word costs no call.
  static inline std::atomic<uint64_t> fork_count_{0};
  static const bool fork_handler_set_;

  std::unique_ptr<WordSource> source_;
  std::array<uint64_t, 512> buffer_;
  size_t next_ = 512;
  uint64_t fork_count_seen_ = ForkCount();
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_RANDOM_RANDOM_BITS_H_
