#include "accountant/audit/audit_price.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

const std::vector<Track> kTracks = {Track(),
                                    {TrackKind::kRenyi, 2},
                                    {TrackKind::kRenyi, 23},
                                    {TrackKind::kRenyi, 500},
                                    {TrackKind::kZeroConcentrated, 0}};

std::vector<MechanismLoss> ManyLosses() {
  std::vector<MechanismLoss> losses = EveryLoss();
  for (const char* epsilon : {"1e-9", "1e-6", "0.001", "0.3", "2", "50", "100000"}) {
    losses.emplace_back(PureLoss{Eps(epsilon)});
  }
  for (const int64_t width : {int64_t{1}, int64_t{7}, int64_t{1000}, int64_t{1} << 40}) {
    for (const int64_t l1 : {1, 6, 1000}) {
      losses.push_back(DiscreteLaplaceLoss{l1, {width, 0}});
      losses.push_back(DiscreteLaplaceLoss{l1, {width, 3}});
    }
  }
  losses.push_back(NoisyMaxLoss{5, 9, {3000, 1}});
  return losses;
}

// Two programs that share no formula agree, and the accountant's is never the lower one.
TEST(AuditPriceTest, AgreesWithThePricesThatAreCharged) {
  for (const MechanismLoss& loss : ManyLosses()) {
    for (const Track& track : kTracks) {
      EXPECT_TRUE(Covers(PriceOn(track, loss), AuditPrice(track, loss), 1))
          << ToText(loss) << " on " << ToText(track) << ": "
          << PriceOn(track, loss).divergence.ToDecimal() << " against "
          << static_cast<double>(AuditPrice(track, loss).divergence);
    }
    EXPECT_TRUE(ClaimHolds(loss)) << ToText(loss);
  }
}

TEST(AuditPriceTest, NoticesAPriceThatIsTooLowOrTooHigh) {
  const MechanismLoss loss = PureLoss{Eps("0.3")};
  for (const Track& track : kTracks) {
    const TrackAmount price = PriceOn(track, loss);
    TrackAmount other = price;
    other.divergence = Divergence::FromPico(price.divergence.pico() * 999'999 / 1'000'000);
    EXPECT_FALSE(Covers(other, AuditPrice(track, loss), 1)) << ToText(track);
    other.divergence =
        Divergence::FromPico(price.divergence.pico() + price.divergence.pico() / 1000);
    EXPECT_FALSE(Covers(other, AuditPrice(track, loss), 1)) << ToText(track);
    other = price;
    other.delta = Delta::FromAtto(1);
    EXPECT_FALSE(Covers(other, AuditPrice(track, loss), 1)) << ToText(track);
  }
}

TEST(AuditPriceTest, NoticesAClaimThatIsNotTrue) {
  EXPECT_FALSE(ClaimHolds(DiscreteGaussianLoss{{{1, 1 << 20, 1 << 22}}, Eps("0.5"), Del("2e-7")}));
  EXPECT_FALSE(ClaimHolds(TruncatedGeometricLoss{6, {100, 0}, 1100, Del("2e-7")}));
  EXPECT_FALSE(ClaimHolds(ThresholdLoss{6, 1500, LaplaceScale{100, 0}, Del("2e-7")}));
  EXPECT_FALSE(ClaimHolds(ThresholdLoss{6, 500, GaussianSigma{100}, Del("2e-7")}));
}

}  // namespace
}  // namespace tacit::ledger
