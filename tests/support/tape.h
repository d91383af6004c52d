// Plays a fixed tape of words instead of kernel randomness, and looks at sums before noise.
#ifndef TACIT_TESTS_SUPPORT_TAPE_H_
#define TACIT_TESTS_SUPPORT_TAPE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/privacy/bound.h"
#include "engine/privacy/perturb.h"
#include "engine/privacy/quantile.h"
#include "engine/privacy/random/random_bits.h"
#include "engine/privacy/sealed.h"

namespace tacit {

// The fixed seed of an ordinary run, or one made of it and TACIT_SEED, which a nightly run draws
// afresh.
inline uint64_t SeedFor(uint64_t fixed) {
  const char* nightly = std::getenv("TACIT_SEED");
  return nightly == nullptr ? fixed : fixed + 0x100000001b3u * std::strtoull(nightly, nullptr, 10);
}

// How many times larger a nightly run's samples are.
inline int SampleFactor() { return std::getenv("TACIT_NIGHTLY") == nullptr ? 1 : 10; }

// The given words, then SplitMix64 from a seed: the same words on every machine.
class TapeSource final : public WordSource {
 public:
  explicit TapeSource(uint64_t seed, std::vector<uint64_t> first = {})
      : state_(seed), first_(std::move(first)) {}
  void Fill(absl::Span<uint64_t> words) override {
    for (uint64_t& word : words) word = played_ < first_.size() ? first_[played_++] : Step();
  }
  uint64_t Step() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
  std::vector<uint64_t> first_;
  size_t played_ = 0;
};

// Friend of RandomBits and QueryRunner; defined here and nowhere in the product.
struct TapeForTest {
  static RandomBits Open(uint64_t seed) {
    return RandomBits(std::make_unique<TapeSource>(SeedFor(seed)));
  }
  // The given words, then those of a seed: forces what has a probability too small to meet.
  static RandomBits OpenWith(std::vector<uint64_t> first, uint64_t seed) {
    return RandomBits(std::make_unique<TapeSource>(SeedFor(seed), std::move(first)));
  }
  template <typename Runner>
  static void Play(Runner& runner, uint64_t seed) {
    runner.open_random_ = [seed] { return Open(seed); };
  }
};

// Friend of Sealed and Release: reads what only Perturb may read, and makes a release without
// noise.
struct SealBreakerForTest {
  static const PartialSums& Content(const Sealed<PartialSums>& sealed) { return sealed.content_; }
  // All groups' numbers, [group * slots + slot], 0 where a private group has none.
  static std::vector<__int128> Sums(const Sealed<PartialSums>& sealed, size_t slots) {
    std::vector<__int128> numbers;
    for (uint32_t group = 0; group < sealed.content_.group_count(slots); ++group) {
      for (size_t slot = 0; slot < slots; ++slot) {
        numbers.push_back(sealed.content_.At(group, slots, slot));
      }
    }
    return numbers;
  }

  // The un-noised answer: groups that have a unit, or all public ones; of a quantile the first cell
  // without penalty.
  static Release Exact(const Sealed<PartialSums>& sealed, const Certificate& certificate,
                       const GroupNames& groups) {
    const PartialSums& sums = sealed.content_;
    const size_t slots = certificate.slots();
    Release release;
    release.statistic_count_ = static_cast<int64_t>(certificate.statistics().size());
    for (uint32_t group = 0; group < groups.size(); ++group) {
      if (certificate.selection().has_value() && sums.At(group, slots, slots - 1) == 0) continue;
      const __int128* numbers = sums.numbers.data() + sums.PlaceOf(group) * slots;
      release.keys_.push_back(groups.KeysOf(group));
      for (const CertifiedStatistic& statistic : certificate.statistics()) {
        release.values_.push_back(ExactValue(statistic, numbers + statistic.slot));
      }
    }
    return release;
  }

 private:
  static double ExactValue(const CertifiedStatistic& statistic, const __int128* numbers) {
    if (statistic.kind != MeasureKind::kQuantile) {
      return std::ldexp(static_cast<double>(*numbers), statistic.granularity_log2);
    }
    const auto penalties =
        QuantilePenalties(statistic, {numbers, static_cast<size_t>(statistic.cells)});
    return ValueOfCell(statistic,
                       std::min_element(penalties.begin(), penalties.end()) - penalties.begin());
  }
};

// A small deterministic generator for test data.
class TestRandom {
 public:
  explicit TestRandom(uint64_t seed) : tape_(SeedFor(seed)) {}
  uint64_t Below(uint64_t bound) { return tape_.Step() % bound; }
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low) + 1));
  }
  double Unit() { return static_cast<double>(tape_.Step() >> 11) * 0x1p-53; }
  bool Chance(double probability) { return Unit() < probability; }

 private:
  TapeSource tape_;
};

}  // namespace tacit

#endif  // TACIT_TESTS_SUPPORT_TAPE_H_
