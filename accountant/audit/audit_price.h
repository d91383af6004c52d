// A second opinion on prices: the same losses on the same tracks by other formulas and other code.
// Shares with accountant/loss nothing but the types.
#ifndef TACIT_ACCOUNTANT_AUDIT_AUDIT_PRICE_H_
#define TACIT_ACCOUNTANT_AUDIT_AUDIT_PRICE_H_

#include <string>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/track.h"

namespace tacit::ledger {

// What a loss costs on a track, in nats, to within a relative 1e-9; infinity where it has no price.
// `delta` is exact.
struct AuditedPrice {
  long double divergence = 0;
  Delta delta;
};
AuditedPrice AuditPrice(const Track& track, const MechanismLoss& loss);

// Whether a claim of (epsilon, delta) that a loss makes of itself is true, by formulas of this
// file: the Gaussian delta and the tails, within a relative 1e-6. Of a training job it says only
// that the claim is not refuted by a lower bound (training/audit_training.h).
bool ClaimHolds(const MechanismLoss& loss);

// Whether `charged` covers `audited` and does not exceed it by more than a relative 1e-6 and a
// few of its smallest units for each of `losses`.
bool Covers(const TrackAmount& charged, const AuditedPrice& audited, size_t losses);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_AUDIT_AUDIT_PRICE_H_
