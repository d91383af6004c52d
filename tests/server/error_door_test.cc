#include "server/error_door.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_split.h"
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

// The table that clients are pointed to names every reason, with the status it comes with.
TEST(ErrorDoorTest, TheReadmeListsEveryReason) {
  std::ostringstream text;
  text << std::ifstream(TACIT_SOURCE_DIR "/server/README.md").rdbuf();
  std::istringstream lines(text.str());
  std::map<std::string, std::string> status_of;
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    if (cells.size() != 3 || line[0] != '|') continue;
    for (const auto& reason : absl::StrSplit(cells[0].substr(2), ", ")) {
      status_of[std::string(reason)] = cells[1];
    }
  }
  const std::pair<std::string, absl::StatusCode> reasons[] = {
#define TACIT_REASON_ROW(enumerator, name, code, kind) {name, absl::StatusCode::code},
      TACIT_REASONS(TACIT_REASON_ROW)
#undef TACIT_REASON_ROW
  };
  for (const auto& [name, code] : reasons) {
    EXPECT_EQ(status_of[name], absl::StatusCodeToString(code)) << name;
  }
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
