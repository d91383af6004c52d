#include "accountant/loss/mechanism_loss.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "accountant/refusal.h"

namespace tacit {
namespace {

constexpr int64_t kNumeratorMax = (int64_t{1} << 62) - 1;

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

TEST(MechanismLossTest, TextRoundTrips) {
  EXPECT_EQ(ToText(DiscreteLaplaceLoss{3, {5, 0}}), "DiscreteLaplace{l1=3,scale=5/2^0}");
  EXPECT_EQ(ToText(PureLoss{Epsilon::FromPico(100'000'000'000)}), "Pure{epsilon=0.1}");
  for (const MechanismLoss& loss : {MechanismLoss(DiscreteLaplaceLoss{3, {kNumeratorMax, 62}}),
                                    MechanismLoss(PureLoss{Epsilon::FromPico(1)})}) {
    EXPECT_EQ(ParseMechanismLoss(ToText(loss)).value(), loss);
  }
}

TEST(MechanismLossTest, OnlyCanonicalTextIsRead) {
  for (const char* text :
       {"", "DiscreteLaplace", "DiscreteLaplace{l1=03,scale=5/2^0}",
        "DiscreteLaplace{l1=3,scale=5/2^0} ", " DiscreteLaplace{l1=3,scale=5/2^0}",
        "DiscreteLaplace{l1=3, scale=5/2^0}", "DiscreteLaplace{l1=+3,scale=5/2^0}",
        "DiscreteLaplace{l1=3,scale=5}", "DiscreteLaplace{l1=99999999999999999999,scale=5/2^0}",
        "Pure{epsilon=0.10}", "Pure{epsilon=-0}", "Pure{epsilon=1e-1}", "Pure{epsilon=0.1",
        "Gaussian{rho=1}"}) {
    EXPECT_EQ(ReasonOf(ParseMechanismLoss(text).status()), Reason::kPrivacyParameter) << text;
  }
}

}  // namespace
}  // namespace tacit
