// What an analyst may know of a certified statistic's noise, before or after it is drawn. All of it
// is public, and feeds nothing.
#ifndef TACIT_ENGINE_NOISE_VIEW_H_
#define TACIT_ENGINE_NOISE_VIEW_H_

#include <string>

#include "engine/privacy/certificate.h"

namespace tacit {

// In the statistic's own unit; of a quantile, `scale` and `sensitivity` count rows of rank error.
struct NoiseView {
  std::string mechanism;
  double scale = 0;
  double granularity = 0;
  double sensitivity = 0;  // of all groups together: L1, under Gaussian noise L2
  ValueBounds bounds;      // the clip, as rounded to the grid
  Epsilon epsilon;         // its share of the cost
  double rank_error = 0;   // of a quantile, in rows: exceeded with probability at most 5%
};

NoiseView ViewNoise(const CertifiedStatistic& statistic, const ContributionLimits& limits);

// The least h, in the statistic's own unit, with P(|noise| > h) <= 1 - confidence. Infinite for a
// quantile, whose error the data decides.
double NoiseHalfWidth(const CertifiedStatistic& statistic, double confidence);

// How groups with a private key are chosen.
struct SelectionView {
  std::string mechanism;
  Epsilon epsilon;
  Delta delta;
  double units_for_half = 0;  // a group of about so many units is shown half of the time
};

SelectionView ViewSelection(const Certificate& certificate);

}  // namespace tacit

#endif  // TACIT_ENGINE_NOISE_VIEW_H_
