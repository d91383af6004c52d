#include "engine/privacy/mechanisms/registry.h"

#include <array>

#include "accountant/check.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"

namespace tacit {
namespace {

constexpr auto kRegistry = std::to_array<const Mechanism*>({
    &kDiscreteLaplace,
});

}  // namespace

absl::Span<const Mechanism* const> AllMechanisms() { return kRegistry; }

const Mechanism& MechanismOf(const MechanismLoss& loss) {
  for (const Mechanism* mechanism : kRegistry) {
    if (mechanism->owns(loss)) return *mechanism;
  }
  CheckFailed(__FILE__, __LINE__, "a loss without a mechanism was certified");
}

}  // namespace tacit
