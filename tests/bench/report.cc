#include "tests/bench/report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace tacit {

void Print(const Measurement& m) {
  std::printf(R"({"name": "%s", "unit": "%s", "ours": %.9g, "peer": %.9g, )"
              R"("peer_name": "%s", "ratio": %.4g})"
              "\n",
              m.name.c_str(), m.unit.c_str(), m.ours, m.peer, m.peer_name.c_str(), m.ours / m.peer);
  std::fflush(stdout);
}

double MillisecondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::vector<double> RepeatMilliseconds(int runs, const std::function<void()>& work) {
  work();
  std::vector<double> milliseconds;
  for (int run = 0; run < runs; ++run) milliseconds.push_back(MillisecondsOf(work));
  return milliseconds;
}

double Quantile(std::vector<double> values, double quantile) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(std::ceil(quantile * static_cast<double>(values.size())));
  return values[std::max<size_t>(rank, 1) - 1];
}

}  // namespace tacit
