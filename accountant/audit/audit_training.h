// A second opinion on training jobs: what batches reveal, by integrals over the noise itself. The
// claimed (epsilon, delta) has no second opinion yet, so no ledger with such a loss is verified.
#ifndef TACIT_ACCOUNTANT_AUDIT_AUDIT_TRAINING_H_
#define TACIT_ACCOUNTANT_AUDIT_AUDIT_TRAINING_H_

#include <cstdint>

#include "accountant/loss/mechanism_loss.h"

namespace tacit::ledger {

// The Renyi divergence of all steps at an order, in nats, to within a relative 1e-9; infinity out
// of range.
long double TrainingRenyi(const SubsampledGaussianLoss& loss, int64_t order);
// Its rho, as if every batch were full.
long double TrainingRho(const SubsampledGaussianLoss& loss);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_AUDIT_AUDIT_TRAINING_H_
