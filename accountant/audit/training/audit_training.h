// A second opinion on training jobs: what batches reveal, by integrals over the noise itself.
#ifndef TACIT_ACCOUNTANT_AUDIT_TRAINING_AUDIT_TRAINING_H_
#define TACIT_ACCOUNTANT_AUDIT_TRAINING_AUDIT_TRAINING_H_

#include <cstdint>

#include "accountant/loss/mechanism_loss.h"

namespace tacit::ledger {

// The Renyi divergence of all steps at an order, in nats, to within a relative 1e-9; infinity out
// of range.
long double TrainingRenyi(const SubsampledGaussianLoss& loss, int64_t order);
// Its rho, as if every batch were full.
long double TrainingRho(const SubsampledGaussianLoss& loss);

// Claim:  at most the delta of all steps at the claimed epsilon, the larger of both directions. A
//         claim of less delta is therefore false; that a claim is true this does not prove.
// Needs:  nothing. Errors: none; 1 out of range.
// Method: it prices a job that shows less (only the cell of each step's noise) and whose losses are
//         rounded down. Of jobs of up to 10,000 steps that costs about 1% of epsilon.
// Proof:  audit_training.proof.md.
double TrainingDeltaLower(const SubsampledGaussianLoss& loss);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_AUDIT_TRAINING_AUDIT_TRAINING_H_
