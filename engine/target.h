// What the asker aims at -> what the query may cost.
#ifndef TACIT_ENGINE_TARGET_H_
#define TACIT_ENGINE_TARGET_H_

#include <optional>

#include "absl/status/statusor.h"
#include "engine/analyze/analyze.h"
#include "engine/plan/choose_noise.h"

namespace tacit {

struct QueryRequest;

// One of: epsilon; rho, the zero-concentrated loss of Gaussian noise; the largest half width that
// an answer's 95% interval may have.
struct Target {
  std::optional<Epsilon> epsilon;
  std::optional<Epsilon> rho;
  std::optional<double> half_width;
  Delta delta;
  std::optional<NoiseKind> noise;  // the only one allowed; nullopt: whichever errs less
};

// Errors: kPrivacyParameter, with the field.
absl::StatusOr<Target> ReadTarget(const QueryRequest& request);

// The offer that meets the target: epsilon as it is; for rho the epsilon that Gaussian noise of
// that rho costs at delta (Balle, Wang 2018); for a half width the least epsilon, to three digits,
// at which all answers have one of at most that. Under a pure filter no delta is offered. Reads no
// row.
//
// Errors: those of Plan and Certify; kPrivacyParameter when no epsilon meets it, kUnsupported for
// an
//         answer whose error depends on the data.
absl::StatusOr<Offer> OfferFor(const Target& asked, const BoundQuery& query,
                               const DatasetSchema& schema);

}  // namespace tacit

#endif  // TACIT_ENGINE_TARGET_H_
