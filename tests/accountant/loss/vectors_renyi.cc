// Rows on Renyi curves of single mechanisms, on rho and mu, and on their conversion.
#include <gtest/gtest.h>

#include <cmath>

#include "accountant/loss/conversions.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/renyi.h"
#include "tests/accountant/loss/accounting_vectors.h"

namespace tacit {
namespace {

constexpr int64_t kFine = int64_t{1} << 40;  // steps of a grid that is as good as continuous

void RhoDeltaOf(const Vector& v) {
  const double upper = DeltaFromRhoUpper(v.Get("rho"), Eps(v.Get("eps")));
  ExpectNear(v, upper, 1e-12);
  EXPECT_GE(upper, v.expected * (1 - 1e-14));
}

void RhoEpsilonOf(const Vector& v) {
  const double rho = v.Get("rho");
  const double delta = v.Get("delta");
  const double epsilon = Nats(EpsilonFromRhoUpper(rho, Del(delta)));
  if (!v.Says("bun-steinke")) return ExpectNear(v, epsilon);
  ExpectNear(v, rho + 2 * std::sqrt(rho * std::log(1 / delta)));
  EXPECT_LT(epsilon, v.expected);
}

void LargestRhoOf(const Vector& v) {
  ExpectNear(v, RhoLower(Eps(v.Get("eps")), Del(v.Get("delta"))));
}

double LaplaceRenyi(double e, double a) {
  if (a == 1) return e + std::expm1(-e);
  return e + std::log1p((a - 1) * std::expm1(e * (1 - 2 * a)) / (2 * a - 1)) / (a - 1);
}

// Continuous Laplace noise has no curve of its own here: the discrete one on a fine grid.
void LaplaceRenyiOf(const Vector& v) {
  const double a = v.Get("alpha");
  ExpectNear(v, LaplaceRenyi(v.Get("eps"), a));
  const auto order = static_cast<int64_t>(std::ceil(std::fmax(a, 2)));
  const double fine = DiscreteLaplaceRenyiUpper(Scale(kFine / v.Get("eps"), 10), kFine, order);
  EXPECT_NEAR(fine, LaplaceRenyi(v.Get("eps"), static_cast<double>(order)), 1e-10);
  EXPECT_GE(fine, v.expected - 1e-10);
  EXPECT_LE(fine, PureRenyiUpper(Eps(v.Get("eps")), order));
}

void LaplaceRhoOf(const Vector& v) {
  const double e = v.Get("eps");
  ExpectNear(v, e + std::expm1(-e));
  EXPECT_LE(v.expected, PureRhoUpper(Eps(e)));
  for (const int64_t order : {2, 3, 10, 100}) {
    const double fine = DiscreteLaplaceRenyiUpper(Scale(kFine / e, 10), kFine, order);
    EXPECT_LE(fine, static_cast<double>(order) * v.expected * (1 + 1e-9));
  }
}

double DiscreteLaplaceRenyi(double t, double shift, double a) {
  const double up = std::sinh(a * t);
  const double down = std::sinh((a - 1) * t);
  const double mean = up * std::exp((a - 1) * t * shift) + down * std::exp(-a * t * shift);
  return std::log(mean / (up + down)) / (a - 1);
}

void DiscreteLaplaceRenyiOf(const Vector& v) {
  const double a = v.Get("alpha");
  ExpectNear(v, DiscreteLaplaceRenyi(v.Get("a"), v.Get("sens"), a));
  const auto order = static_cast<int64_t>(std::ceil(a));
  const double upper =
      DiscreteLaplaceRenyiUpper(Scale(1 / v.Get("a"), 40), std::llround(v.Get("sens")), order);
  EXPECT_GE(upper, v.expected - 1e-11);
  if (a == std::floor(a)) ExpectNear(v, upper);
}

// Their mean loss is the tight rho; ours is that of anything pure.
void DiscreteLaplaceRhoOf(const Vector& v) {
  const double a = v.Get("a");
  const double shift = v.Get("sens");
  const double t = std::exp(-a);
  double sum = shift * (1 - std::pow(t, shift));
  for (int x = 1; x < shift; ++x) sum += (1 - t) * (shift - 2 * x) * std::pow(t, x);
  ExpectNear(v, a / (1 + t) * sum);
  EXPECT_LE(v.expected, PureRhoUpper(Eps(a * shift)));
  for (const int64_t order : {2, 3, 10, 100}) {
    const double upper = DiscreteLaplaceRenyiUpper(Scale(1 / a, 40), std::llround(shift), order);
    EXPECT_LE(upper, static_cast<double>(order) * v.expected * (1 + 1e-9));
  }
}

void PureRenyiOf(const Vector& v) {
  ExpectNear(v, PureRenyiUpper(Eps(v.Get("eps")), std::llround(v.Get("alpha"))));
}
void PureRhoOf(const Vector& v) { ExpectNear(v, PureRhoUpper(Eps(v.Get("eps")))); }
void PureMuOf(const Vector& v) { ExpectNear(v, MuOfPure(Eps(v.Get("eps")))); }

// Theirs is a tangent; ours is the worst case itself and lies below. A hundred cost a hundredfold.
void ExponentialRenyiOf(const Vector& v) {
  const double e = v.Get("eps");
  const double a = v.Get("alpha");
  const double ratio = e / std::expm1(e);
  const double mean = ratio - 1 - std::log(ratio);
  ExpectNear(v, v.Get("count") * (mean + (a - 1) * e * e / 8));
  if (a < 2) return;
  const double ours = v.Get("count") * BoundedRangeRenyiUpper(Eps(e), std::llround(a));
  EXPECT_LE(ours, v.expected + v.tolerance);
  EXPECT_GE(ours, v.Get("count") * mean);
}

// Among k answers, replaced by a uniform one with probability p; a unit changes its answer.
void ResponseRenyiOf(const Vector& v) {
  const double k = v.Get("k");
  const double a = v.Get("alpha");
  const double other = v.Get("p") / k;
  const double same = 1 - v.Get("p") + other;
  const double mean = std::pow(same, a) * std::pow(other, 1 - a) +
                      std::pow(other, a) * std::pow(same, 1 - a) + (k - 2) * other;
  ExpectNear(v, std::log(mean) / (a - 1));
  const Epsilon pure = Eps(std::log(same / other));
  EXPECT_GE(PureRenyiUpper(pure, static_cast<int64_t>(std::ceil(a))), v.expected);
}

}  // namespace

std::vector<Handler> RenyiHandlers() {
  return {{"zcdp", "delta", RhoDeltaOf},
          {"zcdp", "epsilon", RhoEpsilonOf},
          {"zcdp", "rho_max", LargestRhoOf},
          {"laplace", "rdp", LaplaceRenyiOf},
          {"laplace", "rho", LaplaceRhoOf},
          {"discrete_laplace", "rdp", DiscreteLaplaceRenyiOf},
          {"discrete_laplace", "rho", DiscreteLaplaceRhoOf},
          {"pure_dp", "rdp", PureRenyiOf},
          {"pure_dp", "rho", PureRhoOf},
          {"pure_dp", "mu", PureMuOf},
          {"exponential_mechanism", "rdp", ExponentialRenyiOf},
          {"randomized_response", "rdp", ResponseRenyiOf}};
}

}  // namespace tacit
