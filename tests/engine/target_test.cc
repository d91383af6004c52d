#include "engine/target.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/noise_view.h"
#include "engine/parse/parse.h"
#include "engine/pipeline.h"
#include "engine/plan/plan.h"
#include "engine/privacy/certify.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

constexpr double kPico = 1e-12;

struct Asked {
  std::string epsilon, delta, rho, accuracy;
};

QueryRequest RequestOf(const Asked& asked, const std::string& sql = "") {
  return {.dataset = DatasetId("visits"),
          .analyst = AnalystId("alice"),
          .sql = sql,
          .epsilon = asked.epsilon,
          .delta = asked.delta,
          .rho = asked.rho,
          .accuracy = asked.accuracy};
}

class TargetTest : public testing::Test {
 protected:
  absl::StatusOr<Offer> OfferOf(const std::string& sql, const Asked& asked) {
    TACIT_ASSIGN_OR_RETURN(const Target target, ReadTarget(RequestOf(asked)));
    TACIT_ASSIGN_OR_RETURN(const SelectStatement statement, Parse(sql));
    TACIT_ASSIGN_OR_RETURN(const BoundQuery query, Analyze(statement, schema_, {}));
    return OfferFor(target, query, schema_);
  }
  absl::StatusOr<PreparedQuery> PrepareFor(const std::string& sql, const Asked& asked) {
    return Prepare(RequestOf(asked, sql), schema_, DataVersion(1));
  }
  // The widest half width that the errors of a prepared query state.
  static double WidestOf(const PreparedQuery& query) {
    double widest = 0;
    for (const ExpectedError& error : ExpectErrors(query.plan, query.certificate)) {
      widest = std::fmax(widest, error.half_width);
    }
    return widest;
  }
  double WidestAt(const std::string& sql, int64_t pico, const std::string& delta) {
    const auto query =
        PrepareFor(sql, {.epsilon = Epsilon::FromPico(pico).ToDecimal(), .delta = delta});
    EXPECT_TRUE(query.ok()) << query.status();
    return query.ok() ? WidestOf(*query) : 0;
  }

  DatasetSchema schema_ = GoldenSchema("visits");
};

TEST_F(TargetTest, ReadsEachField) {
  const auto target = ReadTarget(RequestOf({.epsilon = "0.5", .delta = "1e-9"}));
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->epsilon->pico(), 500'000'000'000);
  EXPECT_EQ(target->delta.atto(), 1'000'000'000);
  EXPECT_FALSE(target->rho.has_value() || target->half_width.has_value());
  EXPECT_EQ(ReadTarget(RequestOf({.delta = "1e-9", .rho = "0.125"}))->rho->pico(), 125'000'000'000);
  EXPECT_EQ(ReadTarget(RequestOf({.accuracy = "2.5e1"}))->half_width, 25);
  EXPECT_EQ(ReadTarget(RequestOf({.epsilon = "1"}))->delta, Delta());
  EXPECT_EQ(ReadTarget(RequestOf({.epsilon = "1", .delta = "0"}))->delta, Delta());
}

TEST_F(TargetTest, RefusesEveryFieldThatIsNoAmount) {
  for (const char* text : {"-1", "nan", "NaN", "inf", "-inf", "1e400", "0x1", "1,5", "abc", " ",
                           " 1", "1 ", "1e", "--1"}) {
    for (const Asked& asked : {Asked{.epsilon = text}, Asked{.epsilon = "1", .delta = text},
                               Asked{.delta = "1e-9", .rho = text}, Asked{.accuracy = text}}) {
      const auto target = ReadTarget(RequestOf(asked));
      EXPECT_FALSE(target.ok()) << "\"" << text << "\" as " << (asked.accuracy == text);
      EXPECT_EQ(ReasonOf(target.status()), Reason::kPrivacyParameter) << text;
    }
  }
}

TEST_F(TargetTest, NamesTheFieldThatIsNoAmount) {
  const auto expect = [](const Asked& asked, const std::string& field) {
    const absl::Status status = ReadTarget(RequestOf(asked)).status();
    EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter);
    EXPECT_EQ(DetailOf(status).field, field) << status;
    EXPECT_NE(status.message().find(field), absl::string_view::npos) << status;
  };
  for (const char* text : {"0", "1e-7", "nan"}) {
    expect({.epsilon = text}, "epsilon");
    expect({.delta = "1e-9", .rho = text}, "rho");
  }
  for (const char* text : {"0", "1e-400", "nan", "1e400"}) expect({.accuracy = text}, "accuracy");
  for (const char* text : {"1", "nan"}) expect({.epsilon = "1", .delta = text}, "delta");
}

TEST_F(TargetTest, TakesExactlyOneTarget) {
  for (const Asked& asked :
       {Asked{}, Asked{.delta = "1e-9"}, Asked{.epsilon = "1", .delta = "1e-9", .rho = "1"},
        Asked{.epsilon = "1", .accuracy = "10"},
        Asked{.delta = "1e-9", .rho = "1", .accuracy = "9"},
        Asked{.epsilon = "1", .delta = "1e-9", .rho = "1", .accuracy = "9"}}) {
    const auto status = ReadTarget(RequestOf(asked)).status();
    EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter);
    EXPECT_EQ(DetailOf(status).field, "epsilon");
  }
  const auto status = ReadTarget(RequestOf({.rho = "1"})).status();
  EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter);
  EXPECT_EQ(DetailOf(status).field, "delta");
  EXPECT_EQ(DetailOf(ReadTarget(RequestOf({.delta = "0", .rho = "1"})).status()).field, "delta");
}

TEST_F(TargetTest, OffersEpsilonAsItIs) {
  const auto offer = OfferOf("SELECT AVG(y) FROM visits", {.epsilon = "0.3", .delta = "1e-6"});
  ASSERT_TRUE(offer.ok()) << offer.status();
  EXPECT_EQ(offer->amount.epsilon.pico(), 300'000'000'000);
  EXPECT_EQ(offer->amount.delta.atto(), 1'000'000'000'000);
  EXPECT_FALSE(offer->gaussian_only);
}

// sigma = 2 and sensitivity 1: rho = 1/8. Computed from Balle and Wang's formula with 40 digits:
// epsilon = 2.2540846 at delta = 1e-6.
TEST_F(TargetTest, PricesRhoAsBalleAndWang) {
  const auto offer =
      OfferOf("SELECT COUNT(DISTINCT subject) FROM visits", {.delta = "1e-6", .rho = "0.125"});
  ASSERT_TRUE(offer.ok()) << offer.status();
  EXPECT_TRUE(offer->gaussian_only);
  EXPECT_NEAR(static_cast<double>(offer->amount.epsilon.pico()) * kPico, 2.2540846, 1e-7);
}

TEST_F(TargetTest, RhoGivesTheNoiseThatItStandsFor) {
  for (const auto& [rho, sigma] : {std::pair{"0.005", 10.0}, {"0.00005", 100.0}}) {
    const auto query =
        PrepareFor("SELECT COUNT(DISTINCT subject) FROM visits", {.delta = "1e-6", .rho = rho});
    ASSERT_TRUE(query.ok()) << query.status();
    const CertifiedStatistic& count = query->certificate.statistics()[0];
    EXPECT_TRUE(std::holds_alternative<GaussianSigma>(count.noise));
    // Never less than asked for, but for epsilon's last digit.
    EXPECT_NEAR(ViewNoise(count, query->certificate.limits()).scale / sigma, 1, 1e-3);
  }
}

// Half of delta chooses the groups, so the noise is priced at the other half.
TEST_F(TargetTest, RhoOfPrivateGroupsIsPricedAtHalfOfDelta) {
  const auto whole = OfferOf("SELECT COUNT(*) FROM visits", {.delta = "5e-7", .rho = "0.125"});
  const auto half =
      OfferOf("SELECT COUNT(*) FROM visits GROUP BY site", {.delta = "1e-6", .rho = "0.125"});
  ASSERT_TRUE(whole.ok() && half.ok());
  EXPECT_EQ(whole->amount.epsilon, half->amount.epsilon);
  EXPECT_EQ(half->amount.delta.atto(), 1'000'000'000'000);
}

TEST_F(TargetTest, RefusesARhoWithoutPrice) {
  const auto status = OfferOf("SELECT COUNT(*) FROM visits", {.delta = "1e-9", .rho = "1000000"});
  EXPECT_EQ(ReasonOf(status.status()), Reason::kPrivacyParameter);
  EXPECT_EQ(DetailOf(status.status()).field, "rho");
}

TEST_F(TargetTest, AccuracyTakesTheLeastEpsilonToThreeDigits) {
  struct Case {
    const char* sql;
    const char* accuracy;
    const char* delta;
  };
  for (const auto& [sql, accuracy, delta] :
       {Case{"SELECT COUNT(*) FROM visits", "10", ""},
        Case{"SELECT COUNT(*), SUM(y), SUM(weight) FROM visits WHERE weight BETWEEN 0 AND 3",
             "123.4", ""},
        Case{"SELECT trt, SUM(y) FROM visits GROUP BY trt", "5000", ""},
        Case{"SELECT trt, period, COUNT(*) FROM visits GROUP BY trt, period", "40", "1e-6"},
        Case{"SELECT site, COUNT(*) FROM visits GROUP BY site", "25", "1e-9"},
        Case{"SELECT COUNT(DISTINCT site), COUNT(*) * 2 + SUM(y) FROM visits", "900", ""}}) {
    SCOPED_TRACE(sql);
    const double half_width = std::stod(accuracy);
    const auto query = PrepareFor(sql, {.delta = delta, .accuracy = accuracy});
    ASSERT_TRUE(query.ok()) << query.status();
    EXPECT_LE(WidestOf(*query), half_width);
    const auto offer = OfferOf(sql, {.delta = delta, .accuracy = accuracy});
    ASSERT_TRUE(offer.ok());
    const int64_t pico = offer->amount.epsilon.pico();
    int64_t step = 1;
    while (pico / step >= 1000) step *= 10;
    EXPECT_EQ(pico % step, 0) << pico << " has more than three digits";
    EXPECT_GT(WidestAt(sql, pico - step, delta), half_width) << pico;
  }
}

TEST_F(TargetTest, AFinerAccuracyNeverCostsLess) {
  int64_t last = 0;
  for (const char* accuracy : {"1000", "300", "100", "30", "10", "3", "1"}) {
    const auto offer = OfferOf("SELECT COUNT(*) FROM visits GROUP BY trt", {.accuracy = accuracy});
    ASSERT_TRUE(offer.ok()) << offer.status();
    EXPECT_GE(offer->amount.epsilon.pico(), last) << accuracy;
    last = offer->amount.epsilon.pico();
  }
}

// At whatever accuracy: also where noise is wider than the bounds, and where it is next to none.
TEST_F(TargetTest, PromisesNoAccuracyWhereTheDataDecides) {
  for (const char* what : {"AVG(y)", "COUNT(*), AVG(y)", "MEDIAN(y)", "VARIANCE(y)",
                           "SUM(y) / COUNT(*)", "STDDEV_POP(y)"}) {
    for (const char* accuracy : {"0.001", "10", "100000"}) {
      const auto offer =
          OfferOf(std::string("SELECT ") + what + " FROM visits", {.accuracy = accuracy});
      EXPECT_EQ(ReasonOf(offer.status()), Reason::kUnsupported)
          << what << " within " << accuracy << ": "
          << (offer.ok() ? offer->amount.epsilon.ToDecimal() : offer.status().ToString());
    }
  }
}

// What cannot be planned at any epsilon says why, not that the accuracy is wrong.
TEST_F(TargetTest, AccuracyPassesOtherRefusalsOn) {
  EXPECT_EQ(
      ReasonOf(OfferOf("SELECT COUNT(*) FROM visits GROUP BY site", {.accuracy = "10"}).status()),
      Reason::kMissingPublicValues);
  schema_.tables[0].limits = {100'000, 1'000'000};
  const auto status = OfferOf("SELECT SUM(y) FROM visits GROUP BY age", {.accuracy = "1"}).status();
  EXPECT_EQ(ReasonOf(status), Reason::kPrivacyParameter);
  EXPECT_EQ(DetailOf(status).field, "accuracy");
}

}  // namespace
}  // namespace tacit
