#include "server/error_door.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "tests/server/running_server.h"

namespace tacit {
namespace {

TEST(ErrorDoorTest, ARefusalKeepsTextReasonAndPlace) {
  const Failure failure =
      ReadFailure(ToGrpc(Refuse(Reason::kUnknownColumn, "column \"agee\" does not exist",
                                {.fix = "did you mean \"age\"?", .position = 7})));
  EXPECT_EQ(failure.code, grpc::INVALID_ARGUMENT);
  EXPECT_EQ(failure.reason, "UNKNOWN_COLUMN");
  EXPECT_EQ(failure.metadata.at("position"), "7");
  EXPECT_EQ(failure.message, "column \"agee\" does not exist; did you mean \"age\"?");
}

// Whatever went wrong inside, the caller reads one sentence and a reference that tells nothing.
TEST(ErrorDoorTest, OurFailuresShowNoCause) {
  for (const absl::Status& status :
       {absl::InternalError("row 17 holds 'HIV'"), absl::UnknownError("disk I/O error"),
        Refuse(Reason::kInternal, "secret"), absl::InvalidArgumentError("not one of ours")}) {
    const Failure failure = ReadFailure(ToGrpc(status));
    EXPECT_EQ(failure.code, grpc::INTERNAL);
    EXPECT_EQ(failure.message.substr(0, 20), "internal error; ref ");
    EXPECT_EQ(failure.message.size(), 36u);
    EXPECT_EQ(failure.reason, "INTERNAL");
  }
}

TEST(ErrorDoorTest, AStoredFailureKeepsItsReference) {
  EXPECT_EQ(ReadFailure(ToGrpc(StoredFailure("0011223344556677"))).message,
            "internal error; ref 0011223344556677");
  EXPECT_NE(NewReference(), NewReference());
}

TEST(ErrorDoorTest, EveryReasonHasItsCode) {
  EXPECT_EQ(ToGrpc(Refuse(Reason::kBudgetExhausted, "x")).error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(ToGrpc(Refuse(Reason::kLimit, "x")).error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ToGrpc(Refuse(Reason::kRequestInFlight, "x")).error_code(), grpc::ABORTED);
  EXPECT_EQ(ToGrpc(Refuse(Reason::kLedgerUnavailable, "x")).error_code(), grpc::UNAVAILABLE);
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
}

}  // namespace
}  // namespace tacit
