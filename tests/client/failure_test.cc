#include "client/failure.h"

#include <gtest/gtest.h>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

TEST(FailureTest, ReadsReasonFixPositionAndViolations) {
  const Failure failure = FailureFromStatus(
      RefusalStatus({.reason = "UNKNOWN_COLUMN",
                     .message = "there is no column \"agee\"; did you mean \"age\"",
                     .metadata = {{"position", "11"}, {"fix", "did you mean \"age\""}},
                     .violations = {{"sql", "unknown column"}}}));
  EXPECT_EQ(failure.exit_code, ExitCode::kRefused);
  EXPECT_EQ(failure.reason, "UNKNOWN_COLUMN");
  EXPECT_EQ(failure.message, "there is no column \"agee\"");
  EXPECT_EQ(failure.fix, "did you mean \"age\"");
  EXPECT_EQ(failure.position, 11u);
  ASSERT_EQ(failure.violations.size(), 1u);
  EXPECT_EQ(failure.violations[0].field, "sql");
}

TEST(FailureTest, MapsReasonsAndCodesToExitCodes) {
  const auto exit_code = [](grpc::StatusCode code, const std::string& reason) {
    return FailureFromStatus(RefusalStatus({.code = code, .reason = reason, .message = "m"}))
        .exit_code;
  };
  EXPECT_EQ(exit_code(grpc::StatusCode::FAILED_PRECONDITION, "BUDGET_EXHAUSTED"),
            ExitCode::kBudgetExhausted);
  EXPECT_EQ(exit_code(grpc::StatusCode::FAILED_PRECONDITION, "NOT_PUBLISHED"), ExitCode::kRefused);
  EXPECT_EQ(exit_code(grpc::StatusCode::RESOURCE_EXHAUSTED, "LIMIT"), ExitCode::kRefused);
  EXPECT_EQ(exit_code(grpc::StatusCode::NOT_FOUND, "NOT_FOUND"), ExitCode::kNotAllowed);
  EXPECT_EQ(exit_code(grpc::StatusCode::PERMISSION_DENIED, "PERMISSION_DENIED"),
            ExitCode::kNotAllowed);
  EXPECT_EQ(exit_code(grpc::StatusCode::UNAVAILABLE, "LEDGER_REFUSED"), ExitCode::kTrouble);
  EXPECT_EQ(exit_code(grpc::StatusCode::INTERNAL, "INTERNAL"), ExitCode::kTrouble);
}

TEST(FailureTest, ReadsAStatusWithoutDetails) {
  const Failure failure = FailureFromStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"));
  EXPECT_EQ(failure.reason, "CONNECTION");
  EXPECT_EQ(failure.message, "gone");
  EXPECT_FALSE(failure.fix.empty());
}

TEST(FailureTest, SurvivesDetailsThatAreNotAStatus) {
  const Failure failure = FailureFromStatus(
      grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "", std::string("\xff\xff\x01", 3)));
  EXPECT_EQ(failure.exit_code, ExitCode::kRefused);
  EXPECT_FALSE(failure.message.empty());
}

TEST(FailureTest, IgnoresAPositionThatIsNoNumber) {
  for (const char* text : {"", "-1", "3x", "99999999999999999999"}) {
    const Failure failure = FailureFromStatus(
        RefusalStatus({.reason = "PARSE", .message = "m", .metadata = {{"position", text}}}));
    EXPECT_FALSE(failure.position.has_value()) << text;
  }
}

}  // namespace
}  // namespace tacit::client
