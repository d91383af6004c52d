// Rows on which groups may be named.
#include <gtest/gtest.h>

#include <cmath>

#include "accountant/loss/gaussian.h"
#include "accountant/loss/selection.h"
#include "tests/accountant/loss/accounting_vectors.h"
#include "tests/accountant/loss/optimal_selection.h"

namespace tacit {
namespace {

double PerPartition(double total, double l0) { return -std::expm1(std::log1p(-total) / l0); }

// Continuous thresholds, met by discrete noise on a grid of 2^-20 of a count.
void LaplaceThresholdOf(const Vector& v) {
  const double l0 = v.Get("l0", 1);
  const double share = PerPartition(v.Get("delta"), l0);
  const double b = l0 / v.Get("eps");
  ExpectNear(v, share <= 0.5 ? 1 - b * std::log(2 * share) : 1 + b * std::log(2 * (1 - share)));
  if (v.expected < 1) return;  // below what one unit adds; gaps here are positive
  const auto gap = LaplaceGapFor(Scale(b * 0x1p20, 10), share);
  ASSERT_TRUE(gap.has_value());
  ExpectNear(v, 1 + std::ldexp(*gap, -20));
}

void DiscreteLaplaceThresholdOf(const Vector& v) {
  const int64_t gap = std::llround(v.Get("T") - v.Get("linf")) + (v.Says("noisy > T") ? 1 : 0);
  ExpectNear(v, LaplaceTailUpper(Scale(v.Get("scale"), 0), gap));
}

void GaussianThresholdOf(const Vector& v) {
  const double l0 = v.Get("l0", 1);
  double sigma = v.Get("sigma");
  double of_threshold = v.Get("delta_thr");
  if (sigma == 0) {  // half of delta for the noise, half for the threshold
    of_threshold = v.Get("delta") / 2;
    sigma = std::sqrt(l0) / GaussianMuLower(Eps(v.Get("eps", -1)), Del(of_threshold));
  }
  const auto gap = GaussianGapFor({std::llround(sigma * 0x1p20)}, PerPartition(of_threshold, l0));
  ASSERT_TRUE(gap.has_value());
  ExpectNear(v, 1 + std::ldexp(*gap, -20), v.tolerance + 2e-6);
}

// Truncated geometric selection keeps at most the optimum.
void KeptOf(const Vector& v) {
  const double l0 = v.Get("l0", 1);
  const double target = PerPartition(v.Get("delta"), l0);
  const int64_t units = std::llround(v.Get("n"));
  const double e = v.Get("eps") / l0;
  // Wider than any scale that fits: as wide as fits then, which is as good as no epsilon at all.
  const LaplaceScale scale = e > 1e-9 ? Scale(1 / e, 30) : LaplaceScale{int64_t{1} << 61, 0};
  ExpectNear(v, OptimalKeep(e, target, units), v.tolerance + 1e-12);
  const auto bound = TruncationFor(scale, target);
  ASSERT_TRUE(bound.has_value());
  const TruncatedGeometricLoss loss{1, scale, *bound, Delta::FromAtto(1)};
  const double kept = KeepProbability(loss, units);
  EXPECT_LE(kept, v.expected + 1e-12);
  EXPECT_NEAR(kept, OptimalKeep(e, KeepProbability(loss, 1), units), 1e-8);
}

// The last group size that the optimum keeps by its first rule: at most e^e times one less.
void FirstCrossoverOf(const Vector& v) {
  const double e = v.Get("eps");
  const double d = v.Get("delta");
  int64_t n = 1;
  while (OptimalKeep(e, d, n + 1) >= std::exp(e) * OptimalKeep(e, d, n) + d - 1e-12) ++n;
  EXPECT_EQ(static_cast<double>(n), v.expected);
}

// The last group size that the optimum does not keep for certain.
void SecondCrossoverOf(const Vector& v) {
  int64_t n = 1;
  while (OptimalKeep(v.Get("eps"), v.Get("delta"), n + 1) < 1) ++n;
  EXPECT_EQ(static_cast<double>(n), v.expected);
}

}  // namespace

std::vector<Handler> SelectionHandlers() {
  return {{"laplace_threshold", "threshold", LaplaceThresholdOf},
          {"discrete_laplace_threshold", "delta", DiscreteLaplaceThresholdOf},
          {"gaussian_threshold", "threshold", GaussianThresholdOf},
          {"truncated_geometric", "P_keep", KeptOf},
          {"truncated_geometric", "crossover1", FirstCrossoverOf},
          {"truncated_geometric", "crossover2", SecondCrossoverOf}};
}

}  // namespace tacit
