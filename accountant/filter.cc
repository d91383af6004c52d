#include "accountant/filter.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/loss/conversions.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

absl::Status Invalid(const std::string& field, const std::string& what, const std::string& fix) {
  return Refuse(Reason::kPolicyInvalid, absl::StrCat(field, " ", what),
                {.fix = fix, .field = field});
}

// Every sum that a limit is compared with must be able to lie above it.
template <typename Quantity>
bool IsNameable(const Quantity& quantity) {
  return Quantity::Parse(quantity.ToDecimal(), Rounding::kLimit).ok();
}

absl::Status CheckOrders(const std::vector<OrderLimit>& orders) {
  if (orders.empty()) {
    return Invalid("limit.orders", "is empty", "declare at least one order, e.g. 8");
  }
  int64_t before = 1;
  for (const OrderLimit& limit : orders) {
    if (limit.order <= before || limit.order > kTrackOrderMax) {
      return Invalid("limit.orders", "are not ascending whole numbers from 2 to 1024",
                     "list each order once, ascending");
    }
    if (limit.divergence == Divergence() || !IsNameable(limit.divergence)) {
      return Invalid("limit.orders", "have a divergence that is missing, zero or too large",
                     "set it to a decimal above 0");
    }
    before = limit.order;
  }
  return absl::OkStatus();
}

absl::Status CheckKind(Filter filter, const Limit& limit) {
  const bool by_epsilon = filter == Filter::kPure || filter == Filter::kApproximate;
  if (by_epsilon && limit.amount.epsilon == Epsilon()) {
    return Invalid("limit.epsilon", "is missing or zero", "set it to a decimal above 0");
  }
  if (!by_epsilon && limit.amount.epsilon != Epsilon()) {
    return Invalid("limit.epsilon", "is not what this filter counts", "leave it out");
  }
  if ((filter == Filter::kZeroConcentrated) != (limit.rho != Rho())) {
    return Invalid("limit.rho", "must be above 0 under the zcdp filter and under no other",
                   "set it, or choose another filter");
  }
  if (filter == Filter::kRenyi) TACIT_RETURN_IF_ERROR(CheckOrders(limit.orders));
  if (filter != Filter::kRenyi && !limit.orders.empty()) {
    return Invalid("limit.orders", "are of the renyi filter alone", "leave them out");
  }
  if (filter == Filter::kPure && limit.amount.delta != Delta()) {
    return Invalid("limit.delta", "must be 0 under the pure filter",
                   "leave delta out or choose the approximate filter");
  }
  if (!IsNameable(limit.amount.epsilon) || !IsNameable(limit.amount.delta) ||
      !IsNameable(limit.rho)) {
    return Invalid("limit", "is larger than any amount", "set a smaller limit");
  }
  return absl::OkStatus();
}

// How kApproximate splits its delta: for the deltas of the basic track, for those that the Renyi
// track cannot cover, and for the conversion of that track's divergence.
struct DeltaSplit {
  Delta basic;
  Delta mechanism;
  Delta conversion;
};

DeltaSplit SplitOf(Delta delta) {
  const int64_t quarter = delta.atto() / 4;
  return {Delta::FromAtto(quarter), Delta::FromAtto(quarter), Delta::FromAtto(2 * quarter)};
}

TrackAmount ApproximateLimit(const Track& track, bool alone, const Amount& limit) {
  const DeltaSplit split = SplitOf(limit.delta);
  if (track.kind == TrackKind::kBasic) {
    return {Divergence::FromPico(limit.epsilon.pico()), alone ? limit.delta : split.basic};
  }
  return {Divergence::FromPico(RenyiLimitPicoLower(limit.epsilon, split.conversion, track.order)),
          split.mechanism};
}

int64_t TimesOn(const TrackAmount& spent, const TrackAmount& cost, const TrackAmount& limit) {
  if (!Within(AddSaturating(spent, cost), limit)) return 0;
  const TrackAmount left = Remaining(limit, spent);
  int64_t times = std::numeric_limits<int64_t>::max();
  if (cost.divergence != Divergence()) times = left.divergence.pico() / cost.divergence.pico();
  if (cost.delta != Delta()) times = std::min(times, left.delta.atto() / cost.delta.atto());
  return times;
}

}  // namespace

std::string ToText(Filter filter, const Limit& limit) {
  std::string text;
  if (filter == Filter::kPure || filter == Filter::kApproximate) {
    text = absl::StrCat("epsilon ", limit.amount.epsilon.ToDecimal());
  }
  if (filter == Filter::kZeroConcentrated) text = absl::StrCat("rho ", limit.rho.ToDecimal());
  for (const OrderLimit& order : limit.orders) {
    absl::StrAppend(&text, text.empty() ? "" : " ", "renyi(", order.order, ") ",
                    order.divergence.ToDecimal());
  }
  return absl::StrCat(text, " delta ", limit.amount.delta.ToDecimal());
}

absl::StatusOr<std::vector<Track>> TracksFor(Filter filter, const Limit& limit) {
  TACIT_RETURN_IF_ERROR(CheckKind(filter, limit));
  std::vector<Track> tracks;
  switch (filter) {
    case Filter::kPure:
      return std::vector<Track>{{TrackKind::kBasic, 0}};
    case Filter::kApproximate: {
      tracks.push_back({TrackKind::kBasic, 0});
      const Delta conversion = SplitOf(limit.amount.delta).conversion;
      const std::optional<int64_t> order =
          BestOrder(limit.amount.epsilon, conversion, kTrackOrderMax);
      if (order.has_value()) tracks.push_back({TrackKind::kRenyi, *order});
      return tracks;
    }
    case Filter::kZeroConcentrated:
      return std::vector<Track>{{TrackKind::kZeroConcentrated, 0}};
    case Filter::kRenyi:
      for (const OrderLimit& order : limit.orders) {
        tracks.push_back({TrackKind::kRenyi, order.order});
      }
      return tracks;
  }
  return Invalid("filter", "is unknown", "choose pure, approximate, zcdp or renyi");
}

absl::StatusOr<TrackAmounts> LimitsOn(Filter filter, const std::vector<Track>& tracks,
                                      const Limit& limit) {
  TACIT_RETURN_IF_ERROR(CheckKind(filter, limit));
  TrackAmounts limits;
  if (filter == Filter::kRenyi && limit.orders.size() != tracks.size()) {
    return Invalid("limit.orders", "are not those of the dataset", "name the same orders");
  }
  for (size_t i = 0; i < tracks.size(); ++i) {
    switch (filter) {
      case Filter::kPure:
        limits.push_back({Divergence::FromPico(limit.amount.epsilon.pico()), Delta()});
        break;
      case Filter::kApproximate:
        limits.push_back(ApproximateLimit(tracks[i], tracks.size() == 1, limit.amount));
        break;
      case Filter::kZeroConcentrated:
        limits.push_back({Divergence::FromPico(limit.rho.pico()), limit.amount.delta});
        break;
      case Filter::kRenyi:
        if (limit.orders[i].order != tracks[i].order) {
          return Invalid("limit.orders", "are not those of the dataset", "name the same orders");
        }
        limits.push_back({limit.orders[i].divergence, limit.amount.delta});
        break;
    }
  }
  return limits;
}

bool CanCount(Filter filter, const TrackAmounts& cost) {
  const auto counted = [](const TrackAmount& amount) { return Within(amount, Unbounded()); };
  switch (filter) {
    case Filter::kPure:
      return cost.size() == 1 && counted(cost[0]) && cost[0].delta == Delta();
    case Filter::kApproximate:
      return std::any_of(cost.begin(), cost.end(), counted);
    case Filter::kZeroConcentrated:
    case Filter::kRenyi:
      return !cost.empty() && std::all_of(cost.begin(), cost.end(), counted);
  }
  return false;  // a value outside the enumeration counts nothing
}

bool Admits(const Admission& admission) {
  const size_t tracks = admission.limit.size();
  TACIT_CHECK(tracks > 0 && admission.spent.size() == tracks && admission.cost.size() == tracks);
  size_t fitting = 0;
  for (size_t i = 0; i < tracks; ++i) {
    // A saturated sum is within no limit, so a sum that would wrap is refused.
    const TrackAmount total = AddSaturating(admission.spent[i], admission.cost[i]);
    fitting += Within(total, admission.limit[i]) ? 1 : 0;
  }
  switch (admission.filter) {
    case Filter::kPure:
      return fitting == tracks && admission.cost[0].delta == Delta();
    case Filter::kApproximate:
      return fitting > 0;
    case Filter::kZeroConcentrated:
    case Filter::kRenyi:
      return fitting == tracks;
  }
  return false;
}

int64_t TimesAdmitted(const Admission& admission) {
  if (!Admits(admission)) return 0;
  const bool any = admission.filter == Filter::kApproximate;
  int64_t times = any ? 0 : std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < admission.limit.size(); ++i) {
    const int64_t on_track = TimesOn(admission.spent[i], admission.cost[i], admission.limit[i]);
    times = any ? std::max(times, on_track) : std::min(times, on_track);
  }
  return times;
}

}  // namespace tacit
