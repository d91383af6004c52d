// Through gRPC, with fresh draws: what the answers prove to have been revealed stays within what
// was claimed, and the same statistics refute a claim that is too small.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "tests/falsifier/epsilon_bound.h"
#include "tests/falsifier/trial.h"
#include "tests/support/statistics.h"

namespace tacit {
namespace {

constexpr size_t kSamples = 100000;  // a world

Trial& TheTrial() {
  static Trial trial;
  return trial;
}

// An honest bound is above its claim by chance with probability at most kFalseAlarmRate.
struct Probe {
  std::string name;
  Asked asked;
  // The same with less noise, judged by the honest claim: it must be refuted.
  Asked canary;
};

// One column over cells: groups with and without the sixth person.
Worlds SampleCells(const Asked& asked, v1::ExecuteResponse& response) {
  Worlds worlds;
  while (worlds.with.size() < kSamples) {
    response = TheTrial().Ask(asked);
    for (const v1::ReleaseRow& row : response.release().rows()) {
      const int64_t cell = row.cells(0).value().integer() + row.cells(1).value().integer();
      const v1::Scalar& scalar = row.cells(2).value();
      const double value =
          scalar.has_real() ? scalar.real() : static_cast<double>(scalar.integer());
      (cell % 2 == 1 ? worlds.with : worlds.without).push_back(value);
    }
  }
  return worlds;
}

void Judge(const Probe& probe) {
  TheTrial().OpenDataset();
  v1::ExecuteResponse response;
  const Worlds honest = SampleCells(probe.asked, response);
  const double claim = std::stod(response.cost().dataset_epsilon());
  const double delta = std::stod(response.cost().dataset_delta());
  const std::string mechanism = response.release().statistics(0).mechanism();
  const double proven = ProvenEpsilon(honest, delta);
  TheTrial().OpenDataset();
  const double canary = ProvenEpsilon(SampleCells(probe.canary, response), delta);
  printf("falsifier %-24s %-18s claim %.3f proven %.3f canary %.3f\n", probe.name.c_str(),
         mechanism.c_str(), claim, proven, canary);
  EXPECT_LE(proven, claim) << "REFUTED: " << probe.name;
  EXPECT_GT(canary, claim) << "the test has lost its power: " << probe.name;
}

Asked Cells(const std::string& aggregate, const std::string& epsilon) {
  return {.sql = "SELECT a, b, " + aggregate + " FROM visits GROUP BY a, b", .epsilon = epsilon};
}

Asked CellsAtRho(const std::string& aggregate, const std::string& rho) {
  Asked asked = Cells(aggregate, "");
  asked.delta = "0.01";  // large, so that the samples can reach what it leaves
  asked.rho = rho;
  return asked;
}

TEST(FalsifierTest, LaplaceSums) {
  for (const char* aggregate : {"COUNT(*)", "SUM(x)", "COUNT(DISTINCT subject)",
                                "COUNT(DISTINCT subject) FILTER (WHERE x > 7)"}) {
    Judge({aggregate, Cells(aggregate, "1"), Cells(aggregate, "2")});
  }
}

TEST(FalsifierTest, GaussianSums) {
  // Half the noise is four times rho.
  for (const char* aggregate : {"COUNT(*)", "SUM(x)"}) {
    Judge({aggregate, CellsAtRho(aggregate, "0.05"), CellsAtRho(aggregate, "0.2")});
  }
}

TEST(FalsifierTest, DistinctValues) {
  Judge({"COUNT(DISTINCT x)", Cells("COUNT(DISTINCT x)", "1"), Cells("COUNT(DISTINCT x)", "2")});
}

// Answers computed from several noisy numbers, or chosen by rank, reveal less than they may: their
// canaries have a fortieth and an eighth of the noise.
TEST(FalsifierTest, DerivedAnswers) {
  for (const char* aggregate : {"AVG(x)", "VAR_POP(x)"}) {
    Judge({aggregate, Cells(aggregate, "1"), Cells(aggregate, "40")});
  }
  for (const char* aggregate : {"MEDIAN(x)", "MAX(x)"}) {
    Judge({aggregate, Cells(aggregate, "1"), Cells(aggregate, "8")});
  }
}

// By number of people: the towns' answers, -1 where the town is not shown.
std::map<int, std::vector<double>> SampleTowns(const Asked& asked, size_t wanted,
                                               v1::ExecuteResponse& response) {
  std::map<int, std::vector<double>> samples;
  while (samples[kTownPeople[0]].size() < wanted) {
    response = TheTrial().Ask(asked);
    std::vector<double> values(kTowns, -1);
    for (const v1::ReleaseRow& row : response.release().rows()) {
      const int town = std::stoi(row.cells(0).value().text().substr(1));
      values[static_cast<size_t>(town)] = static_cast<double>(row.cells(1).value().integer());
    }
    for (int town = 0; town < kTowns; ++town) {
      samples[kTownPeople[town % 3]].push_back(values[static_cast<size_t>(town)]);
    }
  }
  return samples;
}

// How often a town of one person is shown, at the least.
double ProvenDelta(const std::vector<double>& lone) {
  const int64_t shown =
      std::count_if(lone.begin(), lone.end(), [](double value) { return value != -1; });
  return ProbabilityAtLeast(shown, static_cast<int64_t>(lone.size()), kFalseAlarmRate);
}

// `less_noise` must be refuted in epsilon, `more_delta` in delta.
void JudgeSelection(const std::string& name, const Asked& asked, const Asked& less_noise,
                    const Asked& more_delta) {
  TheTrial().OpenDataset();
  v1::ExecuteResponse response;
  auto canary = SampleTowns(less_noise, kSamples, response);
  TheTrial().OpenDataset();
  auto lone_canary = SampleTowns(more_delta, kSamples / 2, response);
  TheTrial().OpenDataset();
  auto honest = SampleTowns(asked, kSamples, response);
  const double claim = std::stod(response.cost().dataset_epsilon());
  const double delta = std::stod(response.cost().dataset_delta());
  const double lone_delta = std::stod(response.release().selection().delta());
  const double proven = ProvenEpsilon({honest[4], honest[5]}, delta);
  const double canary_proven = ProvenEpsilon({canary[4], canary[5]}, delta);
  const double lone = ProvenDelta(honest[1]);
  const double canary_lone = ProvenDelta(lone_canary[1]);
  printf(
      "falsifier %-24s %-30s claim %.3f proven %.3f canary %.3f delta %.4f proven %.4f "
      "canary %.4f\n",
      name.c_str(), response.release().selection().mechanism().c_str(), claim, proven,
      canary_proven, lone_delta, lone, canary_lone);
  EXPECT_LE(proven, claim) << "REFUTED: " << name;
  EXPECT_LE(lone, lone_delta) << "REFUTED: a lone person's town is shown too often by " << name;
  EXPECT_GT(canary_lone, lone_delta) << "the test has lost its power: " << name;
  EXPECT_GT(canary_proven, claim) << "the test has lost its power: " << name;
}

Asked Towns(const std::string& aggregate, const std::string& epsilon, const std::string& rho,
            const std::string& delta) {
  return {.sql = "SELECT town, " + aggregate + " FROM stays GROUP BY town",
          .epsilon = epsilon,
          .delta = delta,
          .rho = rho};
}

TEST(FalsifierTest, ThresholdedCounts) {
  const char* count = "COUNT(DISTINCT subject)";
  JudgeSelection("thresholded Laplace", Towns(count, "1", "", "0.01"),
                 Towns(count, "2", "", "0.01"), Towns(count, "1", "", "0.06"));
  JudgeSelection("thresholded Gaussian", Towns(count, "", "0.05", "0.01"),
                 Towns(count, "", "0.8", "0.01"), Towns(count, "", "0.05", "0.06"));
}

TEST(FalsifierTest, TruncatedGeometricSelection) {
  // Not the number of people, so that the selection has noise of its own.
  JudgeSelection("truncated geometric", Towns("SUM(nights)", "1", "", "0.01"),
                 Towns("SUM(nights)", "6", "", "0.01"), Towns("SUM(nights)", "1", "", "0.06"));
}

TEST(FalsifierTest, BoundsAreThoseOfTheBinomial) {
  // P(X >= 3 | n = 10, p) = 0.025 at p = 0.06674; P(X <= 3 | n = 10, p) = 0.025 at p = 0.65245.
  EXPECT_NEAR(ProbabilityAtLeast(3, 10, 0.025), 0.06674, 1e-5);
  EXPECT_NEAR(ProbabilityAtMost(3, 10, 0.025), 0.65245, 1e-5);
  EXPECT_EQ(ProbabilityAtLeast(0, 10, 0.025), 0);
  EXPECT_EQ(ProbabilityAtMost(10, 10, 0.025), 1);
}

}  // namespace
}  // namespace tacit
