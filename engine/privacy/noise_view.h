// What an analyst may know of a certified sum's noise, before or after it is drawn. All of it is
// public.
#ifndef TACIT_ENGINE_PRIVACY_NOISE_VIEW_H_
#define TACIT_ENGINE_PRIVACY_NOISE_VIEW_H_

#include <string>

#include "engine/privacy/certificate.h"

namespace tacit {

// In the statistic's own unit.
struct NoiseView {
  std::string mechanism;
  double scale = 0;
  double granularity = 0;
  double sensitivity = 0;
  ValueBounds bounds;  // the clip, as rounded to the grid
  Epsilon epsilon;     // what the statistic costs
};

NoiseView ViewNoise(const CertifiedSum& sum);

// The least h, in the statistic's own unit, with P(|noise| > h) <= 1 - confidence.
double NoiseHalfWidth(const CertifiedSum& sum, double confidence);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_NOISE_VIEW_H_
