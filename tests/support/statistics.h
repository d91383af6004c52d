// Statistical tests with a stated false-alarm rate.
#ifndef TACIT_TESTS_SUPPORT_STATISTICS_H_
#define TACIT_TESTS_SUPPORT_STATISTICS_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tacit {

// The chance that one such test fails although the claim is true.
inline constexpr double kFalseAlarmRate = 1e-6;
// The standard normal quantile at 1 - kFalseAlarmRate, and at 1 - kFalseAlarmRate / 2.
inline constexpr double kNormalOneSided = 4.753424;
inline constexpr double kNormalTwoSided = 4.891638;

// The chi-square value that is passed with probability kFalseAlarmRate (Wilson and Hilferty 1931).
inline double ChiSquareLimit(int degrees_of_freedom) {
  const double k = degrees_of_freedom;
  const double root = 1 - 2 / (9 * k) + kNormalOneSided * std::sqrt(2 / (9 * k));
  return k * root * root * root;
}

// Pearson's statistic. Every expected count must be at least 20.
inline double ChiSquare(const std::vector<double>& expected, const std::vector<int64_t>& observed) {
  double sum = 0;
  for (size_t bin = 0; bin < expected.size(); ++bin) {
    const double difference = static_cast<double>(observed[bin]) - expected[bin];
    sum += difference * difference / expected[bin];
  }
  return sum;
}

// How many standard deviations `successes` of `trials` lie from probability `p`.
inline double BinomialDeviation(int64_t successes, int64_t trials, double p) {
  const double n = static_cast<double>(trials);
  return (static_cast<double>(successes) - n * p) / std::sqrt(n * p * (1 - p));
}

}  // namespace tacit

#endif  // TACIT_TESTS_SUPPORT_STATISTICS_H_
