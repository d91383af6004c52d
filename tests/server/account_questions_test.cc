#include "server/account_questions.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"

namespace tacit {
namespace {

bool Says(const absl::StatusOr<std::string>& answer, const std::string& text) {
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() && answer->find(text) != std::string::npos;
}

TEST(AccountQuestionsTest, CostsOnEveryTrack) {
  const auto answer = CostOf({.epsilon = "1"});
  EXPECT_TRUE(Says(answer, "epsilon    1\n"));
  EXPECT_TRUE(Says(answer, "rho        0.46211715")) << *answer;
  const auto gaussian = CostOf({.delta = "1e-6", .sigma = 4.2246789});
  EXPECT_TRUE(Says(gaussian, "epsilon    1.000")) << *gaussian;
  EXPECT_TRUE(Says(gaussian, "rho        0.0280144")) << *gaussian;
}

// Published: 0.94687 with fine steps.
TEST(AccountQuestionsTest, PricesATrainingJob) {
  const auto cost = CostOf({.delta = "1e-5", .sigma = 4, .q = 0.01, .steps = 10000});
  EXPECT_TRUE(Says(cost, "epsilon    0.9468"));
  EXPECT_TRUE(Says(cost, ", delta 0.00001\n"));
  EXPECT_TRUE(Says(cost, "rho        312.5000"));  // 10,000 / (2 * 4^2): sampling is no help there
  EXPECT_TRUE(Says(cost, "renyi(8)   0.25899"));
}

// Sixty-four of 0.02 are 1.28 by their sum; one Gaussian of sigma 4 is 64 of sigma 32.
TEST(AccountQuestionsTest, PricesWhatIsCommittedToTogether) {
  const auto laplace = CostOf({.epsilon = "0.02", .delta = "1e-6", .together = 64});
  EXPECT_TRUE(Says(laplace, "Laplace    epsilon 0.6")) << *laplace;
  EXPECT_TRUE(Says(laplace, "sum        epsilon 1.28\n")) << *laplace;
  const auto one = CostOf({.delta = "1e-6", .sigma = 4, .together = 1});
  const auto many = CostOf({.delta = "1e-6", .sigma = 32, .together = 64});
  ASSERT_TRUE(one.ok() && many.ok());
  EXPECT_EQ(one->substr(0, 24), many->substr(0, 24));  // "Gaussian   epsilon 1.06"
}

TEST(AccountQuestionsTest, FindsTheNoise) {
  EXPECT_TRUE(Says(NoiseFor({.epsilon = "0.5"}), "Laplace    scale 2 "));
  EXPECT_TRUE(Says(NoiseFor({.epsilon = "1", .delta = "1e-6"}), "Gaussian   sigma 4.22467"));
  EXPECT_TRUE(
      Says(NoiseFor({.epsilon = "1", .delta = "1e-5", .q = 0.01, .steps = 1000}), "at every step"));
}

// accounting of published capacities: sigma 30 and 100 at (1, 1e-6), sigma 10 at (4, 1e-6).
TEST(AccountQuestionsTest, CountsWhatFits) {
  const auto fits = [](double sigma, const std::string& epsilon) {
    return HowManyFit({.sigma = sigma, .budget_epsilon = epsilon, .budget_delta = "1e-6"});
  };
  EXPECT_TRUE(Says(fits(30, "1"), "such queries that fit: 41\n"));
  EXPECT_TRUE(Says(fits(100, "1"), "such queries that fit: 458\n"));
  EXPECT_TRUE(Says(fits(10, "4"), "such queries that fit: 58\n"));
  EXPECT_TRUE(Says(HowManyFit({.epsilon = "0.3", .budget_epsilon = "4", .budget_delta = "1e-6"}),
                   "such queries that fit: 13\n"));
  EXPECT_TRUE(
      Says(HowManyFit({.epsilon = "0.1", .budget_epsilon = "1"}), "such queries that fit: 10\n"));
  EXPECT_TRUE(Says(HowManyFit({.sigma = 10, .budget_epsilon = "1"}), "such queries that fit: 0\n"));
  EXPECT_TRUE(
      Says(HowManyFit({.sigma = 10, .budget_rho = "0.0501"}), "such queries that fit: 10\n"));
}

TEST(AccountQuestionsTest, CountsTheStepsAndTheJobsThatFit) {
  AccountQuestion question{
      .delta = "1e-6", .sigma = 4, .q = 0.01, .budget_epsilon = "1", .budget_delta = "1e-5"};
  const auto steps = HowManyFit(question);
  ASSERT_TRUE(Says(steps, "steps of one lease that fit: "));
  question.steps = std::stoll(steps->substr(steps->find(": ") + 2));
  EXPECT_GT(question.steps, 1000);
  EXPECT_TRUE(Says(HowManyFit(question), "such queries that fit: 1\n"));
  ++question.steps;
  EXPECT_TRUE(Says(HowManyFit(question), "such queries that fit: 0\n"));
  question.budget_delta.clear();
  question.steps = 0;
  EXPECT_TRUE(Says(HowManyFit(question), "that fit: 0\n"));  // the pure filter has no delta
}

TEST(AccountQuestionsTest, NamesTheOptionThatIsWrong) {
  const auto field = [](const absl::StatusOr<std::string>& answer) {
    EXPECT_EQ(ReasonOf(answer.status()), Reason::kPrivacyParameter);
    return DetailOf(answer.status()).field;
  };
  EXPECT_EQ(field(CostOf({})), "--sigma");
  EXPECT_EQ(field(CostOf({.epsilon = "-1"})), "--epsilon");
  EXPECT_EQ(field(CostOf({.sigma = 1, .q = 2, .steps = 5})), "--q");
  EXPECT_EQ(field(CostOf({.sigma = 1, .q = 0.5})), "--steps");
  EXPECT_EQ(field(CostOf({.sigma = 1, .q = 0.5, .steps = 5})), "--delta");
  EXPECT_EQ(field(CostOf({.delta = "1e-6", .sigma = 1, .q = 0.5, .steps = 5, .together = 2})),
            "--together");
  EXPECT_EQ(field(CostOf({.epsilon = "1", .together = 2})), "--delta");
  EXPECT_EQ(field(CostOf({.delta = "1e-6", .together = 2})), "--sigma");
  EXPECT_EQ(field(CostOf({.epsilon = "1", .delta = "1e-6", .together = -1})), "--together");
  EXPECT_EQ(field(NoiseFor({})), "--epsilon");
  EXPECT_EQ(field(NoiseFor({.epsilon = "1", .delta = "1"})), "--delta");
  EXPECT_EQ(field(HowManyFit({.epsilon = "1"})), "--budget-epsilon");
  EXPECT_EQ(field(HowManyFit({.epsilon = "1", .budget_rho = "x"})), "--budget-rho");
}

}  // namespace
}  // namespace tacit
