#include "engine/privacy/noise_view.h"

#include <cmath>

#include "accountant/check.h"
#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

NoiseView ViewNoise(const CertifiedSum& sum) {
  const Mechanism& mechanism = MechanismOf(sum.loss);
  const auto price = PriceRoundUp(sum.loss);
  TACIT_CHECK(price.has_value());
  const double granularity = std::ldexp(1.0, sum.granularity_log2);
  return {.mechanism = std::string(mechanism.name),
          .scale = mechanism.scale(sum.loss) * granularity,
          .granularity = granularity,
          .sensitivity = static_cast<double>(sum.l1_sensitivity) * granularity,
          .bounds = {static_cast<double>(sum.lower) * granularity,
                     static_cast<double>(sum.upper) * granularity},
          .epsilon = price->epsilon};
}

double NoiseHalfWidth(const CertifiedSum& sum, double confidence) {
  return std::ldexp(MechanismOf(sum.loss).half_width(sum.loss, confidence), sum.granularity_log2);
}

}  // namespace tacit
