// The best any partition selection can do (Desfontaines, Voss, Gipson, Mandayam 2020, Thm 1).
#ifndef TACIT_TESTS_ACCOUNTANT_LOSS_OPTIMAL_SELECTION_H_
#define TACIT_TESTS_ACCOUNTANT_LOSS_OPTIMAL_SELECTION_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tacit {

// The largest probability of keeping a group of `units`, at (e, d) a group.
inline double OptimalKeep(double e, double d, int64_t units) {
  double keep = 0;
  for (int64_t n = 1; n <= units; ++n) {
    keep = std::min({std::exp(e) * keep + d, 1 - std::exp(-e) * (1 - keep - d), 1.0});
  }
  return keep;
}

}  // namespace tacit

#endif  // TACIT_TESTS_ACCOUNTANT_LOSS_OPTIMAL_SELECTION_H_
