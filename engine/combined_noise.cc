#include "engine/combined_noise.h"

#include <algorithm>
#include <cmath>

#include "accountant/check.h"
#include "engine/noise_view.h"

namespace tacit {
namespace {

// Scales closer than this make the partial fractions cancel.
constexpr double kSpacing = 1.01;
// |draw on the grid + uniform half step| is stochastically at most |rounded Laplace + uniform half
// step|, both symmetric and unimodal, so their weighted sums are ordered alike (Birnbaum 1948).
// Undoing the two uniform parts and the rounding takes half a step each.
constexpr double kGridSteps = 1.5;

// P(|sum of Laplace draws of these scales| > h), scales ascending and apart.
double LaplaceTail(const std::vector<double>& scales, double h) {
  double tail = 0;
  for (size_t i = 0; i < scales.size(); ++i) {
    double part = std::exp(-h / scales[i]);
    for (size_t j = 0; j < scales.size(); ++j) {
      if (j == i) continue;
      const double ratio = scales[j] / scales[i];
      part /= 1 - ratio * ratio;
    }
    tail += part;
  }
  return tail;
}

double LaplaceHalfWidth(std::vector<double> scales, double tail) {
  std::sort(scales.begin(), scales.end());
  double sum = scales[0];
  for (size_t i = 1; i < scales.size(); ++i) {
    scales[i] = std::max(scales[i], scales[i - 1] * kSpacing);
    sum += scales[i];
  }
  double low = 0;
  double high = sum * std::log(static_cast<double>(scales.size()) / tail);  // by a union bound
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (LaplaceTail(scales, middle) > tail ? low : high) = middle;
  }
  return high;
}

double GaussianHalfWidth(double deviation, double tail) {
  double low = 0;
  double high = std::sqrt(2 * std::log(2 / tail));
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) > tail ? low : high) = middle;
  }
  return high * deviation;
}

}  // namespace

CombinedNoise NoiseOf(const CertifiedStatistic& statistic) {
  if (statistic.kind == MeasureKind::kQuantile) return {};
  const bool is_gaussian = std::holds_alternative<GaussianSigma>(statistic.noise);
  const NoiseView view = ViewNoise(statistic, {1, 1});
  return {.kind = is_gaussian ? NoiseKind::kGaussian : NoiseKind::kLaplace,
          .scales = {view.scale},
          .slack = kGridSteps * view.granularity};
}

double VarianceOf(const CombinedNoise& noise) {
  double variance = 0;
  for (const double scale : noise.scales) {
    variance += (noise.kind == NoiseKind::kGaussian ? 1 : 2) * scale * scale;
  }
  return variance;
}

double FreshWeight(const CombinedNoise& earlier, const CombinedNoise& fresh) {
  return VarianceOf(earlier) / (VarianceOf(earlier) + VarianceOf(fresh));
}

CombinedNoise Combine(const CombinedNoise& earlier, const CombinedNoise& fresh) {
  TACIT_CHECK(earlier.kind == fresh.kind);
  const double weight = FreshWeight(earlier, fresh);
  CombinedNoise combined{.kind = earlier.kind,
                         .scales = {},
                         .slack = (1 - weight) * earlier.slack + weight * fresh.slack};
  for (const double scale : earlier.scales) combined.scales.push_back((1 - weight) * scale);
  for (const double scale : fresh.scales) combined.scales.push_back(weight * scale);
  if (combined.kind == NoiseKind::kGaussian) combined.scales = {std::sqrt(VarianceOf(combined))};
  return combined;
}

double HalfWidthOf(const CombinedNoise& noise, double confidence) {
  TACIT_CHECK(!noise.scales.empty());
  const double tail = 1 - confidence;
  const double half_width = noise.kind == NoiseKind::kGaussian
                                ? GaussianHalfWidth(noise.scales[0], tail)
                                : LaplaceHalfWidth(noise.scales, tail);
  return half_width + noise.slack;
}

}  // namespace tacit
