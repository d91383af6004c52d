#include "engine/privacy/mechanisms/registry.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "engine/privacy/mechanisms/discrete_gaussian.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"

namespace tacit {
namespace {

constexpr auto kRegistry = std::to_array<const Mechanism*>({
    &kDiscreteLaplace,
    &kDiscreteGaussian,
});

}  // namespace

absl::Span<const Mechanism* const> AllMechanisms() { return kRegistry; }

const Mechanism& MechanismOf(const NoiseScale& noise) {
  for (const Mechanism* mechanism : kRegistry) {
    if (mechanism->owns(noise)) return *mechanism;
  }
  CheckFailed(__FILE__, __LINE__, "noise without a mechanism was certified");
}

std::string ToText(const NoiseScale& noise) {
  if (const auto* gaussian = std::get_if<GaussianSigma>(&noise)) {
    return absl::StrCat("Gaussian ", gaussian->sigma);
  }
  const auto& laplace = std::get<LaplaceScale>(noise);
  return absl::StrCat("Laplace ", laplace.numerator, "/2^", laplace.denominator_log2);
}

}  // namespace tacit
