// One JSON object a line: what was measured here, and what a peer took for the same in the same
// run.
#ifndef TACIT_TESTS_BENCH_REPORT_H_
#define TACIT_TESTS_BENCH_REPORT_H_

#include <functional>
#include <string>
#include <vector>

namespace tacit {

// `ours` and `peer` are in `unit`; ratio is ours / peer, so below 1 means less than the peer.
struct Measurement {
  std::string name;
  std::string unit;
  double ours = 0;
  double peer = 0;
  std::string peer_name;
};

void Print(const Measurement& measurement);

// Milliseconds that `work` takes.
double MillisecondsOf(const std::function<void()>& work);

// Milliseconds of each of `runs` runs, after one that is not counted.
std::vector<double> RepeatMilliseconds(int runs, const std::function<void()>& work);

// The smallest of `values` that at least the share `quantile` of them do not exceed. Not of none.
double Quantile(std::vector<double> values, double quantile);

}  // namespace tacit

#endif  // TACIT_TESTS_BENCH_REPORT_H_
