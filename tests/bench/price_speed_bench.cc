// Cost questions a second of one thread: what one mechanism costs on each track of an approximate
// lineage, rounded up to whole units, beside the second opinion's formulas in long double, which
// round nothing. No two questions in a row are the same. The composed ones are in pld_speed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "accountant/audit/audit_price.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/track.h"
#include "tests/bench/report.h"

namespace tacit {
namespace {

constexpr int kRuns = 7;
constexpr int kQuestions = 2000;
constexpr char kPeer[] = "accountant/audit, other formulas in long double";

std::vector<Track> Tracks() { return {Track{}, Track{TrackKind::kRenyi, 23}}; }

Delta TenToMinus(int digits) {
  int64_t atto = 1'000'000'000'000'000'000;
  for (int i = 0; i < digits; ++i) atto /= 10;
  return Delta::FromAtto(atto);
}

LaplaceScale Scale(int64_t numerator) { return {numerator, 10}; }

MechanismLoss Gaussian(int64_t i) {
  DiscreteGaussianLoss loss{{{3, 1000, 100'000 + i}}, {}, TenToMinus(6)};
  loss.epsilon = Epsilon::FromPico(200'000'000'000);  // above what it needs at this delta
  return loss;
}

void MeasureKind(const std::string& kind, const std::function<MechanismLoss(int64_t)>& loss_of) {
  const std::vector<Track> tracks = Tracks();
  std::vector<std::vector<MechanismLoss>> questions;
  for (int64_t i = 0; i < kQuestions; ++i) questions.push_back({loss_of(i)});
  // So that no compiler can leave a question out, and none is refused unnoticed.
  int64_t priced = 0;
  const auto ask = [&] {
    for (const std::vector<MechanismLoss>& losses : questions) {
      const TrackAmounts cost = PriceOn(tracks, losses);
      priced += Within(cost[0], Unbounded()) && Within(cost[1], Unbounded()) ? 1 : 0;
    }
  };
  const auto audit = [&] {
    for (const std::vector<MechanismLoss>& losses : questions) {
      long double sum = 0;
      for (const Track& track : tracks) sum += ledger::AuditPrice(track, losses[0]).divergence;
      priced += sum >= 0 && ledger::ClaimHolds(losses[0]) ? 1 : 0;
    }
  };
  const double ours = Quantile(RepeatMilliseconds(kRuns, ask), 0.5);
  const double peer = Quantile(RepeatMilliseconds(kRuns, audit), 0.5);
  if (priced != int64_t{2} * (kRuns + 1) * kQuestions) {
    std::fprintf(stderr, "a question about %s has no price\n", kind.c_str());
    std::exit(1);
  }
  Print({"prices_" + kind, "1/s", 1000 * kQuestions / ours, 1000 * kQuestions / peer, kPeer});
}

}  // namespace
}  // namespace tacit

int main() {
  using namespace tacit;  // NOLINT: the kinds below
  MeasureKind("discrete_laplace", [](int64_t i) {
    return DiscreteLaplaceLoss{1 + i % 7, Scale(100'000 + i)};
  });
  MeasureKind("discrete_gaussian", Gaussian);
  MeasureKind("noisy_max", [](int64_t i) { return NoisyMaxLoss{1 + i % 3, 2, Scale(90'000 + i)}; });
  MeasureKind("truncated_geometric", [](int64_t i) {
    return TruncatedGeometricLoss{1 + i % 3, Scale(1024), 40, TenToMinus(9)};
  });
  return 0;
}
