// The shared table of published and recomputed numbers. Skipped where the file is not;
// gaussian_test and selection_test hold a handful of the same numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/selection.h"
#include "tests/accountant/loss/optimal_selection.h"

namespace tacit {
namespace {

struct Vector {
  std::string name;
  std::string mechanism;
  std::string parameters;  // one JSON object without nesting, as far as these tests read it
  std::string quantity;
  double expected = 0;
  double tolerance = 0;

  std::optional<double> Find(const std::string& key) const {
    const std::string quoted = "\"" + key + "\":";
    const size_t at = parameters.find(quoted);
    if (at == std::string::npos) return std::nullopt;
    return std::strtod(parameters.c_str() + at + quoted.size(), nullptr);
  }
  double Get(const std::string& key, double otherwise) const {
    return Find(key).value_or(otherwise);
  }
};

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back().push_back(line[++i]);
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(line[i]);
    }
  }
  return fields;
}

// Where the shared table lies: below TACIT_SHARED, else beside the checkout.
class VectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* named = std::getenv("TACIT_SHARED");
    const std::string root = named != nullptr ? named : TACIT_SOURCE_DIR "/../shared";
    std::ifstream file(root + "/vectors/accounting.csv");
    if (!file) GTEST_SKIP() << "the shared vectors are not here";
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      const std::vector<std::string> fields = Fields(line);
      ASSERT_GE(fields.size(), 6u) << line;
      Vector vector{fields[0], fields[1], fields[2], fields[3], 0, 0};
      ASSERT_TRUE(absl::SimpleAtod(fields[4], &vector.expected)) << line;
      ASSERT_TRUE(absl::SimpleAtod(fields[5], &vector.tolerance)) << line;
      all_.push_back(vector);
    }
  }
  // Those of one mechanism and quantity; none at all is a failure.
  std::vector<Vector> Of(const std::string& mechanism, const std::string& quantity) const {
    std::vector<Vector> found;
    for (const Vector& vector : all_) {
      if (vector.mechanism == mechanism && vector.quantity == quantity) found.push_back(vector);
    }
    EXPECT_FALSE(found.empty()) << mechanism << " " << quantity;
    return found;
  }
  std::vector<Vector> all_;
};

Epsilon Eps(double value) { return Epsilon::FromPico(std::llround(value * 1e12)); }
Delta Del(double value) { return Delta::FromAtto(std::llround(value * 1e18)); }
double PerPartition(double total, double l0) { return -std::expm1(std::log1p(-total) / l0); }
LaplaceScale Scale(double value, int shift) {
  return {static_cast<int64_t>(std::ceil(std::ldexp(value, shift))), shift};
}

double MuOf(const Vector& v) {
  if (v.Find("mu").has_value()) return *v.Find("mu");
  const double l2 = v.Get("sens", 1) * v.Get("linf", 1) * std::sqrt(v.Get("l0", 1));
  return l2 * std::sqrt(v.Get("count", 1)) / v.Get("sigma", 0);
}

TEST_F(VectorsTest, GaussianDelta) {
  std::vector<Vector> vectors = Of("gaussian", "delta");
  const std::vector<Vector> composed = Of("gaussian_composition", "delta");
  vectors.insert(vectors.end(), composed.begin(), composed.end());
  for (const Vector& v : vectors) {
    const double upper = GaussianDeltaUpper(Eps(v.Get("eps", -1)), MuOf(v));
    EXPECT_GE(upper, v.expected * (1 - 4e-12)) << v.name;
    EXPECT_LE(upper, v.expected * (1 + 1e-9)) << v.name;
  }
}

TEST_F(VectorsTest, GaussianEpsilon) {
  for (const Vector& v : Of("gaussian", "epsilon")) {
    const std::optional<Epsilon> epsilon = GaussianEpsilonUpper(MuOf(v), Del(v.Get("delta", 0)));
    ASSERT_TRUE(epsilon.has_value()) << v.name;
    const double value = static_cast<double>(epsilon->pico()) * 1e-12;
    EXPECT_LE(value, v.expected + v.tolerance) << v.name;
    // Rows of this name went through Renyi divergences, which can only be larger.
    if (v.name.rfind("cks_", 0) == 0) continue;
    EXPECT_GE(value, v.expected - 1e-10) << v.name;
  }
}

TEST_F(VectorsTest, GaussianSigma) {
  for (const Vector& v : Of("gaussian", "sigma")) {
    const double sigma =
        v.Get("l2", 1) / GaussianMuLower(Eps(v.Get("eps", -1)), Del(v.Get("delta", 0)));
    EXPECT_GE(sigma, v.expected * (1 - 1e-10)) << v.name;
    EXPECT_LE(sigma, v.expected + v.tolerance) << v.name;
  }
}

TEST_F(VectorsTest, DiscreteGaussianDeltaIsCovered) {
  int covered = 0;
  for (const Vector& v : Of("discrete_gaussian", "delta")) {
    const double sigma = v.Get("sigma", 0);
    if (sigma != std::floor(sigma)) continue;  // noise of a tacit sum has integer sigma
    const GaussianPart part{1, std::llround(v.Get("sens", 1)), std::llround(sigma)};
    const double distance = (1 + std::exp(v.Get("eps", 0))) / (24 * sigma * sigma);
    const double upper = DiscreteGaussianDeltaUpper({part}, Eps(v.Get("eps", -1)));
    EXPECT_GE(upper, v.expected) << v.name;
    EXPECT_LE(upper, v.expected + 2 * distance) << v.name;
    ++covered;
  }
  EXPECT_GE(covered, 3);
}

// Continuous thresholds, met by discrete noise on a grid of 2^-20 of a count.
TEST_F(VectorsTest, LaplaceThreshold) {
  for (const Vector& v : Of("laplace_threshold", "threshold")) {
    if (v.expected < 1) continue;  // below what one unit adds; gaps here are positive
    const double l0 = v.Get("l0", 1);
    const LaplaceScale scale = Scale(l0 / v.Get("eps", 0) * 0x1p20, 10);
    const auto gap = LaplaceGapFor(scale, PerPartition(v.Get("delta", 0), l0));
    ASSERT_TRUE(gap.has_value()) << v.name;
    EXPECT_NEAR(1 + std::ldexp(*gap, -20), v.expected, v.tolerance) << v.name;
  }
}

TEST_F(VectorsTest, DiscreteLaplaceThreshold) {
  for (const Vector& v : Of("discrete_laplace_threshold", "delta")) {
    const bool passes = v.parameters.find("noisy > T") != std::string::npos;
    const int64_t gap = std::llround(v.Get("T", 0) - v.Get("linf", 0)) + (passes ? 1 : 0);
    EXPECT_NEAR(LaplaceTailUpper(Scale(v.Get("scale", 0), 0), gap), v.expected, v.tolerance);
  }
}

TEST_F(VectorsTest, GaussianThreshold) {
  for (const Vector& v : Of("gaussian_threshold", "threshold")) {
    const double l0 = v.Get("l0", 1);
    double sigma = v.Get("sigma", 0);
    double of_threshold = v.Get("delta_thr", 0);
    if (sigma == 0) {  // half of delta for the noise, half for the threshold
      of_threshold = v.Get("delta", 0) / 2;
      sigma = std::sqrt(l0) / GaussianMuLower(Eps(v.Get("eps", -1)), Del(of_threshold));
    }
    const auto gap = GaussianGapFor({std::llround(sigma * 0x1p20)}, PerPartition(of_threshold, l0));
    ASSERT_TRUE(gap.has_value()) << v.name;
    EXPECT_NEAR(1 + std::ldexp(*gap, -20), v.expected, v.tolerance + 2e-6) << v.name;
  }
}

TEST_F(VectorsTest, TruncatedGeometricKeepsAtMostTheOptimum) {
  for (const Vector& v : Of("truncated_geometric", "P_keep")) {
    const double l0 = v.Get("l0", 1);
    const double target = PerPartition(v.Get("delta", 0), l0);
    const int64_t units = std::llround(v.Get("n", 0));
    const double e = v.Get("eps", 0) / l0;
    // Wider than any scale that fits: as wide as fits then, which is as good as no epsilon at all.
    const LaplaceScale scale = e > 1e-9 ? Scale(1 / e, 30) : LaplaceScale{int64_t{1} << 61, 0};
    EXPECT_NEAR(OptimalKeep(e, target, units), v.expected, v.tolerance + 1e-12) << v.name;
    const auto bound = TruncationFor(scale, target);
    ASSERT_TRUE(bound.has_value()) << v.name;
    const TruncatedGeometricLoss loss{1, scale, *bound, Delta::FromAtto(1)};
    const double kept = KeepProbability(loss, units);
    EXPECT_LE(kept, v.expected + 1e-12) << v.name;
    EXPECT_NEAR(kept, OptimalKeep(e, KeepProbability(loss, 1), units), 1e-8) << v.name;
  }
}

}  // namespace
}  // namespace tacit
