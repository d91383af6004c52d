#include "accountant/loss/conversions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "accountant/loss/gaussian.h"
#include "accountant/loss/renyi.h"

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Epsilon Eps(const std::string& text) { return Epsilon::Parse(text, Rounding::kLimit).value(); }
Delta Del(const std::string& text) { return Delta::Parse(text, Rounding::kLimit).value(); }
double Nats(const std::optional<Epsilon>& epsilon) {
  return epsilon.has_value() ? static_cast<double>(epsilon->pico()) * 1e-12 : kInfinity;
}

// 50 digits: B(a) at delta, and the integer order with the largest B(a) / a.
TEST(ConversionsTest, LimitsAndBestOrders) {
  struct Exact {
    const char* epsilon;
    const char* delta;
    int64_t order;
    double limit;
  };
  for (const Exact& exact :
       std::initializer_list<Exact>{{"0.1", "0.0000005", 178, 0.052939613264967111567},
                                    {"1", "0.0000005", 23, 0.52748978427105794084},
                                    {"4", "0.0000005", 8, 2.3579290787896106967},
                                    {"10", "0.0000005", 4, 5.9135609466503379959},
                                    {"1", "0.0000000005", 36, 0.51865961756526070866}}) {
    const Epsilon epsilon = Eps(exact.epsilon);
    const Delta delta = Del(exact.delta);
    EXPECT_EQ(BestOrder(epsilon, delta, 4096), exact.order) << exact.epsilon;
    const int64_t limit = RenyiLimitPicoLower(epsilon, delta, exact.order);
    EXPECT_LE(static_cast<double>(limit) * 1e-12, exact.limit * (1 + 1e-15)) << exact.epsilon;
    EXPECT_GE(static_cast<double>(limit) * 1e-12, exact.limit - 1.5e-12) << exact.epsilon;
  }
  EXPECT_EQ(BestOrder(Eps("1"), Delta(), 4096), std::nullopt);
  EXPECT_EQ(BestOrder(Eps("1"), Del("0.000001"), 11), std::nullopt);  // B(11) is below 0
  EXPECT_EQ(BestOrder(Eps("1"), Del("0.000001"), 15), 15);
  EXPECT_EQ(BestOrder(Eps("1"), Del("0.000001"), 1), std::nullopt);
  EXPECT_EQ(BestOrder(Eps("1"), Del("0.000001"), -kMost), std::nullopt);
}

TEST(ConversionsTest, WhatIsReturnedFitsAndOneMoreDoesNot) {
  const Delta delta = Del("0.0000005");
  for (const int64_t order : {2, 8, 23, 300}) {
    for (const char* text : {"0.1", "1", "8"}) {
      const int64_t limit = RenyiLimitPicoLower(Eps(text), delta, order);
      if (limit == 0) continue;
      const auto epsilon_of = [&](int64_t pico) {
        return EpsilonFromRenyiUpper(static_cast<double>(pico) * 1e-12, order, delta);
      };
      EXPECT_LE(epsilon_of(limit - 1), Eps(text)) << order;
      EXPECT_GE(epsilon_of(limit + 2), Eps(text)) << order;
    }
  }
  for (const char* text : {"0", "0.001", "1", "50"}) {
    const double rho = RhoLower(Eps(text), delta);
    ASSERT_GT(rho, 0) << text;
    EXPECT_LE(DeltaFromRhoUpper(rho, Eps(text)), 5e-7) << text;
    EXPECT_GT(DeltaFromRhoUpper(rho * (1 + 1e-12), Eps(text)), 5e-7 * (1 - 1e-9)) << text;
    EXPECT_LE(EpsilonFromRhoUpper(rho, delta), Eps(text)) << text;
  }
}

TEST(ConversionsTest, RhoTakesTheBestOrder) {
  for (const double rho : {1e-6, 0.001, 0.125, 3.0}) {
    for (const double e : {0.0, 0.01, 1.0, 20.0}) {
      const Epsilon epsilon = Epsilon::FromPico(std::llround(e * 1e12));
      const double best = DeltaFromRhoUpper(rho, epsilon);
      for (const int64_t order : {2, 3, 5, 10, 30, 100, 1000, 100000}) {
        EXPECT_LE(best, DeltaFromRenyiUpper(rho * order, order, epsilon) * (1 + 1e-9) + 1e-299)
            << rho << " " << e << " " << order;
      }
      // Never below the exact delta of Gaussian noise of that rho.
      const double exact = GaussianDeltaUpper(epsilon, std::sqrt(2 * rho));
      EXPECT_GE(best, exact * (1 - 1e-5) - 1e-299) << rho << " " << e;
    }
  }
  EXPECT_NEAR(RhoLower(Eps("1"), Del("0.000001")), 0.024355970359538372, 1e-12);
  EXPECT_NEAR(Nats(EpsilonFromRhoUpper(0.125, Del("0.000001"))), 2.4190931768671953, 1e-11);
}

TEST(ConversionsTest, RandomisedResponseLiesBelow) {
  for (const char* text : {"0.01", "1", "6"}) {
    const Epsilon pure = Eps(text);
    const double e = Nats(pure);
    for (const double share : {0.0, 0.3, 0.9}) {
      const Epsilon epsilon = Epsilon::FromPico(std::llround(share * e * 1e12));
      const double exact = (std::exp(e) - std::exp(share * e)) / (1 + std::exp(e));
      for (const int64_t order : {2, 5, 40, 1000}) {
        EXPECT_GE(DeltaFromRenyiUpper(PureRenyiUpper(pure, order), order, epsilon), exact);
      }
      EXPECT_GE(DeltaFromRhoUpper(PureRhoUpper(pure), epsilon), exact);
      EXPECT_GE(GaussianDeltaUpper(epsilon, MuOfPure(pure)), exact * (1 - 1e-12));
    }
  }
}

TEST(ConversionsTest, FallWithDeltaAndGrowWithTheLoss) {
  double before = 0;
  for (const double rho : {0.0, 1e-9, 1e-4, 0.1, 2.0, 100.0}) {
    const double epsilon = Nats(EpsilonFromRhoUpper(rho, Del("0.00001")));
    EXPECT_GE(epsilon, before) << rho;
    EXPECT_LE(epsilon, Nats(EpsilonFromRhoUpper(rho, Del("0.000001")))) << rho;
    EXPECT_LE(Nats(EpsilonFromRenyiUpper(rho, 10, Del("0.00001"))),
              Nats(EpsilonFromRenyiUpper(rho * 1.1 + 1e-9, 10, Del("0.00001"))));
    before = epsilon;
  }
  EXPECT_EQ(EpsilonFromRhoUpper(0, Del("0.00001")), Epsilon());
  EXPECT_EQ(EpsilonFromRenyiUpper(0, 1 << 20, Del("0.00001")), Epsilon());
}

TEST(ConversionsTest, WhatCannotBeToldPromisesNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Delta delta = Del("0.00001");
  for (const double bad : {nan, -1.0, kInfinity}) {
    EXPECT_EQ(DeltaFromRenyiUpper(bad, 2, Eps("1")), 1);
    EXPECT_EQ(DeltaFromRhoUpper(bad, Eps("1")), 1);
    EXPECT_EQ(EpsilonFromRenyiUpper(bad, 2, delta), std::nullopt);
    EXPECT_EQ(EpsilonFromRhoUpper(bad, delta), std::nullopt);
  }
  for (const int64_t order : {int64_t{1}, kOrderMax + 1, -kMost}) {
    EXPECT_EQ(DeltaFromRenyiUpper(0, order, Eps("1")), 1);
    EXPECT_EQ(RenyiLimitPicoLower(Eps("1"), delta, order), 0);
  }
  EXPECT_EQ(EpsilonFromRenyiUpper(0.1, 2, Delta()), std::nullopt);
  EXPECT_EQ(EpsilonFromRhoUpper(0.1, Delta()), std::nullopt);
  EXPECT_EQ(EpsilonFromRhoUpper(1e9, delta), std::nullopt);
  EXPECT_EQ(RhoLower(Eps("1"), Delta()), 0);
  EXPECT_EQ(RenyiLimitPicoLower(Eps("1"), Delta(), 20), 0);
  EXPECT_GT(RenyiLimitPicoLower(Epsilon::FromPico(kMost), delta, 20), 0);
  EXPECT_GT(DeltaFromRenyiUpper(1e-300, kOrderMax, Epsilon::FromPico(kMost)), 0);
  EXPECT_LT(DeltaFromRhoUpper(1e-300, Eps("1")), 1e-290);
}

TEST(ConversionsTest, MuOfPureIsTheLeastThatCovers) {
  EXPECT_NEAR(MuOfPure(Eps("0.000001")) / 1.2533141373154778376e-6, 1, 1e-12);
  EXPECT_NEAR(MuOfPure(Eps("0.1")), 0.12530901221160758106, 1e-13);
  EXPECT_NEAR(MuOfPure(Eps("1")), 1.2320353853449009729, 1e-12);
  EXPECT_NEAR(MuOfPure(Eps("3")), 3.3406837122406007083, 1e-12);
  EXPECT_LT(MuOfPure(Eps("600")), 70);
  EXPECT_EQ(MuOfPure(Eps("601")), kInfinity);
  EXPECT_LT(MuOfPure(Epsilon()), 1e-300);
  // Phi(-mu/2) is at most the corner 1 / (1 + e^epsilon) of the two lines.
  for (const char* text : {"0.01", "0.9", "1.1", "20", "300"}) {
    const double mu = MuOfPure(Eps(text));
    const double corner = 1 / (1 + std::exp(std::stod(text)));
    const double beyond = std::erfc(mu / std::numbers::sqrt2 / 2) / 2;
    EXPECT_LE(beyond, corner * (1 + 1e-14)) << text;
    EXPECT_GE(beyond, corner * (1 - 1e-10)) << text;
  }
}

}  // namespace
}  // namespace tacit
