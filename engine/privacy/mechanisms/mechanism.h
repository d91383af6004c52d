// What additive noise offers the core: a table of plain functions a kind. Mechanisms that choose
// (permute_and_flip, truncated_geometric, thresholded_count) are functions of their own.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_MECHANISM_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_MECHANISM_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// The parameter of one group's noise, in grid units: discrete Laplace or discrete Gaussian.
using NoiseScale = ThresholdNoise;

// Canonical text: "Laplace 5/2^0", "Gaussian 12".
std::string ToText(const NoiseScale& noise);

struct Mechanism {
  std::string_view name;
  // True for this mechanism's own parameters.
  bool (*owns)(const NoiseScale& noise);
  // Fills `draws` with independent draws.
  void (*sample)(const NoiseScale& noise, RandomBits& random, absl::Span<__int128> draws);
  // For people: the scale, and the least h with P(|draw| > h) <= 1 - confidence.
  double (*scale)(const NoiseScale& noise);
  double (*half_width)(const NoiseScale& noise, double confidence);
};

// The mechanism that `noise` is a parameter of; each has one.
const Mechanism& MechanismOf(const NoiseScale& noise);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_MECHANISM_H_
