// Bisection: what it returns has itself passed the test that it was searched with, so nothing rests
// on the test being monotone.
#ifndef TACIT_ACCOUNTANT_LOSS_SEARCH_H_
#define TACIT_ACCOUNTANT_LOSS_SEARCH_H_

#include <cstdint>
#include <optional>

#include "accountant/loss/units.h"

namespace tacit {

// The least integer in (below, enough] that fits, where `enough` does.
template <typename Fits>
int64_t LeastFitting(int64_t below, int64_t enough, const Fits& fits) {
  while (enough - below > 1) {
    const int64_t middle = below + (enough - below) / 2;
    (fits(middle) ? enough : below) = middle;
  }
  return enough;
}

// The least epsilon that fits. nullopt: none up to 10000.
template <typename Fits>
std::optional<Epsilon> LeastEpsilon(const Fits& fits) {
  constexpr int64_t kPicoMax = 10'000'000'000'000'000;
  const auto fits_pico = [&](int64_t pico) { return fits(Epsilon::FromPico(pico)); };
  if (!fits_pico(kPicoMax)) return std::nullopt;
  return Epsilon::FromPico(LeastFitting(-1, kPicoMax, fits_pico));
}

// The largest double in (0, exceeds) that fits. 0: none.
template <typename Fits>
double LargestFitting(double exceeds, const Fits& fits) {
  double enough = 0;
  for (;;) {
    const double middle = enough + (exceeds - enough) / 2;
    if (!(enough < middle && middle < exceeds)) return enough;
    (fits(middle) ? enough : exceeds) = middle;
  }
}

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_SEARCH_H_
