#include "accountant/loss/mechanism_loss.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "accountant/refusal.h"

namespace tacit {
namespace {

constexpr int64_t kNumeratorMax = (int64_t{1} << 62) - 1;

// One of every kind, and every form of each.
std::vector<MechanismLoss> EveryKind() {
  const Epsilon epsilon = Epsilon::FromPico(1'500'000'000'000);
  const Delta delta = Delta::FromAtto(1'000'000'000'000);
  return {DiscreteLaplaceLoss{3, {kNumeratorMax, 62}},
          PureLoss{Epsilon::FromPico(1)},
          DiscreteGaussianLoss{{{1, 1 << 20, 1 << 23}}, epsilon, delta},
          DiscreteGaussianLoss{{{1, 3, 1 << 23}, {20, 5, 1 << 24}}, epsilon, delta},
          NoisyMaxLoss{2, 3, {5, 1}},
          TruncatedGeometricLoss{2, {5, 1}, 50, delta},
          ThresholdLoss{2, 50, LaplaceScale{5, 1}, delta},
          ThresholdLoss{2, 50, GaussianSigma{5}, delta}};
}

int64_t PicoOf(const MechanismLoss& loss) {
  const auto price = PriceRoundUp(loss);
  EXPECT_TRUE(price.has_value()) << ToText(loss);
  EXPECT_EQ(price->delta, Delta());
  return price.has_value() ? price->epsilon.pico() : -1;
}

TEST(MechanismLossTest, PricesLaplaceAsSensitivityOverScale) {
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{1, {1, 0}}), 1'000'000'000'000);
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{3, {5, 0}}), 600'000'000'000);
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{1, {1, 10}}), 1'024'000'000'000'000);  // scale 1/1024
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{3, {3 << 20, 20}}), 3'000'000'000'000 / 3);
}

TEST(MechanismLossTest, RoundsUpAndNeverToZero) {
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{1, {3, 0}}), 333'333'333'334);
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{1, {kNumeratorMax, 0}}), 1);
}

TEST(MechanismLossTest, ExtremesNeitherWrapNorGetCheap) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(PriceRoundUp(DiscreteLaplaceLoss{kMost, {1, 62}}), std::nullopt);
  EXPECT_EQ(PriceRoundUp(DiscreteLaplaceLoss{kMost, {kNumeratorMax, 62}}), std::nullopt);
  EXPECT_EQ(PriceRoundUp(DiscreteLaplaceLoss{int64_t{1} << 26, {1, 62}}), std::nullopt);
  // 2^61 * 1e12 / 2^61 is exact although the product needs more than 100 bits.
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{int64_t{1} << 61, {int64_t{1} << 61, 0}}),
            1'000'000'000'000);
  EXPECT_EQ(PicoOf(DiscreteLaplaceLoss{9'000'000, {1, 0}}), 9'000'000'000'000'000'000);
  EXPECT_EQ(PriceRoundUp(DiscreteLaplaceLoss{9'000'001, {1, 0}}), std::nullopt);
}

TEST(MechanismLossTest, NonPositiveParametersHaveNoPrice) {
  for (const DiscreteLaplaceLoss& loss :
       {DiscreteLaplaceLoss{0, {1, 0}}, DiscreteLaplaceLoss{-1, {1, 0}},
        DiscreteLaplaceLoss{1, {0, 0}}, DiscreteLaplaceLoss{1, {-1, 0}},
        DiscreteLaplaceLoss{1, {kNumeratorMax + 1, 0}}, DiscreteLaplaceLoss{1, {1, -1}},
        DiscreteLaplaceLoss{1, {1, 63}}, DiscreteLaplaceLoss{}}) {
    EXPECT_EQ(PriceRoundUp(loss), std::nullopt) << ToText(loss);
  }
  EXPECT_EQ(PriceRoundUp(PureLoss{}), std::nullopt);
  EXPECT_EQ(PriceRoundUp(PureLoss{Epsilon::FromPico(std::numeric_limits<int64_t>::max())}),
            std::nullopt);
}

TEST(MechanismLossTest, EveryKindHasAPriceAboveNothing) {
  for (const MechanismLoss& loss : EveryKind()) {
    const auto price = PriceRoundUp(loss);
    ASSERT_TRUE(price.has_value()) << ToText(loss);
    EXPECT_NE(*price, Amount()) << ToText(loss);
  }
  EXPECT_EQ(PriceRoundUp(EveryKind()[6])->epsilon, Epsilon());
  EXPECT_EQ(PriceRoundUp(EveryKind()[6])->delta, Delta::FromAtto(1'000'000'000'000));
}

TEST(MechanismLossTest, WhatIsNotSetHasNoPrice) {
  for (const MechanismLoss& loss :
       {MechanismLoss(DiscreteLaplaceLoss()), MechanismLoss(PureLoss()),
        MechanismLoss(DiscreteGaussianLoss()), MechanismLoss(NoisyMaxLoss()),
        MechanismLoss(TruncatedGeometricLoss()), MechanismLoss(ThresholdLoss())}) {
    EXPECT_EQ(PriceRoundUp(loss), std::nullopt) << ToText(loss);
    EXPECT_EQ(ParseMechanismLoss(ToText(loss)).value(), loss);
  }
}

TEST(MechanismLossTest, TextRoundTrips) {
  const std::vector<std::string> texts = {
      "DiscreteLaplace{l1=3,scale=4611686018427387903/2^62}",
      "Pure{epsilon=0.000000000001}",
      "DiscreteGaussian{[groups=1,linf=1048576,sigma=8388608]epsilon=1.5,delta=0.000001}",
      "DiscreteGaussian{[groups=1,linf=3,sigma=8388608][groups=20,linf=5,sigma=16777216]"
      "epsilon=1.5,delta=0.000001}",
      "NoisyMax{groups=2,sensitivity=3,scale=5/2^1}",
      "TruncatedGeometric{groups=2,scale=5/2^1,bound=50,delta=0.000001}",
      "Threshold{groups=2,gap=50,laplace=5/2^1,delta=0.000001}",
      "Threshold{groups=2,gap=50,gaussian=5,delta=0.000001}"};
  const std::vector<MechanismLoss> losses = EveryKind();
  ASSERT_EQ(texts.size(), losses.size());
  for (size_t i = 0; i < losses.size(); ++i) {
    EXPECT_EQ(ToText(losses[i]), texts[i]);
    EXPECT_EQ(ParseMechanismLoss(texts[i]).value(), losses[i]);
  }
}

TEST(MechanismLossTest, OnlyCanonicalTextIsRead) {
  for (const char* text : {"",
                           "DiscreteLaplace",
                           "DiscreteLaplace{l1=03,scale=5/2^0}",
                           "DiscreteLaplace{l1=3,scale=5/2^0} ",
                           " DiscreteLaplace{l1=3,scale=5/2^0}",
                           "DiscreteLaplace{l1=3, scale=5/2^0}",
                           "DiscreteLaplace{l1=+3,scale=5/2^0}",
                           "DiscreteLaplace{l1=3,scale=5}",
                           "DiscreteLaplace{l1=99999999999999999999,scale=5/2^0}",
                           "Pure{epsilon=0.10}",
                           "Pure{epsilon=-0}",
                           "Pure{epsilon=1e-1}",
                           "Pure{epsilon=0.1",
                           "Gaussian{rho=1}",
                           "DiscreteGaussian{[groups=1,linf=3,sigma=8]epsilon=1.5,delta=1}",
                           "DiscreteGaussian{[groups=1,linf=3,sigma=8],epsilon=1.5,delta=0.1}",
                           "DiscreteGaussian{[groups=1,linf=3,sigma=8epsilon=1.5,delta=0.1}",
                           "DiscreteGaussian{[groups=1,linf=3]epsilon=1.5,delta=0.1}",
                           "DiscreteGaussian{[groups=1,linf=3,sigma=8.0]epsilon=1.5,delta=0.1}",
                           "NoisyMax{groups=2,sensitivity=3,scale=5/2^1}NoisyMax",
                           "TruncatedGeometric{groups=2,scale=5/2^1,bound=50,delta=1e-6}",
                           "Threshold{groups=2,gap=50,delta=0.1}",
                           "Threshold{groups=2,gap=50,laplace=5,delta=0.1}",
                           "Threshold{groups=2,gap=50,gaussian=5/2^1,delta=0.1}",
                           "Threshold{groups=2,gap=50,gaussian=5,delta=0.0000001000000000001}"}) {
    EXPECT_EQ(ReasonOf(ParseMechanismLoss(text).status()), Reason::kPrivacyParameter) << text;
  }
}

// Texts with bytes changed, lost, doubled and pasted from other texts: refused, or canonical.
TEST(MechanismLossTest, NoTwoTextsMeanTheSameLoss) {
  std::mt19937 random(1);  // a fixed seed: any 20,000 mutants will do
  const std::string alphabet = "0123456789./^,{}[]=+-eE lg" + std::string(1, '\0');
  const std::vector<MechanismLoss> losses = EveryKind();
  for (int i = 0; i < 20'000; ++i) {
    std::string text = ToText(losses[random() % losses.size()]);
    const std::string other = ToText(losses[random() % losses.size()]);
    for (uint32_t changes = 1 + random() % 3; changes > 0 && !text.empty(); --changes) {
      const size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = alphabet[random() % alphabet.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 4);
          break;
        case 2:
          text.insert(at, 1, alphabet[random() % alphabet.size()]);
          break;
        default:
          text = text.substr(0, at) + other.substr(random() % other.size());
      }
    }
    const auto parsed = ParseMechanismLoss(text);
    if (!parsed.ok()) continue;
    ASSERT_EQ(ToText(*parsed), text);
    const auto price = PriceRoundUp(*parsed);
    ASSERT_TRUE(!price.has_value() || *price != Amount()) << text;
  }
}

}  // namespace
}  // namespace tacit
