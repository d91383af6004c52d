// The Renyi curve of batch-sampled Gaussian noise at real orders, by its series (Mironov, Talwar,
// Zhang 2019, section 3.3): an oracle, to within rounding.
#ifndef TACIT_TESTS_ACCOUNTANT_LOSS_BATCH_SERIES_H_
#define TACIT_TESTS_ACCOUNTANT_LOSS_BATCH_SERIES_H_

#include <algorithm>
#include <cmath>
#include <numbers>

#include "accountant/loss/gaussian.h"

namespace tacit {

inline double LogErfc(double x) {
  return x > 0 ? std::log(Erfcx(x)) - x * x : std::log(std::erfc(x));
}

// (order - 1) times the divergence. `all_positive` adds terms that should be subtracted, as some
// libraries do; they stop at e^-30 then.
inline double BatchLogMoment(double q, double sigma, double order, bool all_positive = false) {
  const double log_in = std::log(q);
  const double log_out = std::log1p(-q);
  const double z0 = sigma * sigma * (log_out - log_in) + 0.5;
  double sum = 0;
  double before = 0;
  double sign = 1;
  double log_choose = 0;
  for (int i = 0; i < 200000; ++i) {
    const double j = order - i;
    const auto half = [&](double in, double out, double x) {
      return std::exp(log_choose + in * log_in + out * log_out +
                      in * (in - 1) / (2 * sigma * sigma) + LogErfc(x)) /
             2;
    };
    const double term = half(i, j, (i - z0) / (std::numbers::sqrt2 * sigma)) +
                        half(j, i, (z0 - j) / (std::numbers::sqrt2 * sigma));
    before = sum;
    sum += all_positive ? term : sign * term;
    if (i > order && term < sum * (all_positive ? 1e-13 : 1e-17)) break;
    const double factor = (order - i) / (i + 1);
    if (factor == 0) return std::log(sum);  // whole orders end here
    log_choose += std::log(std::fabs(factor));
    if (factor < 0) sign = -sign;
  }
  return std::log(all_positive ? sum : (sum + before) / 2);
}

// The least of `f` over real orders, where it falls and then grows.
template <typename F>
double LeastOverOrders(const F& f) {
  double low = 1.05;
  double high = 300;
  for (int i = 0; i < 60; ++i) {
    const double one = low * std::cbrt(high / low);
    const double two = high / std::cbrt(high / low);
    (f(one) < f(two) ? high : low) = f(one) < f(two) ? two : one;
  }
  return f(std::sqrt(low * high));
}

}  // namespace tacit

#endif  // TACIT_TESTS_ACCOUNTANT_LOSS_BATCH_SERIES_H_
