#include "tests/falsifier/epsilon_bound.h"

#include <algorithm>
#include <cmath>

#include "tests/support/statistics.h"

namespace tacit {
namespace {

// P(Binomial(n, p) >= k), summed from its largest term outward.
double UpperTail(int64_t k, int64_t n, double p) {
  if (k <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const auto log_term = [&](int64_t i) {
    const auto di = static_cast<double>(i);
    const auto dn = static_cast<double>(n);
    return std::lgamma(dn + 1) - std::lgamma(di + 1) - std::lgamma(dn - di + 1) + di * std::log(p) +
           (dn - di) * std::log1p(-p);
  };
  const auto mode = std::clamp<int64_t>(static_cast<int64_t>(p * static_cast<double>(n)), k, n);
  const double largest = log_term(mode);
  double sum = 1;
  double term = 1;
  for (int64_t i = mode; i < n && term > 1e-18; ++i) {
    term *= static_cast<double>(n - i) / static_cast<double>(i + 1) * p / (1 - p);
    sum += term;
  }
  term = 1;
  for (int64_t i = mode; i > k && term > 1e-18; --i) {
    term *= static_cast<double>(i) / static_cast<double>(n - i + 1) * (1 - p) / p;
    sum += term;
  }
  return std::min(1.0, std::exp(largest) * sum);
}

// One way to tell the worlds apart.
struct Event {
  double threshold = 0;
  bool above = true;     // value >= threshold
  bool swapped = false;  // likelier without the unit
};

int64_t Count(const std::vector<double>& values, size_t begin, size_t end, const Event& event) {
  return std::count_if(values.begin() + static_cast<int64_t>(begin),
                       values.begin() + static_cast<int64_t>(end),
                       [&](double value) { return (value >= event.threshold) == event.above; });
}

// ln((P(S) - delta) / P'(S)) from samples [begin, end) of each half given by `second`.
double Bound(const Worlds& worlds, const Event& event, double delta, bool second) {
  const std::vector<double>& likely = event.swapped ? worlds.without : worlds.with;
  const std::vector<double>& unlikely = event.swapped ? worlds.with : worlds.without;
  const auto half = [&](const std::vector<double>& values) {
    const size_t middle = values.size() / 2;
    const size_t begin = second ? middle : 0;
    const size_t end = second ? values.size() : middle;
    return std::pair<int64_t, int64_t>(Count(values, begin, end, event),
                                       static_cast<int64_t>(end - begin));
  };
  const auto [hits, trials] = half(likely);
  const auto [others, other_trials] = half(unlikely);
  const double low = ProbabilityAtLeast(hits, trials, kFalseAlarmRate / 2) - delta;
  const double high = ProbabilityAtMost(others, other_trials, kFalseAlarmRate / 2);
  return low > 0 ? std::log(low / high) : 0;
}

}  // namespace

double ProbabilityAtLeast(int64_t successes, int64_t trials, double alpha) {
  double low = 0;
  double high = static_cast<double>(successes) / static_cast<double>(trials);
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (UpperTail(successes, trials, middle) < alpha ? low : high) = middle;
  }
  return low;
}

double ProbabilityAtMost(int64_t successes, int64_t trials, double alpha) {
  return 1 - ProbabilityAtLeast(trials - successes, trials, alpha);
}

double ProvenEpsilon(const Worlds& worlds, double delta) {
  std::vector<double> pooled(
      worlds.without.begin(),
      worlds.without.begin() + static_cast<int64_t>(worlds.without.size() / 2));
  pooled.insert(pooled.end(), worlds.with.begin(),
                worlds.with.begin() + static_cast<int64_t>(worlds.with.size() / 2));
  std::sort(pooled.begin(), pooled.end());
  Event best;
  double most = -1;
  for (const double share :
       {0.002, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97, 0.99, 0.998}) {
    for (const bool above : {false, true}) {
      for (const bool swapped : {false, true}) {
        const auto at = static_cast<size_t>(share * static_cast<double>(pooled.size()));
        const Event event{pooled[at], above, swapped};
        const double bound = Bound(worlds, event, delta, /*second=*/false);
        if (bound > most) {
          most = bound;
          best = event;
        }
      }
    }
  }
  return std::max(0.0, Bound(worlds, best, delta, /*second=*/true));
}

}  // namespace tacit
