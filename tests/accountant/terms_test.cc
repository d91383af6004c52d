#include "accountant/terms.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

std::string FieldRefused(const std::function<void(LineageTerms&)>& spoil) {
  LineageTerms terms = Terms();
  spoil(terms);
  const absl::Status status = ValidateTerms(terms);
  EXPECT_EQ(WhyNot(status), Reason::kPolicyInvalid);
  return DetailOf(status).field;
}

TEST(TermsTest, AcceptsTheSample) { EXPECT_TRUE(ValidateTerms(Terms()).ok()); }

TEST(TermsTest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.dataset = DatasetId(); }), "dataset");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.dataset = DatasetId("a\nb"); }), "dataset");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.privacy_unit = ""; }), "privacy_unit");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.limit = Limit(); }), "limit.epsilon");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.limit.amount.delta = Del("0.1"); }),
            "limit.delta");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.analysts[0].limit.amount.delta = Del("0.1"); }),
            "analyst ana limit.delta");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.analysts[0].per_query_max = Epsilon(); }),
            "analyst ana per_query_max");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.analysts[0].per_query_max = Eps("2.1"); }),
            "analyst ana per_query_max");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.analysts[1].analyst = kAna; }), "analyst ana");
  EXPECT_EQ(FieldRefused([](auto& terms) { terms.analysts[1].analyst = AnalystId(); }), "analyst");
  EXPECT_EQ(FieldRefused([](auto& terms) {
              terms.limit.amount.epsilon = Epsilon::FromPico(9'000'000'000'000'000'001);
            }),
            "limit");
}

TEST(TermsTest, LimitsMayChangeAndUnitAndFilterMayNot) {
  LineageTerms after = Terms();
  after.limit = Pure("0.1");
  after.analysts.clear();
  EXPECT_TRUE(CheckImmutables(Terms(), after).ok());
  after.filter = Filter::kApproximate;
  EXPECT_EQ(DetailOf(CheckImmutables(Terms(), after)).field, "filter");
  after = Terms();
  after.privacy_unit = "survey.id";
  const absl::Status status = CheckImmutables(Terms(), after);
  EXPECT_EQ(WhyNot(status), Reason::kLineageImmutable);
  EXPECT_EQ(DetailOf(status).field, "privacy_unit");
}

}  // namespace
}  // namespace tacit
