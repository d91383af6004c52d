// May it be spent? The filters of accounting: each bounds the whole adaptive interaction, whatever
// mechanisms and parameters are chosen next. Proof: filter.proof.md.
#ifndef TACIT_ACCOUNTANT_FILTER_H_
#define TACIT_ACCOUNTANT_FILTER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "accountant/loss/track.h"
#include "accountant/loss/units.h"

namespace tacit {

// How totals are bounded, fixed for the life of a lineage.
//   kPure:             the sum of all epsilons; refuses any delta.
//   kApproximate:      (epsilon, delta), held while the basic track or one Renyi track of fixed
//                      order holds, delta being split between them.
//   kZeroConcentrated: the sum of all rhos, and of the deltas of partition selection.
//   kRenyi:            the Renyi divergence of every declared order, and the same deltas.
enum class Filter { kPure, kApproximate, kZeroConcentrated, kRenyi };

struct OrderLimit {
  int64_t order = 0;
  Divergence divergence;
  friend bool operator==(const OrderLimit&, const OrderLimit&) = default;
};

// The most that one budget may bear, as declared, in the terms of its filter.
struct Limit {
  Limit() = default;
  Limit(const Amount& amount) : amount(amount) {}  // NOLINT: of kPure and kApproximate
  Amount amount;                                   // the delta is of every filter, 0 under kPure
  Rho rho;                                         // of kZeroConcentrated alone
  std::vector<OrderLimit> orders;                  // of kRenyi alone, ascending
  friend bool operator==(const Limit&, const Limit&) = default;
};

// "epsilon 3, delta 1e-6" and the like.
std::string ToText(Filter filter, const Limit& limit);

// The tracks of a new lineage whose dataset may spend `limit`: one of kPure, kApproximate with an
// order that is best for this limit (none where delta is 0), the declared ones of kRenyi. Errors:
// kPolicyInvalid when `limit` is not of this filter's kind.
absl::StatusOr<std::vector<Track>> TracksFor(Filter filter, const Limit& limit);

// Claim:  a budget that keeps to these amounts, by the rule of its filter, keeps `limit`. Rounded
//         down. Errors: kPolicyInvalid when `limit` is not of this filter's kind or names other
//         orders than the tracks.
absl::StatusOr<TrackAmounts> LimitsOn(Filter filter, const std::vector<Track>& tracks,
                                      const Limit& limit);

// One budget asked to bear one cost, on the same tracks.
struct Admission {
  Filter filter = Filter::kPure;
  absl::Span<const TrackAmount> spent;
  absl::Span<const TrackAmount> cost;
  absl::Span<const TrackAmount> limit;
};

// True when the filter knows how to count such a cost at all: some track of kApproximate, every
// track of the others; and kPure counts no delta.
bool CanCount(Filter filter, const TrackAmounts& cost);

// Claim:  true only when spent + cost is within the limit on some track (kApproximate) or on every
//         track (the others), in both components and without wrapping.
// Needs:  spent is the sum, on every track, of all costs admitted before. Errors: none.
bool Admits(const Admission& admission);

// How many such costs would be admitted one after the other, with nothing else between them; the
// largest number where a cost is nothing. Admits is true if and only if this is above 0.
int64_t TimesAdmitted(const Admission& admission);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_FILTER_H_
