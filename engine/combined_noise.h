// The noise of a released number that may rest on several draws. Public numbers alone: nothing here
// draws, and nothing private comes near it.
#ifndef TACIT_ENGINE_COMBINED_NOISE_H_
#define TACIT_ENGINE_COMBINED_NOISE_H_

#include <string>
#include <vector>

#include "engine/plan/nodes/measure.h"
#include "engine/plan/nodes/value.h"
#include "engine/privacy/certificate.h"

namespace tacit {

// In the statistic's own unit. kLaplace: the scales of independent draws that are added, each times
// its weight. kGaussian: one scale, the standard deviation.
struct CombinedNoise {
  NoiseKind kind = NoiseKind::kLaplace;
  std::vector<double> scales;
  double slack = 0;  // what the grids add to a half width at most
};

// The noised numbers of an answer's groups, before HAVING and LIMIT: what a later top-up combines
// with.
struct NoisedGroups {
  struct Group {
    std::vector<Value> keys;
    std::vector<double> numbers;  // by statistic
  };
  std::string question;  // DigestQuestion
  int draws = 1;
  std::vector<CombinedNoise> noise;  // by statistic; without scale: a quantile's
  std::vector<Group> groups;         // in key order
};

// Of one draw; without scale for a quantile, whose error the data decides.
CombinedNoise NoiseOf(const CertifiedStatistic& statistic);

// Of the continuous noise, which is at least that of what was drawn on a grid.
double VarianceOf(const CombinedNoise& noise);

// The part that the fresh number has in their combination by inverse variance; the rest is the
// earlier one's.
double FreshWeight(const CombinedNoise& earlier, const CombinedNoise& fresh);

// The noise of that combination. Both are of one kind.
CombinedNoise Combine(const CombinedNoise& earlier, const CombinedNoise& fresh);

// An h with P(|noise| > h) <= 1 - confidence. Of Laplace draws by the partial fractions of their
// characteristic function, scales that lie closer than a hundredth being moved apart, upwards.
double HalfWidthOf(const CombinedNoise& noise, double confidence);

}  // namespace tacit

#endif  // TACIT_ENGINE_COMBINED_NOISE_H_
