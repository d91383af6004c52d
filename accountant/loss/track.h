// The tracks on which a lineage counts what is spent, and amounts on them. Every charge is counted
// on every track; accountant/filter.h says which tracks must hold.
#ifndef TACIT_ACCOUNTANT_LOSS_TRACK_H_
#define TACIT_ACCOUNTANT_LOSS_TRACK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/units.h"

namespace tacit {

// kBasic:            divergence is an epsilon; delta sums all deltas.
// kRenyi:            divergence is a Renyi divergence of the track's order.
// kZeroConcentrated: divergence is a rho.
// On the latter two delta sums only what no divergence covers: the deltas of partition selection.
enum class TrackKind { kBasic, kRenyi, kZeroConcentrated };

struct Track {
  TrackKind kind = TrackKind::kBasic;
  int64_t order = 0;  // of kRenyi: an integer from 2 to kTrackOrderMax; else 0
  friend bool operator==(const Track&, const Track&) = default;
};

inline constexpr int64_t kTrackOrderMax = 1024;

// "epsilon", "renyi(23)", "rho".
std::string ToText(const Track& track);

struct TrackAmount {
  Divergence divergence;
  Delta delta;
  friend bool operator==(const TrackAmount&, const TrackAmount&) = default;
};

// Amounts on a lineage's tracks, in their order.
using TrackAmounts = std::vector<TrackAmount>;

// More than every limit: what cannot be counted on a track costs this, and so does a sum with it.
TrackAmount Unbounded();

// Adds without wrapping: saturates at Unbounded.
TrackAmount AddSaturating(const TrackAmount& a, const TrackAmount& b);
// True when both components of `a` are at most those of `limit`; never for a saturated one.
bool Within(const TrackAmount& a, const TrackAmount& limit);
// limit - spent, never below zero.
TrackAmount Remaining(const TrackAmount& limit, const TrackAmount& spent);

// Claim:  one mechanism costs at most this on `track`, whatever else is composed with it; Unbounded
//         where no bound is proved.
// Needs:  nothing. Errors: none. Proof: track.proof.md.
TrackAmount PriceOn(const Track& track, const MechanismLoss& loss);
// The sum over `losses`, by track.
TrackAmounts PriceOn(const std::vector<Track>& tracks, const std::vector<MechanismLoss>& losses);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_TRACK_H_
