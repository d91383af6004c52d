// Rows on curves and compositions other than of batches.
#include <gtest/gtest.h>

#include <cmath>

#include "accountant/loss/conversions.h"
#include "accountant/loss/distribution/composition.h"
#include "accountant/loss/renyi.h"
#include "tests/accountant/loss/accounting_vectors.h"

namespace tacit {
namespace {

void LaplaceDeltaOf(const Vector& v) {
  const DeltaCurve curve = LaplaceCurve(Eps(v.Get("sens") / v.Get("b")));
  ExpectNear(v, curve(v.Get("eps"), Side::kAbove));
  ExpectNear(v, curve(v.Get("eps"), Side::kBelow));
}

void DiscreteLaplaceDeltaOf(const Vector& v) {
  const DeltaCurve curve =
      DiscreteLaplaceCurve(Scale(1 / v.Get("a"), 40), std::llround(v.Get("sens")));
  ExpectNear(v, curve(v.Get("eps"), Side::kAbove));
  ExpectNear(v, curve(v.Get("eps"), Side::kBelow));
}

void AtomOf(const Vector& v) {
  const DeltaCurve curve = DiscreteLaplaceCurve({1, 0}, 1);
  const auto loss = PrivacyLossDistribution::Of(curve, 0, 20, 1e-15);
  ASSERT_TRUE(loss.has_value());
  for (size_t k = 0; k < loss->atoms().size(); ++k) {
    if (loss->atoms()[k].loss == 1) ExpectNear(v, loss->MassOf(k));
  }
}

std::vector<Repeated> LaplaceParts(const Vector& v) {
  if (v.Find("b").has_value()) {
    return {{LaplaceCurve(Eps(1 / v.Get("b"))), std::llround(v.Get("count"))}};
  }
  std::vector<Repeated> parts;
  const std::vector<double> numbers = v.List("parts");
  for (size_t i = 0; i + 1 < numbers.size(); i += 2) {
    parts.push_back({LaplaceCurve(Eps(1 / numbers[i])), std::llround(numbers[i + 1])});
  }
  return parts;
}

// Below what the transform can tell apart, the sum of the pure epsilons is the better bound.
void ExpectEpsilon(const Vector& v, const std::vector<Repeated>& parts, double pure) {
  const Delta delta = Del(v.Get("delta"));
  const auto sum = Compose(parts, delta);
  ASSERT_TRUE(sum.has_value());
  const double epsilon = Nats(sum->EpsilonUpper(delta));
  ExpectNear(v, std::fmin(epsilon, pure));
  EXPECT_LE(epsilon, pure * 1.02);
}

void LaplaceEpsilonOf(const Vector& v) {
  ExpectEpsilon(v, LaplaceParts(v), v.Find("b").has_value() ? v.Get("count") / v.Get("b") : 4);
}

void LaplaceComposedDeltaOf(const Vector& v) {
  const auto sum = Compose(LaplaceParts(v), Del(v.expected));
  ASSERT_TRUE(sum.has_value());
  ExpectNear(v, sum->DeltaUpper(Eps(v.Get("eps"))));
}

void DiscreteLaplaceEpsilonOf(const Vector& v) {
  const DeltaCurve curve =
      DiscreteLaplaceCurve(Scale(1 / v.Get("a"), 40), std::llround(v.Get("sens")));
  const double count = v.Get("count");
  ExpectEpsilon(v, {{curve, std::llround(count)}}, count * v.Get("a"));
}

void PairsDeltaOf(const Vector& v) {
  const std::vector<double> numbers = v.List("parts");
  std::vector<Repeated> parts;
  for (size_t i = 0; i + 1 < numbers.size(); i += 2) {
    parts.push_back({ApproximateCurve(Eps(numbers[i]), Del(numbers[i + 1])), 1});
  }
  const auto sum = Compose(parts, Del(v.expected));
  ASSERT_TRUE(sum.has_value());
  // Whole losses lie on every grid; what is added is the tail that cutting off may take.
  ExpectNear(v, sum->DeltaUpper(Eps(v.Get("eps"))), 1e-6);
  EXPECT_GE(sum->DeltaUpper(Eps(v.Get("eps"))), v.expected);
}

// The optimal composition of equal pairs, which is optimal at every second multiple of epsilon.
void OptimalCompositionOf(const Vector& v) {
  const DeltaCurve curve = ApproximateCurve(Eps(v.Get("eps")), Del(v.Get("delta")));
  const auto sum = Compose({{curve, std::llround(v.Get("n"))}}, Del(v.Get("total_delta")));
  ASSERT_TRUE(sum.has_value());
  EXPECT_LE(sum->DeltaUpper(Eps(v.expected)), v.Get("total_delta"));
  EXPECT_GT(sum->DeltaUpper(Eps(v.expected - 2 * v.Get("eps"))), v.Get("total_delta"));
}

// An adaptive filter's epsilon, dominated by rho of the same mechanisms.
void WhitehouseOf(const Vector& v) {
  const double n = v.Get("n");
  const double e = v.Get("eps_i");
  const double delta = v.Get("delta_prime");
  ExpectNear(v, std::sqrt(2 * std::log(1 / delta) * n * e * e) + n * e * e / 2);
  EXPECT_LT(Nats(EpsilonFromRhoUpper(n * PureRhoUpper(Eps(e)), Del(delta))), v.expected);
}

}  // namespace

std::vector<Handler> DistributionHandlers() {
  return {{"laplace", "delta", LaplaceDeltaOf},
          {"laplace_composition", "epsilon", LaplaceEpsilonOf},
          {"laplace_composition", "delta", LaplaceComposedDeltaOf},
          {"discrete_laplace", "delta", DiscreteLaplaceDeltaOf},
          {"discrete_laplace", "P[loss=+1]", AtomOf},
          {"discrete_laplace_composition", "epsilon", DiscreteLaplaceEpsilonOf},
          {"eps_delta_composition", "delta", PairsDeltaOf},
          {"kov_optimal", "epsilon", OptimalCompositionOf},
          {"eps_filter_whitehouse", "epsilon", WhitehouseOf}};
}

}  // namespace tacit
