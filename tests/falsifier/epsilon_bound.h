// From samples of two neighbouring worlds to what must have been revealed.
#ifndef TACIT_TESTS_FALSIFIER_EPSILON_BOUND_H_
#define TACIT_TESTS_FALSIFIER_EPSILON_BOUND_H_

#include <cstdint>
#include <vector>

namespace tacit {

// Clopper and Pearson 1934: with probability 1 - alpha each, the success probability is at least,
// and at most, this.
double ProbabilityAtLeast(int64_t successes, int64_t trials, double alpha);
double ProbabilityAtMost(int64_t successes, int64_t trials, double alpha);

struct Worlds {
  std::vector<double> without;
  std::vector<double> with;
};

// The epsilon that the samples prove at this delta, but for a probability of kFalseAlarmRate. The
// event {value >= t} or {value < t} and the direction are chosen on the first half of the samples,
// the bound is taken on the other. At least 0.
double ProvenEpsilon(const Worlds& worlds, double delta);

}  // namespace tacit

#endif  // TACIT_TESTS_FALSIFIER_EPSILON_BOUND_H_
