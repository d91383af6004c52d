// Milliseconds to price 10,000 steps of DP-SGD, beside the same losses convolved directly by
// repeated squaring, on a step that is 8 times as wide so that it ends at all. The second line is
// the epsilon that each of them finds; less is tighter, and both are upper bounds.
#include <algorithm>
#include <cmath>
#include <vector>

#include "accountant/loss/distribution/composition.h"
#include "tests/bench/report.h"

namespace tacit {
namespace {

constexpr double kQ = 0.01;
constexpr double kSigma = 4;
constexpr int64_t kSteps = 10000;
constexpr int kRuns = 7;
constexpr int kPeerRuns = 3;
constexpr int kPeerStepLog2 = -12;   // ours is 2^-15
constexpr double kPeerTail = 1e-15;  // of each end, after each convolution

Delta Target() { return Delta::FromAtto(10'000'000'000'000); }  // 1e-5

// Masses of whole losses from `first` on.
struct Masses {
  int64_t first = 0;
  std::vector<double> masses;
  double infinite = 0;
};

Masses OneStep(Direction direction) {
  const auto one = PrivacyLossDistribution::Of(SubsampledGaussianCurve(kQ, kSigma, direction),
                                               kPeerStepLog2, 62, 1e-15);
  Masses masses{static_cast<int64_t>(one->atoms().front().loss), {}, one->infinite()};
  for (size_t k = 0; k < one->atoms().size(); ++k) masses.masses.push_back(one->MassOf(k));
  return masses;
}

Masses Convolve(const Masses& a, const Masses& b) {
  std::vector<double> sum(a.masses.size() + b.masses.size() - 1);
  for (size_t i = 0; i < a.masses.size(); ++i) {
    for (size_t k = 0; k < b.masses.size(); ++k) sum[i + k] += a.masses[i] * b.masses[k];
  }
  Masses result{a.first + b.first, {}, a.infinite + b.infinite};
  size_t low = 0;
  double below = 0;
  while (below + sum[low] < kPeerTail) below += sum[low++];
  size_t high = sum.size();
  double above = 0;
  while (above + sum[high - 1] < kPeerTail) above += sum[--high];
  result.infinite += above;
  sum[low] += below;
  result.first += static_cast<int64_t>(low);
  result.masses.assign(sum.begin() + static_cast<int64_t>(low),
                       sum.begin() + static_cast<int64_t>(high));
  return result;
}

double DirectEpsilon(Direction direction) {
  Masses square = OneStep(direction);
  Masses sum{0, {1}, 0};
  for (int64_t steps = kSteps; steps > 0; steps /= 2) {
    if (steps % 2 == 1) sum = Convolve(sum, square);
    if (steps > 1) square = Convolve(square, square);
  }
  std::vector<PrivacyLossDistribution::Atom> atoms;
  double above = sum.infinite;
  for (size_t k = sum.masses.size(); k-- > 0;) {
    above = std::min(1.0, above + sum.masses[k]);
    atoms.push_back({static_cast<double>(sum.first + static_cast<int64_t>(k)), above});
  }
  std::reverse(atoms.begin(), atoms.end());
  const PrivacyLossDistribution loss(kPeerStepLog2, std::move(atoms), sum.infinite);
  return static_cast<double>(loss.EpsilonUpper(Target())->pico()) * 1e-12;
}

void MeasureEpsilon() {
  double ours = 0;
  double peer = 0;
  const auto price = [&] {
    const auto epsilon = SubsampledGaussianEpsilonUpper(kQ, kSigma, kSteps, Target());
    ours = static_cast<double>(epsilon->pico()) * 1e-12;
  };
  const auto convolve = [&] {
    peer = std::max(DirectEpsilon(Direction::kRemove), DirectEpsilon(Direction::kAdd));
  };
  const double ours_ms = Quantile(RepeatMilliseconds(kRuns, price), 0.5);
  const double peer_ms = Quantile(RepeatMilliseconds(kPeerRuns, convolve), 0.5);
  const char* name = "direct convolution, repeated squaring, a step 8 times as wide";
  Print({"pld_10000_steps", "ms", ours_ms, peer_ms, name});
  Print({"pld_10000_steps_epsilon", "nats", ours, peer, name});
}

}  // namespace
}  // namespace tacit

int main() {
  tacit::MeasureEpsilon();
  return 0;
}
