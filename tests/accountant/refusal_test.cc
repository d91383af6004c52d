#include "accountant/refusal.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tacit {
namespace {

TEST(RefusalTest, CarriesReasonAndDetail) {
  const absl::Status status = Refuse(Reason::kBudgetExhausted, "too much",
                                     {.fix = "ask for less",
                                      .position = 7,
                                      .field = "epsilon",
                                      .requested = "0.5",
                                      .remaining = "0.2",
                                      .scope = "dataset"});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "too much; ask for less");
  EXPECT_EQ(ReasonOf(status), Reason::kBudgetExhausted);
  const RefusalDetail detail = DetailOf(status);
  EXPECT_EQ(detail.fix, "ask for less");
  EXPECT_EQ(detail.position, 7);
  EXPECT_EQ(detail.field, "epsilon");
  EXPECT_EQ(detail.requested, "0.5");
  EXPECT_EQ(detail.remaining, "0.2");
  EXPECT_EQ(detail.scope, "dataset");
  EXPECT_EQ(detail.limit, "");
}

TEST(RefusalTest, SeparatorsInADetailCannotForgeAField) {
  const absl::Status status = Refuse(Reason::kParse, "x",
                                     {.fix = "a\x1escope\x1f"
                                             "dataset\x1e"});
  EXPECT_EQ(DetailOf(status).scope, "");
  EXPECT_EQ(ReasonOf(status), Reason::kParse);
}

TEST(RefusalTest, AForeignStatusReadsAsInternal) {
  EXPECT_EQ(ReasonOf(absl::NotFoundError("elsewhere")), Reason::kInternal);
  EXPECT_EQ(DetailOf(absl::NotFoundError("elsewhere")).fix, "");
}

TEST(RefusalTest, WireNamesAreUnique) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(Reason::kInternal); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_TRUE(names.insert(std::string(ReasonName(reason))).second);
    EXPECT_NE(CodeOf(reason), absl::StatusCode::kOk);
  }
  EXPECT_EQ(KindOf(Reason::kInternal), RefusalKind::kOurs);
}

}  // namespace
}  // namespace tacit
