// Rows on Gaussian noise on sums over batches (DP-SGD): Renyi curves and epsilon.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "accountant/loss/conversions.h"
#include "accountant/loss/distribution/composition.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/renyi.h"
#include "tests/accountant/loss/accounting_vectors.h"
#include "tests/accountant/loss/batch_series.h"

namespace tacit {
namespace {

double Upper(const Vector& v, int64_t order) {
  return SubsampledGaussianRenyiUpper(v.Get("q"), v.Get("sigma"), order);
}

// (a-1) R(a) is convex and 0 at 1, so between whole orders it lies below their chord.
double UpperLogMoment(const Vector& v, double order) {
  const auto below = static_cast<int64_t>(std::floor(order));
  const double share = order - static_cast<double>(below);
  const double low = below == 1 ? 0 : static_cast<double>(below - 1) * Upper(v, below);
  if (share == 0) return low;
  return (1 - share) * low + share * static_cast<double>(below) * Upper(v, below + 1);
}

void LogMomentOf(const Vector& v) {
  const double a = v.Get("alpha");
  // The oracle does not go beyond what a double can hold.
  if (v.expected < 700) ExpectNear(v, BatchLogMoment(v.Get("q"), v.Get("sigma"), a));
  const double upper = UpperLogMoment(v, a);
  EXPECT_GE(upper, v.expected - 1e-15);
  if (a == std::floor(a)) ExpectNear(v, upper);
}

void DivergenceOf(const Vector& v) {
  const double a = v.Get("alpha");
  const double steps = v.Get("steps", 1);
  ExpectNear(v, steps * BatchLogMoment(v.Get("q"), v.Get("sigma"), a) / (a - 1));
  const double upper = steps * UpperLogMoment(v, a) / (a - 1);
  EXPECT_GE(upper, v.expected - 1e-14);
  if (a == std::floor(a)) ExpectNear(v, upper);
}

// A trap: adding what the series subtracts is an upper bound, but not the curve.
void UnsignedSeriesOf(const Vector& v) {
  const double a = v.Get("alpha");
  const double signed_sum = BatchLogMoment(v.Get("q"), v.Get("sigma"), a);
  const double unsigned_sum = BatchLogMoment(v.Get("q"), v.Get("sigma"), a, true);
  const double scale = v.quantity == "rdp_upper" ? v.Get("steps") / (a - 1) : 1;
  ExpectNear(v, scale * unsigned_sum);
  EXPECT_GE(unsigned_sum, signed_sum);
  EXPECT_GE(UpperLogMoment(v, a), signed_sum);
}

double Converted(const Vector& v, double a) {
  const double delta = v.Get("delta");
  const double divergence =
      v.Get("steps") * BatchLogMoment(v.Get("q"), v.Get("sigma"), a) / (a - 1);
  if (v.Says("mironov2017")) return divergence + std::log(1 / delta) / (a - 1);
  return divergence + std::log1p(-1 / a) - std::log(a * delta) / (a - 1);
}

// What the row's own orders give; whole ones where it names none.
double LeastConverted(const Vector& v) {
  if (v.Says("dense") || v.Says("hdsr")) {
    return LeastOverOrders([&](double a) { return Converted(v, a); });
  }
  double least = Converted(v, 63);
  if (v.Says("opacus")) {
    for (int tenth = 11; tenth < 110; ++tenth) {
      least = std::fmin(least, Converted(v, tenth / 10.0));
    }
  }
  for (int a = v.Says("opacus") ? 12 : 2; a < 63; ++a) least = std::fmin(least, Converted(v, a));
  return least;
}

double OurConverted(const Vector& v) {
  double least = Nats(std::nullopt);
  for (int64_t a = 2; a < 64; ++a) {
    const double divergence = v.Get("steps") * Upper(v, a);
    least = std::fmin(least, Nats(EpsilonFromRenyiUpper(divergence, a, Del(v.Get("delta")))));
  }
  return least;
}

double Composed(const Vector& v, Direction direction) {
  const DeltaCurve curve = SubsampledGaussianCurve(v.Get("q"), v.Get("sigma"), direction);
  const Delta delta = Del(v.Get("delta"));
  const auto sum = Compose({{curve, std::llround(v.Get("steps"))}}, delta);
  return sum.has_value() ? Nats(sum->EpsilonUpper(delta)) : Nats(std::nullopt);
}

void EpsilonOf(const Vector& v) {
  const double removed = Composed(v, Direction::kRemove);
  const double added = Composed(v, Direction::kAdd);
  EXPECT_LE(added, removed);
  const auto ours = SubsampledGaussianEpsilonUpper(
      v.Get("q"), v.Get("sigma"), std::llround(v.Get("steps")), Del(v.Get("delta")));
  EXPECT_EQ(Nats(ours), removed);
  if (v.Says("_pld") || v.Says("_prv")) {
    // Rows with a step are that much above the limit, to which ours is closer.
    const double gap = v.Get("h") == 1e-4 || v.Says("\"add\"") ? 1.5e-4 : 0;
    const double epsilon = v.Says("\"add\"") ? added : removed;
    EXPECT_LE(epsilon, v.expected + v.tolerance);
    EXPECT_GE(epsilon, v.expected - std::fmax(v.tolerance, gap));
    return;
  }
  ExpectNear(v, LeastConverted(v));
  // Distributions are below Renyi curves of whole orders, and those below older conversions.
  EXPECT_LT(removed, OurConverted(v));
  EXPECT_LT(removed, v.expected);
  if (v.Says("mironov2017")) {
    EXPECT_LT(OurConverted(v), v.expected);
  } else {
    EXPECT_GE(OurConverted(v), v.expected - 1e-6);
  }
}

// A trap: the central limit's mu is no upper bound.
void CentralLimitOf(const Vector& v) {
  const double sigma = v.Get("sigma");
  const double growth = std::sqrt(v.Get("steps") * std::expm1(1 / (sigma * sigma)));
  const double epsilon = Nats(GaussianEpsilonUpper(v.Get("q") * growth, Del(v.Get("delta"))));
  ExpectNear(v, epsilon, 1e-2);
  EXPECT_LT(epsilon, Composed(v, Direction::kRemove));
}

void MixedEpsilonOf(const Vector& v) {
  const std::vector<double> parts = v.List("parts");
  const Delta delta = Del(v.Get("delta"));
  double least = Nats(std::nullopt);
  std::vector<Repeated> all;
  for (int64_t a = 2; a <= 32; ++a) {
    double sum = 0;
    for (size_t i = 0; i + 2 < parts.size(); i += 3) {
      sum += parts[i + 2] * SubsampledGaussianRenyiUpper(parts[i], parts[i + 1], a);
      if (a > 2) continue;
      all.push_back({SubsampledGaussianCurve(parts[i], parts[i + 1], Direction::kRemove),
                     std::llround(parts[i + 2])});
    }
    least = std::fmin(least, Nats(EpsilonFromRenyiUpper(sum, a, delta)));
  }
  ExpectNear(v, least);
  const auto composed = Compose(all, delta);
  ASSERT_TRUE(composed.has_value());
  EXPECT_LT(Nats(composed->EpsilonUpper(delta)), v.expected);
}

void DeltaOf(const Vector& v) {
  const double sigma = v.Get("sigma") / v.Get("sens", 1);
  const double epsilon = v.Get("eps");
  if (v.Says("sgm_step")) {
    const DeltaCurve curve = SubsampledGaussianCurve(
        v.Get("q"), sigma, v.Says("\"add\"") ? Direction::kAdd : Direction::kRemove);
    EXPECT_GE(curve(epsilon, Side::kAbove), v.expected * (1 - 1e-12));
    ExpectNear(v, curve(epsilon, Side::kAbove));
    ExpectNear(v, curve(epsilon, Side::kBelow));
    return;
  }
  const DeltaCurve curve = SubsampledGaussianCurve(v.Get("q"), sigma, Direction::kRemove);
  const auto sum = Compose({{curve, std::llround(v.Get("steps"))}}, Del(v.expected));
  ASSERT_TRUE(sum.has_value());
  ExpectNear(v, sum->DeltaUpper(Eps(epsilon)));
}

// Replacing a unit is removing it and adding another: not a pair of ours, but bounded by two.
void ReplacedDeltaOf(const Vector& v) {
  const double q = v.Get("q");
  const double sigma = v.Get("sigma") / v.Get("sens");
  const double epsilon = v.Get("eps");
  const double step = 1e-4 * sigma;
  double sum = 0;
  for (double z = -12 * sigma - 1; z <= 12 * sigma + 1; z += step) {
    const auto mixed = [&](double centre) {
      const auto bell = [&](double x) { return std::exp(-x * x / (2 * sigma * sigma)); };
      return (1 - q) * bell(z) + q * bell(z - centre);
    };
    sum += std::fmax(0, mixed(-1) - std::exp(epsilon) * mixed(1));
  }
  ExpectNear(v, sum * step / (sigma * std::sqrt(2 * std::numbers::pi)));
  const double removed =
      SubsampledGaussianCurve(q, sigma, Direction::kRemove)(epsilon / 2, Side::kAbove);
  const double added =
      SubsampledGaussianCurve(q, sigma, Direction::kAdd)(epsilon / 2, Side::kAbove);
  EXPECT_LE(v.expected, removed + std::exp(epsilon / 2) * added);
}

}  // namespace

std::vector<Handler> BatchHandlers() {
  return {{"poisson_gaussian", "log_A", LogMomentOf},
          {"poisson_gaussian", "log_A_upper", UnsignedSeriesOf},
          {"poisson_gaussian", "rdp", DivergenceOf},
          {"poisson_gaussian", "rdp_upper", UnsignedSeriesOf},
          {"poisson_gaussian", "epsilon", EpsilonOf},
          {"poisson_gaussian", "delta", DeltaOf},
          {"poisson_gaussian_CLT", "epsilon", CentralLimitOf},
          {"poisson_gaussian_mix", "epsilon", MixedEpsilonOf},
          {"poisson_gaussian_replace", "delta", ReplacedDeltaOf}};
}

}  // namespace tacit
