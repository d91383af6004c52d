#include <cmath>
#include <optional>
#include <type_traits>
#include <variant>

#include "accountant/loss/distribution/training_price.h"
#include "accountant/loss/laplace_price.h"
#include "accountant/loss/renyi.h"
#include "accountant/loss/rounding.h"
#include "accountant/loss/track.h"

namespace tacit {
namespace {

constexpr double kPicoPerNat = 1e12;
constexpr double kPicoMax = 9e18;

// Whole pico-nats that are at least `nats`, never zero; Unbounded where there are none.
TrackAmount RoundedUp(double nats, Delta delta = Delta()) {
  const double pico = Up(nats * kPicoPerNat);
  if (!(pico > 0 && pico < kPicoMax)) return Unbounded();
  return {Divergence::FromPico(static_cast<int64_t>(std::ceil(pico))), delta};
}

// A pure mechanism used once in each of at most `times` groups, chosen adaptively or not: the
// divergences add up.
double PureOn(const Track& track, const std::optional<Epsilon>& epsilon, int64_t times) {
  if (!epsilon.has_value() || times <= 0) return HUGE_VAL;
  const double once = track.kind == TrackKind::kRenyi ? PureRenyiUpper(*epsilon, track.order)
                                                      : PureRhoUpper(*epsilon);
  return Up(once * Up(static_cast<double>(times)));
}

TrackAmount On(const Track& track, const DiscreteLaplaceLoss& loss) {
  if (track.kind == TrackKind::kRenyi) {
    return RoundedUp(DiscreteLaplaceRenyiUpper(loss.scale, loss.l1_sensitivity, track.order));
  }
  return RoundedUp(PureOn(track, RatioRoundUp({loss.l1_sensitivity}, loss.scale), 1));
}

TrackAmount On(const Track& track, const PureLoss& loss) {
  return RoundedUp(PureOn(track, loss.epsilon, 1));
}

TrackAmount On(const Track& track, const DiscreteGaussianLoss& loss) {
  const double per_order = GaussianRhoUpper(loss.parts);
  const bool is_renyi = track.kind == TrackKind::kRenyi;
  return RoundedUp(is_renyi ? Up(per_order * static_cast<double>(track.order)) : per_order);
}

TrackAmount On(const Track& track, const NoisyMaxLoss& loss) {
  return RoundedUp(
      PureOn(track, RatioRoundUp({2, loss.score_sensitivity}, loss.scale), loss.groups));
}

// (epsilon, delta)-private in each group: an epsilon-private mechanism, but for an event of
// probability delta that does not depend on which neighbour it is (track.proof.md).
TrackAmount On(const Track& track, const TruncatedGeometricLoss& loss) {
  return RoundedUp(PureOn(track, RatioRoundUp({1}, loss.scale), loss.groups), loss.delta);
}

// Its noise is a loss of its own.
TrackAmount On(const Track&, const ThresholdLoss& loss) { return {Divergence(), loss.delta}; }

// Steps are priced one by one here: what is proved of the whole job is of the basic track alone.
TrackAmount On(const Track& track, const SubsampledGaussianLoss& loss) {
  return RoundedUp(track.kind == TrackKind::kRenyi ? SubsampledGaussianRenyiUpper(loss, track.order)
                                                   : SubsampledGaussianRhoUpper(loss));
}

}  // namespace

TrackAmount PriceOn(const Track& track, const MechanismLoss& loss) {
  const std::optional<Amount> basic = PriceRoundUp(loss);
  // What has no price at all, an unproved delta among it, has none on any track.
  if (!basic.has_value()) return Unbounded();
  if (track.kind == TrackKind::kBasic) {
    return {Divergence::FromPico(basic->epsilon.pico()), basic->delta};
  }
  return std::visit([&](const auto& one) { return On(track, one); }, loss);
}

}  // namespace tacit
