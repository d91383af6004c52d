// Statistical tests with a stated false-alarm rate.
#ifndef TACIT_TESTS_SUPPORT_STATISTICS_H_
#define TACIT_TESTS_SUPPORT_STATISTICS_H_

#include <algorithm>
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

// A chi-square statistic and what it exceeds with probability kFalseAlarmRate.
struct Fit {
  double statistic = 0;
  double limit = 0;
};

// Pearson's statistic of neighbouring bins merged until each expects at least 100.
inline Fit FitOfBins(const std::vector<double>& expected, const std::vector<int64_t>& observed) {
  std::vector<double> merged_expected = {0};
  std::vector<int64_t> merged_observed = {0};
  double expected_left = 0;
  for (const double count : expected) expected_left += count;
  for (size_t bin = 0; bin < expected.size(); ++bin) {
    if (merged_expected.back() >= 100 && expected_left >= 100) {
      merged_expected.push_back(0);
      merged_observed.push_back(0);
    }
    merged_expected.back() += expected[bin];
    merged_observed.back() += observed[bin];
    expected_left -= expected[bin];
  }
  return {ChiSquare(merged_expected, merged_observed),
          ChiSquareLimit(static_cast<int>(merged_expected.size()) - 1)};
}

// The multiples of scale / 8 within `reach` scales of zero, rounded down.
inline std::vector<__int128> EdgesAround(double scale, int reach) {
  std::vector<__int128> edges;
  for (int step = -8 * reach; step <= 8 * reach; ++step) {
    const auto edge = static_cast<__int128>(std::floor(scale * step / 8));
    if (edges.empty() || edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

// The bin of `draw` among those that the ascending `edges` begin.
inline size_t BinOf(__int128 draw, const std::vector<__int128>& edges) {
  return static_cast<size_t>(std::upper_bound(edges.begin(), edges.end(), draw) - edges.begin());
}

// The probability of each bin, where `below(x)` is P(X < x).
template <typename Below>
std::vector<double> BinProbabilities(const std::vector<__int128>& edges, const Below& below) {
  std::vector<double> probabilities;
  double before = 0;
  for (const __int128 edge : edges) {
    probabilities.push_back(below(edge) - before);
    before = below(edge);
  }
  probabilities.push_back(1 - before);
  return probabilities;
}

// How well draws fit P(X < x) = below(x).
template <typename Draws, typename Below>
Fit FitOf(const Draws& draws, const std::vector<__int128>& edges, const Below& below) {
  std::vector<double> expected = BinProbabilities(edges, below);
  for (double& count : expected) count *= static_cast<double>(draws.size());
  std::vector<int64_t> observed(expected.size());
  for (const auto draw : draws) ++observed[BinOf(draw, edges)];
  return FitOfBins(expected, observed);
}

// How well pairs of successive draws fit independence, in 8 by 8 bins near the octiles.
template <typename Draws, typename Below>
Fit FitOfPairs(const Draws& draws, const std::vector<__int128>& edges, const Below& below) {
  std::vector<__int128> octiles;
  for (const __int128 edge : edges) {
    const auto reached = static_cast<size_t>(std::floor(below(edge) * 8));
    if (reached > octiles.size() && octiles.size() < 7) octiles.push_back(edge);
  }
  const std::vector<double> shares = BinProbabilities(octiles, below);
  const size_t bins = shares.size();
  const size_t pairs = draws.size() / 2;
  std::vector<double> expected;
  for (size_t cell = 0; cell < bins * bins; ++cell) {
    expected.push_back(static_cast<double>(pairs) * shares[cell / bins] * shares[cell % bins]);
  }
  std::vector<int64_t> observed(bins * bins);
  for (size_t pair = 0; pair < pairs; ++pair) {
    ++observed[BinOf(draws[2 * pair], octiles) * bins + BinOf(draws[2 * pair + 1], octiles)];
  }
  return FitOfBins(expected, observed);
}

// How many standard deviations `successes` of `trials` lie from probability `p`.
inline double BinomialDeviation(int64_t successes, int64_t trials, double p) {
  const double n = static_cast<double>(trials);
  return (static_cast<double>(successes) - n * p) / std::sqrt(n * p * (1 - p));
}

}  // namespace tacit

#endif  // TACIT_TESTS_SUPPORT_STATISTICS_H_
