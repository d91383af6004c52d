#include "accountant/loss/track.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

int64_t AddOrSaturate(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kMost : sum;
}

}  // namespace

std::string ToText(const Track& track) {
  switch (track.kind) {
    case TrackKind::kBasic:
      return "epsilon";
    case TrackKind::kRenyi:
      return absl::StrCat("renyi(", track.order, ")");
    case TrackKind::kZeroConcentrated:
      return "rho";
  }
  return "";
}

TrackAmount Unbounded() { return {Divergence::FromPico(kMost), Delta::FromAtto(kMost)}; }

TrackAmount AddSaturating(const TrackAmount& a, const TrackAmount& b) {
  return {Divergence::FromPico(AddOrSaturate(a.divergence.pico(), b.divergence.pico())),
          Delta::FromAtto(AddOrSaturate(a.delta.atto(), b.delta.atto()))};
}

bool Within(const TrackAmount& a, const TrackAmount& limit) {
  return a.divergence.pico() < kMost && a.delta.atto() < kMost &&
         a.divergence <= limit.divergence && a.delta <= limit.delta;
}

TrackAmount Remaining(const TrackAmount& limit, const TrackAmount& spent) {
  TrackAmount remaining;
  if (spent.divergence < limit.divergence) {
    remaining.divergence = Divergence::FromPico(limit.divergence.pico() - spent.divergence.pico());
  }
  if (spent.delta < limit.delta) {
    remaining.delta = Delta::FromAtto(limit.delta.atto() - spent.delta.atto());
  }
  return remaining;
}

TrackAmounts PriceOn(const std::vector<Track>& tracks, const std::vector<MechanismLoss>& losses) {
  TrackAmounts total(tracks.size());
  for (size_t i = 0; i < tracks.size(); ++i) {
    for (const MechanismLoss& loss : losses) {
      total[i] = AddSaturating(total[i], PriceOn(tracks[i], loss));
    }
  }
  return total;
}

}  // namespace tacit
