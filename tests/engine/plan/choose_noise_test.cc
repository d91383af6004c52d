#include "engine/plan/choose_noise.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/noise_view.h"
#include "engine/parse/parse.h"
#include "engine/plan/plan.h"
#include "engine/privacy/certify.h"
#include "gtest/gtest.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

constexpr int64_t kOne = 1'000'000'000'000;
const Delta kDelta = Delta::FromAtto(1'000'000'000);  // 1e-9

absl::StatusOr<QueryPlan> PlanOf(const std::string& sql, const Offer& offer,
                                 const DatasetSchema& schema) {
  TACIT_ASSIGN_OR_RETURN(const SelectStatement statement, Parse(sql));
  TACIT_ASSIGN_OR_RETURN(const BoundQuery query, Analyze(statement, schema, {}));
  return Plan(query, schema, offer);
}

class ChooseNoiseTest : public testing::Test {
 protected:
  QueryPlan Ok(const std::string& sql, const Offer& offer) const {
    const auto plan = PlanOf(sql, offer, schema_);
    EXPECT_TRUE(plan.ok()) << sql << plan.status();
    return plan.ok() ? *plan : QueryPlan();
  }
  static Offer OfferOf(int64_t pico, Delta delta = Delta()) {
    return {.amount = {Epsilon::FromPico(pico), delta}};
  }
  static int64_t SumOfShares(const MeasureNode& measure) {
    int64_t total = measure.selection.has_value() ? measure.selection->epsilon.pico() : 0;
    for (const Statistic& statistic : measure.statistics) total += statistic.epsilon.pico();
    return total;
  }
  void AllowManyGroups(int64_t groups) {
    schema_.tables[0].limits.groups_per_unit_max = groups;
    for (ColumnSchema& column : schema_.tables[0].columns) {
      if (column.name != "period") continue;
      column.public_values.clear();
      for (int64_t value = 0; value < groups; ++value) column.public_values.emplace_back(value);
    }
  }
  std::string ManySums(int count) const {
    std::string sql = "SELECT COUNT(*)";
    for (int i = 1; i < count; ++i) sql += ", SUM(y + " + std::to_string(i) + ")";
    return sql + " FROM visits";
  }

  DatasetSchema schema_ = GoldenSchema("wards");
};

TEST_F(ChooseNoiseTest, SharesAddUpToEpsilonExactly) {
  for (const std::string tail :
       {"FROM visits", "FROM visits GROUP BY trt", "FROM visits GROUP BY site"}) {
    for (const char* what :
         {"COUNT(*)", "AVG(y)", "AVG(y), COUNT(*), SUM(age)", "VARIANCE(age), AVG(age), SUM(y)",
          "COUNT(DISTINCT subject), AVG(y)", "COUNT(DISTINCT ward), COUNT(DISTINCT subject)"}) {
      for (const int64_t pico : {int64_t{1001}, kOne / 3, kOne, 7 * kOne, 9'000'000 * kOne}) {
        const std::string sql = std::string("SELECT ") + what + " " + tail;
        const QueryPlan plan = Ok(sql, OfferOf(pico, kDelta));
        EXPECT_EQ(SumOfShares(plan.measure), pico) << sql;
        for (const Statistic& statistic : plan.measure.statistics) {
          EXPECT_GT(statistic.epsilon.pico(), 0) << sql;
        }
      }
    }
  }
}

// Independent answers of one statistic each: nothing speaks for one of them.
TEST_F(ChooseNoiseTest, IndependentAnswersShareEqually) {
  for (const int64_t pico : {kOne, kOne / 7, 9 * kOne + 1}) {
    const QueryPlan plan =
        Ok("SELECT COUNT(*), SUM(y), SUM(age), SUM(y + age) FROM visits "
           "GROUP BY trt",
           OfferOf(pico));
    for (size_t i = 1; i < 4; ++i) {
      EXPECT_EQ(plan.measure.statistics[i].epsilon.pico(), pico / 4) << pico;
    }
  }
}

// Of x - centre the noise is half the range, of the count a quarter of it moves the mean.
TEST_F(ChooseNoiseTest, AMeanGivesItsSumTheLargerShare) {
  const MeasureNode measure = Ok("SELECT AVG(y) FROM visits", OfferOf(kOne)).measure;
  ASSERT_EQ(measure.statistics.size(), 2u);
  const double sum = static_cast<double>(measure.statistics[0].epsilon.pico());
  const double count = static_cast<double>(measure.statistics[1].epsilon.pico());
  EXPECT_NEAR(sum / count, std::sqrt(2.0), 1e-3);
}

// By the derivatives at two fifths of the bounds, by which the interval of a correlation grows.
TEST_F(ChooseNoiseTest, ACorrelationGivesTheProductsTheLargestShare) {
  const MeasureNode measure = Ok("SELECT CORR(y, age) FROM visits", OfferOf(kOne)).measure;
  ASSERT_EQ(measure.statistics.size(), 6u);
  const int64_t products = measure.statistics[3].epsilon.pico();
  for (const size_t other : {0, 1, 2, 4, 5}) {
    EXPECT_LT(measure.statistics[other].epsilon.pico(), products) << other;
    EXPECT_GT(measure.statistics[other].epsilon.pico(), kOne / 20) << other;
  }
}

TEST_F(ChooseNoiseTest, WithoutDeltaTheNoiseIsLaplace) {
  AllowManyGroups(100);
  for (const std::string& sql :
       {ManySums(50), "SELECT COUNT(*) FROM visits GROUP BY period" + std::string()}) {
    const MeasureNode measure = Ok(sql, OfferOf(kOne)).measure;
    EXPECT_EQ(measure.noise, NoiseKind::kLaplace);
    EXPECT_EQ(measure.noise_delta, Delta());
    EXPECT_FALSE(measure.selection.has_value());
  }
}

TEST_F(ChooseNoiseTest, ManySumsOrGroupsTakeGaussianNoiseAndOneCountDoesNot) {
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits", OfferOf(kOne, kDelta)).measure.noise,
            NoiseKind::kLaplace);
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits", OfferOf(kOne, kDelta)).measure.noise_delta, Delta());
  EXPECT_EQ(Ok(ManySums(40), OfferOf(kOne, kDelta)).measure.noise, NoiseKind::kGaussian);
  EXPECT_EQ(Ok(ManySums(40), OfferOf(kOne, kDelta)).measure.noise_delta, kDelta);
  AllowManyGroups(100);
  const std::string grouped = "SELECT COUNT(*) FROM visits GROUP BY period";
  EXPECT_EQ(Ok(grouped, OfferOf(kOne, kDelta)).measure.noise, NoiseKind::kGaussian);
  // A delta too small for Gaussian noise to be the better one.
  EXPECT_EQ(Ok(ManySums(4), OfferOf(kOne, Delta::FromAtto(1))).measure.noise, NoiseKind::kLaplace);
}

TEST_F(ChooseNoiseTest, AnEpsilonThatLeavesAShareOfNothingIsRefused) {
  const auto why_not = [&](const std::string& sql, int64_t pico) {
    const auto status = PlanOf(sql, OfferOf(pico, kDelta), schema_).status();
    EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter) << sql;
    EXPECT_EQ(DetailOf(status).field, "epsilon");
    return std::string(status.message());
  };
  const std::string two_ways = "epsilon is too small to be split 2 ways; give a larger epsilon";
  EXPECT_EQ(why_not(ManySums(2), 1), two_ways);
  EXPECT_EQ(why_not("SELECT COUNT(*) FROM visits GROUP BY site", 1), two_ways);
  EXPECT_EQ(why_not("SELECT COUNT(*) FROM visits", 0), "epsilon is 0; give a larger epsilon");
}

TEST_F(ChooseNoiseTest, RhoMeansGaussianNoiseAlone) {
  Offer offer = OfferOf(kOne, kDelta);
  offer.gaussian_only = true;
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits", offer).measure.noise, NoiseKind::kGaussian);
  EXPECT_EQ(Ok("SELECT COUNT(*) FROM visits GROUP BY site", offer).measure.noise,
            NoiseKind::kGaussian);
  offer.amount.delta = Delta();
  const auto status = PlanOf("SELECT COUNT(*) FROM visits", offer, schema_).status();
  EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter);
  EXPECT_EQ(DetailOf(status).field, "delta");
}

TEST_F(ChooseNoiseTest, ACountOfUnitsChoosesGroupsAtNoFurtherEpsilon) {
  const MeasureNode by_count =
      Ok("SELECT SUM(y), COUNT(DISTINCT subject) FROM visits GROUP BY site", OfferOf(kOne, kDelta))
          .measure;
  ASSERT_TRUE(by_count.selection.has_value());
  EXPECT_EQ(by_count.selection->count, 1);
  EXPECT_EQ(by_count.selection->epsilon, Epsilon());
  EXPECT_EQ(by_count.selection->delta, kDelta);
  EXPECT_GT(by_count.statistics[1].epsilon, by_count.statistics[0].epsilon) << "it has two uses";
  // Where the unit is the row, COUNT(*) counts units.
  DatasetSchema rows = schema_;
  rows.tables[0].unit_column.reset();
  const auto plan =
      PlanOf("SELECT COUNT(*) FROM visits GROUP BY site", OfferOf(kOne, kDelta), rows);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->measure.selection->count, 0);
  EXPECT_EQ(plan->measure.statistics[0].epsilon.pico(), kOne);
}

TEST_F(ChooseNoiseTest, OtherwiseASelectionOfItsOwnGetsAShare) {
  for (const char* what : {"COUNT(*)", "SUM(y)", "COUNT(DISTINCT ward)", "COUNT(ward)"}) {
    const std::string sql = std::string("SELECT ") + what + " FROM visits GROUP BY site";
    const MeasureNode measure = Ok(sql, OfferOf(kOne, kDelta)).measure;
    ASSERT_TRUE(measure.selection.has_value()) << sql;
    EXPECT_EQ(measure.selection->count, -1) << sql;
    EXPECT_GT(measure.selection->epsilon.pico(), kOne / 10) << sql;
    EXPECT_GT(measure.statistics[0].epsilon.pico(), kOne / 10) << sql;
    EXPECT_EQ(measure.selection->delta, kDelta) << sql;
  }
}

// Under Gaussian noise the delta is shared as well, and no more than all of it is given away.
TEST_F(ChooseNoiseTest, DeltaIsSharedByNoiseAndSelection) {
  schema_.tables[0].limits.groups_per_unit_max = 100;
  for (const int64_t atto : {int64_t{1'000'000'001}, int64_t{3'000'000'000'000}}) {
    const MeasureNode measure =
        Ok("SELECT COUNT(*) FROM visits GROUP BY site", OfferOf(kOne, Delta::FromAtto(atto)))
            .measure;
    EXPECT_EQ(measure.noise, NoiseKind::kGaussian);
    EXPECT_EQ(measure.noise_delta.atto() + measure.selection->delta.atto(), atto);
    EXPECT_GT(measure.noise_delta.atto(), 0);
    EXPECT_GT(measure.selection->delta.atto(), 0);
  }
}

TEST_F(ChooseNoiseTest, RefusesAnEpsilonThatCannotBeSplit) {
  const auto status_of = [&](const std::string& sql, int64_t pico) {
    return PlanOf(sql, OfferOf(pico, kDelta), schema_).status();
  };
  for (const auto& status :
       {status_of("SELECT COUNT(*) FROM visits", 0), status_of("SELECT AVG(y) FROM visits", 1),
        status_of("SELECT COUNT(*) FROM visits GROUP BY site", 1)}) {
    EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter) << status;
    EXPECT_EQ(DetailOf(status).field, "epsilon");
  }
}

// The planner's objective, recomputed from the certificate: the logarithm of the product over all
// answers of their interval widths at 1,000 rows a quarter into the bounds, times the number of
// units at which a group is shown half of the time. By scales, since half widths are whole.
double ObjectiveOf(const QueryPlan& plan, const DatasetSchema& schema, const Offer& offer) {
  const auto certificate = Certify(plan, schema, offer.amount, DataVersion(1), "");
  EXPECT_TRUE(certificate.ok()) << certificate.status();
  if (!certificate.ok()) return 0;
  double total = 0;
  for (const Answer& answer : plan.present.answers) {
    std::vector<Estimate> estimates;
    for (const int index : answer.statistics) {
      const Statistic& statistic = plan.measure.statistics[index];
      const bool is_value = plan.measure.features[statistic.feature].kind == FeatureKind::kValue &&
                            statistic.kind == MeasureKind::kSum;
      const double value = is_value ? 0.75 * statistic.bounds.lower +
                                          0.25 * statistic.bounds.upper - statistic.centre
                                    : 1;
      const CertifiedStatistic& certified = certificate->statistics()[index];
      const bool is_gaussian = std::holds_alternative<GaussianSigma>(certified.noise);
      const double h =
          ViewNoise(certified, certificate->limits()).scale * (is_gaussian ? 1.96 : std::log(20.0));
      estimates.push_back({1000 * value, 1000 * value - h, 1000 * value + h});
    }
    const Estimate answered = answer.function(estimates, answer.parameters);
    total += std::log(answered.high - answered.low);
  }
  if (certificate->selection().has_value()) {
    total += std::log(ViewSelection(*certificate).units_for_half);
  }
  return total;
}

struct Splittable {
  const char* sql;
  int64_t pico;
  Delta delta;
};

TEST_F(ChooseNoiseTest, NoRandomSplitIsMuchBetter) {
  // Whole thresholds and the curvature of a quotient blur the objective.
  constexpr double kTolerance = 0.02;
  std::mt19937 random(5);
  std::exponential_distribution<double> part;
  const Splittable cases[] = {
      {"SELECT AVG(y) FROM visits", kOne, Delta()},
      {"SELECT AVG(y), COUNT(*), SUM(age * 100) FROM visits", kOne, Delta()},
      {"SELECT trt, AVG(age), AVG(y) FROM visits GROUP BY trt", 2 * kOne, Delta()},
      {"SELECT VARIANCE(y) FROM visits", kOne, Delta()},
      {"SELECT VARIANCE(y), AVG(y), COUNT(*) FROM visits", kOne, Delta()},
      {"SELECT site, AVG(y) FROM visits GROUP BY site", kOne / 2, kDelta},
      {"SELECT site, SUM(y), COUNT(DISTINCT subject) FROM visits GROUP BY site", kOne / 2, kDelta},
  };
  for (const Splittable& asked : cases) {
    const Offer offer = OfferOf(asked.pico, asked.delta);
    const QueryPlan chosen = Ok(asked.sql, offer);
    const double best = ObjectiveOf(chosen, schema_, offer);
    double least = 1e300, most = -1e300;
    for (int trial = 0; trial < 200; ++trial) {
      QueryPlan other = chosen;
      MeasureNode& measure = other.measure;
      const bool own = measure.selection.has_value() && measure.selection->count < 0;
      std::vector<double> parts;
      double total = 0;
      for (size_t i = 0; i < measure.statistics.size() + own; ++i) {
        total += parts.emplace_back(0.05 + part(random));
      }
      const auto pico = [&](size_t i) {
        return Epsilon::FromPico(
            static_cast<int64_t>(static_cast<double>(asked.pico) * parts[i] / total) - 1);
      };
      for (size_t i = 0; i < measure.statistics.size(); ++i) {
        measure.statistics[i].epsilon = pico(i);
      }
      if (own) measure.selection->epsilon = pico(measure.statistics.size());
      const double objective = ObjectiveOf(other, schema_, offer);
      least = std::min(least, objective);
      most = std::max(most, objective);
    }
    EXPECT_LE(best, least + kTolerance) << asked.sql;
    EXPECT_GT(most, best + 10 * kTolerance) << asked.sql << ": the test has no power";
  }
}

// The kind that was chosen is the one whose certificate states the smaller error.
TEST_F(ChooseNoiseTest, TheKindChosenIsTheBetterOne) {
  for (const int64_t groups : {2, 10, 40, 100}) {
    AllowManyGroups(groups);
    for (const std::string sql : {"SELECT COUNT(*) FROM visits GROUP BY period",
                                  "SELECT AVG(y), COUNT(*) FROM visits GROUP BY period"}) {
      const Offer offer = OfferOf(kOne, Delta::FromAtto(1'000'000'000'000));
      Offer gaussian = offer;
      gaussian.gaussian_only = true;
      const double of_gaussian = ObjectiveOf(Ok(sql, gaussian), schema_, offer);
      const double of_laplace = ObjectiveOf(Ok(sql, OfferOf(kOne)), schema_, offer);
      const double of_chosen = ObjectiveOf(Ok(sql, offer), schema_, offer);
      EXPECT_LE(of_chosen, std::min(of_gaussian, of_laplace) + 0.05) << sql << groups;
    }
  }
}

// The same for a private key, where the selection's share is lost to the noise.
TEST_F(ChooseNoiseTest, TheKindChosenForPrivateGroupsIsTheBetterOne) {
  const Offer offer = OfferOf(kOne, Delta::FromAtto(1'000'000'000'000));
  for (const int64_t groups : {1, 4, 8, 12, 16, 20, 25, 30, 40, 60, 100}) {
    schema_.tables[0].limits.groups_per_unit_max = groups;
    for (const std::string sql : {"SELECT COUNT(*) FROM visits GROUP BY site",
                                  "SELECT COUNT(DISTINCT subject) FROM visits GROUP BY site"}) {
      const QueryPlan chosen = Ok(sql, offer);
      QueryPlan laplace = chosen;
      laplace.measure.noise = NoiseKind::kLaplace;
      laplace.measure.noise_delta = Delta();
      laplace.measure.selection->delta = offer.amount.delta;
      EXPECT_LE(ObjectiveOf(chosen, schema_, offer), ObjectiveOf(laplace, schema_, offer) + 0.05)
          << sql << " with " << groups << " groups a unit";
    }
  }
}

}  // namespace
}  // namespace tacit
