#include "accountant/loss/renyi.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <string>

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Epsilon Eps(const std::string& text) { return Epsilon::Parse(text, Rounding::kCost).value(); }

// The bound lies above the exact value, and by no more than a relative `excess`.
void ExpectBound(double upper, double exact, double excess) {
  EXPECT_GE(upper, exact * (1 - 2e-16));
  EXPECT_LE(upper, exact * (1 + excess));
}

// Those at the bottom were computed with 50 digits.
TEST(RenyiTest, PureIsThatOfRandomisedResponse) {
  ExpectBound(PureRenyiUpper(Eps("0.000001"), 2), 9.9999999999958333e-13, 1e-11);
  ExpectBound(PureRenyiUpper(Eps("0.1"), 23), 0.071211412944319223704, 1e-11);
  ExpectBound(PureRenyiUpper(Eps("1"), 8), 0.95524837405486441138, 1e-11);
  ExpectBound(PureRenyiUpper(Eps("3"), 300), 2.9998375004964088894, 1e-11);
  ExpectBound(PureRenyiUpper(Eps("0.01"), 100000), 0.0099931183343782651594, 1e-11);
  for (const char* text : {"0.000000000001", "0.01", "0.5", "2", "40", "9000000"}) {
    for (const int64_t order : {2, 3, 17, 1000, 1 << 20}) {
      const double upper = PureRenyiUpper(Eps(text), order);
      EXPECT_LE(upper, std::stod(text) * (1 + 1e-15)) << text << " " << order;
      EXPECT_LE(upper, order * PureRhoUpper(Eps(text)) * (1 + 1e-11)) << text << " " << order;
    }
  }
  ExpectBound(PureRhoUpper(Eps("1")), 0.46211715726000975850, 1e-13);
}

// Two-point likelihood ratios with mean 1 whose ends are e apart.
TEST(RenyiTest, BoundedRangeCoversTheWorstTwoPoints) {
  for (const double e : {1e-4, 0.1, 1.0, 5.0}) {
    const Epsilon epsilon = Epsilon::FromPico(std::llround(e * 1e12));
    for (const int64_t order : {2, 10, 23, 40}) {
      const auto a = static_cast<double>(order);
      double most = 0;
      for (int i = 0; i <= 10000; ++i) {
        const double l = std::exp(-e * i / 10000);
        const double high = (1 - l) / (l * std::expm1(e));
        const double mean = (1 - high) * std::pow(l, a) + high * std::pow(l * std::exp(e), a);
        most = std::fmax(most, std::log(mean) / (a - 1));
      }
      const double upper = BoundedRangeRenyiUpper(epsilon, order);
      EXPECT_GE(upper, most - 1e-15) << e << " " << order;
      EXPECT_LE(upper, most * (1 + 1e-6) + 2e-12) << e << " " << order;
      EXPECT_LE(upper, PureRenyiUpper(epsilon, order));
    }
  }
  EXPECT_NEAR(BoundedRangeRenyiUpper(Eps("3"), 100), 2.9439486438935148236, 2e-12);
  EXPECT_LE(BoundedRangeRenyiUpper(Eps("9000000"), 100), 9000000.001);
}

double SummedLaplace(double rate, int64_t shift, double a) {
  const auto span = static_cast<int64_t>(60 / rate);
  double sum = 0;
  for (int64_t x = -span; x <= span + shift; ++x) {
    const auto near = static_cast<double>(std::abs(x));
    const auto far = static_cast<double>(std::abs(x - shift));
    sum += std::tanh(rate / 2) * std::exp(-rate * (a * near + (1 - a) * far));
  }
  return std::log(sum) / (a - 1);
}

TEST(RenyiTest, DiscreteLaplaceIsThatOfDirectSums) {
  for (const int64_t scale : {1, 2, 10}) {
    for (const int64_t shift : {1, 2, 5, 20}) {
      for (const int64_t order : {2, 3, 8}) {
        const double upper = DiscreteLaplaceRenyiUpper({scale, 0}, shift, order);
        const double exact = SummedLaplace(1.0 / scale, shift, order);
        EXPECT_GE(upper, exact - 1e-13) << scale << " " << shift << " " << order;
        EXPECT_LE(upper, exact + 1e-12) << scale << " " << shift << " " << order;
      }
    }
  }
  ExpectBound(DiscreteLaplaceRenyiUpper({1, 0}, 1, 2), 0.73532566405551922471, 1e-12);
  ExpectBound(DiscreteLaplaceRenyiUpper({1 << 20, 0}, 1 << 14, 23), 0.0027377635632985934, 1e-11);
  ExpectBound(DiscreteLaplaceRenyiUpper({1 << 20, 0}, 7, 23), 5.1249914536281445423e-10, 1e-8);
  ExpectBound(DiscreteLaplaceRenyiUpper({int64_t{1} << 50, 10}, int64_t{1} << 40, 5),
              0.85307801451696939158, 1e-12);
  ExpectBound(DiscreteLaplaceRenyiUpper({1, 1}, 1000, 30), 1999.9956231720330009, 1e-12);
}

TEST(RenyiTest, DiscreteLaplaceOfOneStepIsRandomisedResponse) {
  for (const int64_t scale : {1, 4, 100}) {
    for (const int64_t order : {2, 9, 64}) {
      const double pure = PureRenyiUpper(Epsilon::FromPico(1'000'000'000'000 / scale), order);
      EXPECT_NEAR(DiscreteLaplaceRenyiUpper({scale, 0}, 1, order), pure, pure * 3e-11);
    }
  }
}

TEST(RenyiTest, DiscreteLaplaceIsSuperadditiveInTheSensitivity) {
  for (const int64_t scale : {1, 30, 1 << 20}) {
    for (const int64_t order : {2, 5, 40}) {
      for (int64_t one = 1; one <= 4 * scale; one = one * 3 + 1) {
        for (int64_t two = 1; two <= one; two = two * 5 + 1) {
          const auto of = [&](int64_t l1) {
            return DiscreteLaplaceRenyiUpper({scale, 0}, l1, order);
          };
          EXPECT_LE((of(one) + of(two)) * (1 - 1e-8), of(one + two)) << scale << " " << order;
        }
      }
    }
  }
}

TEST(RenyiTest, GaussianRhoAddsParts) {
  ExpectBound(GaussianRhoUpper({{1, 1, 1}}), 0.5, 1e-11);
  ExpectBound(GaussianRhoUpper({{4, 3, 10}, {2, 5, 7}}), 0.18 + 25.0 / 49, 1e-11);
  EXPECT_EQ(GaussianRhoUpper({}), kInfinity);
  EXPECT_EQ(GaussianRhoUpper({{1, 1, 1}, {1, 0, 1}}), kInfinity);
  EXPECT_EQ(GaussianRhoUpper({{1, 1, 0}}), kInfinity);
  // Discrete Gaussian noise, summed: never above, and equal but for the lattice.
  for (const int64_t sigma : {1, 2, 5}) {
    for (const double a : {1.5, 2.0, 7.0}) {
      double mass = 0;
      double sum = 0;
      const auto variance = static_cast<double>(sigma * sigma);
      for (int x = -400; x <= 400; ++x) {
        mass += std::exp(-x * x / 2.0 / variance);
        sum += std::exp((-a * x * x + (a - 1) * (x - 1) * (x - 1)) / 2 / variance);
      }
      const double exact = std::log(sum / mass) / (a - 1);
      EXPECT_GE(a * GaussianRhoUpper({{1, 1, sigma}}), exact - 1e-13) << sigma << " " << a;
    }
  }
}

// E under N(0, sigma^2) of (P/Q)^power, by the trapezium rule, exact to rounding for such
// functions.
double LogMoment(double q, double sigma, double power) {
  const double step = sigma / 200;
  const double mean = std::fmax(power, 0) + 0.5;
  double sum = 0;
  for (double z = -16 * sigma - mean; z <= 16 * sigma + mean; z += step) {
    const double ratio = 1 - q + q * std::exp((2 * z - 1) / (2 * sigma * sigma));
    sum += std::exp(-z * z / (2 * sigma * sigma) + power * std::log(ratio));
  }
  return std::log(sum * step / (sigma * std::sqrt(2 * std::numbers::pi)));
}

TEST(RenyiTest, BatchesCoverBothDirections) {
  for (const double q : {0.01, 0.2, 0.5, 0.9, 0.999}) {
    for (const double sigma : {0.7, 1.0, 4.0}) {
      for (const int64_t order : {2, 3, 6}) {
        const auto a = static_cast<double>(order);
        const double removed = LogMoment(q, sigma, a) / (a - 1);
        const double added = LogMoment(q, sigma, 1 - a) / (a - 1);
        const double upper = SubsampledGaussianRenyiUpper(q, sigma, order);
        EXPECT_GE(removed, added - 1e-12);
        EXPECT_GE(upper, removed - 1e-12) << q << " " << sigma << " " << order;
        EXPECT_LE(upper, removed + 2e-12) << q << " " << sigma << " " << order;
      }
    }
  }
  ExpectBound(SubsampledGaussianRenyiUpper(0.01, 4, 17), 5.5363268029560577385e-5, 1e-11);
  ExpectBound(SubsampledGaussianRenyiUpper(0.01, 1, 23), 6.685503925338004842, 1e-11);
  ExpectBound(SubsampledGaussianRenyiUpper(0.5, 1, 2), 0.35737401950878853731, 1e-12);
  ExpectBound(SubsampledGaussianRenyiUpper(1e-6, 1, 27), 3.3728889634032684155e-11, 1e-11);
  ExpectBound(SubsampledGaussianRenyiUpper(0.999, 100, 256), 0.012774735490081060794, 1e-8);
  ExpectBound(SubsampledGaussianRenyiUpper(1e-9, 4, 2), 6.4494458917859437595e-20, 1e-11);
  ExpectBound(SubsampledGaussianRenyiUpper(0.01, 0.3, 64), 350.87728743010736209, 1e-11);
  ExpectBound(SubsampledGaussianRenyiUpper(0.25, 20, 200), 0.017286223118208756151, 1e-8);
}

TEST(RenyiTest, BatchesGrowWithSamplingAndFallWithNoise) {
  for (const int64_t order : {2, 8, 50, 1000}) {
    double before = 0;
    for (const double q : {0.0, 1e-12, 1e-4, 0.03, 0.5, 0.99, 1.0}) {
      const double upper = SubsampledGaussianRenyiUpper(q, 2, order);
      EXPECT_GE(upper, before) << q << " " << order;
      before = upper;
    }
    EXPECT_EQ(SubsampledGaussianRenyiUpper(0, 2, order), 0);
    ExpectBound(SubsampledGaussianRenyiUpper(1, 2, order), order / 8.0, 1e-12);
    EXPECT_GT(SubsampledGaussianRenyiUpper(0.1, 1, order),
              SubsampledGaussianRenyiUpper(0.1, 1.5, order));
  }
  // Few samples: a (a-1) / 2 q^2 (e^(1/sigma^2) - 1).
  const double few = SubsampledGaussianRenyiUpper(1e-5, 2, 4);
  EXPECT_NEAR(few, 2e-10 * std::expm1(0.25), few * 1e-4);
}

TEST(RenyiTest, LogMomentsAreConvexInTheOrder) {
  using Curve = std::function<double(int64_t)>;
  const Curve pure = [](int64_t a) { return PureRenyiUpper(Eps("0.7"), a); };
  const Curve laplace = [](int64_t a) { return DiscreteLaplaceRenyiUpper({9, 0}, 7, a); };
  const Curve range = [](int64_t a) { return BoundedRangeRenyiUpper(Eps("2"), a); };
  const Curve batch = [](int64_t a) { return SubsampledGaussianRenyiUpper(0.01, 1, a); };
  for (const Curve& curve : {pure, laplace, range, batch}) {
    for (int64_t a = 3; a < 60; ++a) {
      const double between = static_cast<double>(a - 1) * curve(a);
      const double around = static_cast<double>(a - 2) * curve(a - 1) +  //
                            static_cast<double>(a) * curve(a + 1);
      EXPECT_LE(2 * between, around + 1e-9) << a;
      EXPECT_GE(curve(a + 1), curve(a) - 1e-10) << a;
    }
  }
}

TEST(RenyiTest, WhatCannotBeToldIsInfinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const int64_t order : {-kMost, int64_t{0}, int64_t{1}, kOrderMax + 1, kMost}) {
    EXPECT_EQ(PureRenyiUpper(Eps("1"), order), kInfinity);
    EXPECT_EQ(BoundedRangeRenyiUpper(Eps("1"), order), kInfinity);
    EXPECT_EQ(DiscreteLaplaceRenyiUpper({1, 0}, 1, order), kInfinity);
    EXPECT_EQ(SubsampledGaussianRenyiUpper(0.1, 1, order), kInfinity);
  }
  EXPECT_EQ(DiscreteLaplaceRenyiUpper({0, 0}, 1, 2), kInfinity);
  EXPECT_EQ(DiscreteLaplaceRenyiUpper({1, 0}, 0, 2), kInfinity);
  for (const double bad : {nan, -0.1, kInfinity, -kInfinity}) {
    EXPECT_EQ(SubsampledGaussianRenyiUpper(bad, 1, 2), kInfinity);
    EXPECT_EQ(SubsampledGaussianRenyiUpper(0.1, bad, 2), kInfinity);
  }
  EXPECT_EQ(SubsampledGaussianRenyiUpper(1.1, 1, 2), kInfinity);
  EXPECT_EQ(SubsampledGaussianRenyiUpper(0.1, 0, 2), kInfinity);
}

TEST(RenyiTest, ExtremeArgumentsStayNumbers) {
  for (const int64_t order : {int64_t{2}, int64_t{1000}, kOrderMax}) {
    for (const LaplaceScale& scale :
         {LaplaceScale{1, 62}, LaplaceScale{(int64_t{1} << 62) - 1, 0}}) {
      for (const int64_t l1 : {int64_t{1}, kMost}) {
        const double upper = DiscreteLaplaceRenyiUpper(scale, l1, order);
        EXPECT_TRUE(upper > 0 && upper < kInfinity) << order << " " << l1;
      }
    }
    for (const double q : {5e-324, 1e-300, 0.5, 1 - 0x1p-53, 1.0}) {
      for (const double sigma : {1e-300, 1e-3, 1.0, 1e300}) {
        if (order == kOrderMax && q != 0.5) continue;  // a million terms each
        EXPECT_GT(SubsampledGaussianRenyiUpper(q, sigma, order), 0) << q << " " << sigma;
      }
    }
  }
}

}  // namespace
}  // namespace tacit
