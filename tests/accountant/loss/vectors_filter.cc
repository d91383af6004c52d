// Rows on filters and ledgers, as far as they are numbers: limits, capacities, and the traps.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "accountant/loss/conversions.h"
#include "accountant/loss/distribution/composition.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/renyi.h"
#include "tests/accountant/loss/accounting_vectors.h"

namespace tacit {
namespace {

double Limit(const Vector& v, int64_t order, double share) {
  const Delta delta = Del(v.Get("delta", v.Get("delta_R")) * share);
  return static_cast<double>(RenyiLimitPicoLower(Eps(v.Get("eps")), delta, order)) * 1e-12;
}

void LimitOf(const Vector& v) {
  const auto order = static_cast<int64_t>(v.Get("alpha"));
  ExpectNear(v, Limit(v, order, v.Get("weight", 1)));
  EXPECT_LE(Limit(v, order, v.Get("weight", 1)), v.expected + 1e-15);
}

void TrackLimitOf(const Vector& v) {
  LimitOf(v);
  const auto order = static_cast<int64_t>(v.Get("alpha"));
  EXPECT_EQ(BestOrder(Eps(v.Get("eps")), Del(v.Get("delta_R")), 1024), order);
}

// An outcome with probability p under P and privacy loss `loss`.
struct Outcome {
  double p = 0;
  double loss = 0;
  double Q() const { return p * std::exp(-loss); }
};

// All outcomes of one mechanism of the counterexample; the first is what the others leave.
std::vector<Outcome> Completed(std::vector<Outcome> outcomes) {
  double p = 1;
  double q = 1;
  for (const Outcome& outcome : outcomes) {
    p -= outcome.p;
    q -= outcome.Q();
  }
  outcomes.insert(outcomes.begin(), {p, std::log(p / q)});
  return outcomes;
}

// The larger of both directions.
double Divergence(const std::vector<Outcome>& outcomes, double a) {
  double ahead = 0;
  double back = 0;
  for (const Outcome& outcome : outcomes) {
    ahead += outcome.p * std::exp((a - 1) * outcome.loss);
    back += outcome.p * std::exp(-a * outcome.loss);
  }
  return std::log(std::fmax(ahead, back)) / (a - 1);
}

// A filter that continues while some order is within its limit at full delta.
struct Counterexample {
  std::vector<Outcome> first = Completed({{0.66, 0.66}, {7.4e-5, 1.0927}});
  std::vector<Outcome> after_a = Completed({{1.19e-5, 2.4734}});
  std::vector<Outcome> after_b = Completed({{0.85, 1.9231}});

  double OnPathA(double a) const { return Divergence(first, a) + Divergence(after_a, a); }
  double OnPathB(double a) const { return Divergence(first, a) + Divergence(after_b, a); }
  double DeltaAt(double epsilon) const {
    double sum = std::fmax(0, first[0].p - std::exp(epsilon) * first[0].Q());
    const auto add = [&](const Outcome& before, const std::vector<Outcome>& after) {
      for (const Outcome& outcome : after) {
        sum += std::fmax(0, before.p * outcome.p - std::exp(epsilon) * before.Q() * outcome.Q());
      }
    };
    add(first[1], after_a);
    add(first[2], after_b);
    return sum;
  }
};

// The limit at full delta admits the path, at half of it, it does not.
void PathAOf(const Vector& v) {
  const double total = Counterexample().OnPathA(8);
  ExpectNear(v, total);
  EXPECT_LE(total, Limit(v, 8, 1));
  EXPECT_GT(total, Limit(v, 8, 0.5));
}

void PathBOf(const Vector& v) {
  const double total = Counterexample().OnPathB(64);
  ExpectNear(v, total);
  EXPECT_LE(total, Limit(v, 64, 1));
  EXPECT_GT(total, Limit(v, 64, 0.5));
}

void TrueDeltaOf(const Vector& v) {
  ExpectNear(v, Counterexample().DeltaAt(v.Get("eps")));
  EXPECT_GT(v.expected, v.Get("delta"));
}

// The deltas of the tracks add up; the counterexample comes close to that sum.
void DeltaBoundOf(const Vector& v) {
  const std::vector<double> tracks = v.List("tracks");
  double sum = 0;
  for (size_t i = 1; i < tracks.size(); i += 2) sum += tracks[i];
  ExpectNear(v, sum, 1e-20);
  EXPECT_LE(Counterexample().DeltaAt(v.Get("eps")), v.expected);
  EXPECT_GE(Counterexample().DeltaAt(v.Get("eps")), 0.98 * v.expected);
}

// What the classical conversion at full delta everywhere adds up to, in units of delta.
void SumOfSharesOf(const Vector& v) {
  std::vector<double> orders = v.List("orders");
  if (orders.empty()) {
    for (int tenth = 11; tenth < 110; ++tenth) orders.push_back(tenth / 10.0);
    for (int a = 11; a < 64; ++a) orders.push_back(a);
    orders.insert(orders.end(), {128, 256, 512, 1024});
  }
  double sum = 0;
  for (const double a : orders) sum += std::pow(1 - 1 / a, a - 1) / a;
  ExpectNear(v, sum);
}

// Theirs is the best of a grid of tenths; ours is whole.
void BestOrderOf(const Vector& v) {
  const auto order = BestOrder(Eps(v.Get("eps")), Del(v.Get("delta")), 1024);
  ASSERT_TRUE(order.has_value());
  EXPECT_NEAR(static_cast<double>(*order), v.expected, 1);
}

// A job's share of the limit, at its best order; and of epsilon, by its distribution.
void FractionOf(const Vector& v) {
  double least = 1e9;
  for (int64_t a = 2; a < 30; ++a) {
    const double limit = Limit(v, a, 1);
    const double cost =
        v.Get("steps") * SubsampledGaussianRenyiUpper(v.Get("q"), v.Get("sigma"), a);
    if (limit > 0) least = std::fmin(least, cost / limit);
  }
  ExpectNear(v, least, 1e-2);
  EXPECT_GE(least, v.expected - 1e-9);
  const auto epsilon = SubsampledGaussianEpsilonUpper(
      v.Get("q"), v.Get("sigma"), std::llround(v.Get("steps")), Del(v.Get("delta")));
  EXPECT_NEAR(Nats(epsilon) / v.Get("eps"), 0.739, 1e-3);
}

// How many queries with Gaussian noise of sigma 30 fit.
void GaussianCapacityOf(const Vector& v) {
  const double mu = GaussianMuLower(Eps(v.Get("eps")), Del(v.Get("delta")));
  EXPECT_EQ(std::floor(mu * mu * 900), v.expected);
}

void RhoCapacityOf(const Vector& v) {
  const double rho = RhoLower(Eps(v.Get("eps")), Del(v.Get("delta")));
  EXPECT_EQ(std::floor(rho / GaussianRhoUpper({{1, 1, 30}})), v.expected);
}

void WeightedCapacityOf(const Vector& v) {
  double most = 0;
  for (const double order : v.List("orders")) {
    const double weight = v.Says("1/8 each") ? 1.0 / 8 : order == 28 ? 0.5 : 1.0 / 14;
    const double cost = order * GaussianRhoUpper({{1, 1, 30}});
    most = std::fmax(most, std::floor(Limit(v, static_cast<int64_t>(order), weight) / cost));
  }
  EXPECT_EQ(most, v.expected);
}

// 0.1 + 0.2 is 0.3 in whole units, which it is not in doubles.
void RemainingOf(const Vector& v) {
  const auto amount = [](const char* text) {
    return Amount{Epsilon::Parse(text, Rounding::kCost).value(), Delta()};
  };
  const Amount spent = AddSaturating(amount("0.1"), amount("0.2"));
  EXPECT_TRUE(Within(spent, amount("0.3")));
  EXPECT_EQ(static_cast<double>(Remaining(amount("0.3"), spent).epsilon.pico()), v.expected);
  EXPECT_GT(0.1 + 0.2, 0.3);
}

// A single-precision total forgets small charges; whole units do not.
void IncrementOf(const Vector& v) {
  volatile float total = 1;
  total = total + 1e-8F;
  EXPECT_EQ(total - 1, v.expected);
  const Amount sum = AddSaturating({Eps(1), Delta()}, {Eps(1e-8), Delta()});
  EXPECT_EQ(sum.epsilon.pico() - Eps(1).pico(), 10'000);
}

}  // namespace

std::vector<Handler> FilterHandlers() {
  return {{"rdp_filter", "B_cks(64)", LimitOf},
          {"rdp_filter", "B_alpha", LimitOf},
          {"rdp_track", "B", TrackLimitOf},
          {"rdp_filter", "rdp_total_order8_on_path_A", PathAOf},
          {"rdp_filter", "rdp_total_order64_on_path_B", PathBOf},
          {"rdp_filter", "true_delta_at_eps3", TrueDeltaOf},
          {"or_of_filters", "delta_bound", DeltaBoundOf},
          {"rdp_filter", "sum_c_alpha", SumOfSharesOf},
          {"rdp_filter", "argmax_B(a)/a", BestOrderOf},
          {"rdp_filter", "min_fraction_of_budget", FractionOf},
          {"gdp_track", "max_queries", GaussianCapacityOf},
          {"gdp_filter", "max_queries", GaussianCapacityOf},
          {"zcdp_filter", "max_queries", RhoCapacityOf},
          {"weighted_rdp_filter", "max_queries", WeightedCapacityOf},
          {"ledger_units", "remaining_nano", RemainingOf},
          {"ledger_units", "increment_recorded", IncrementOf}};
}

}  // namespace tacit
