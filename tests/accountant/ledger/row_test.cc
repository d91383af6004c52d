#include "accountant/ledger/row.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

Row RowWith(RowBody body) { return {kSurvey, 1'700'000'000, "ana", std::move(body)}; }

// One row of every kind, with every field set.
std::vector<Row> EveryKind() {
  const DebitRow debit{RequestId("r1"), Sha256("a"),      Sha256("b"), Sha256("c"),
                       DataVersion(2),  PolicyVersion(3), EveryLoss(), Pure("1.3")};
  return {RowWith(PolicyRow{{PolicyVersion(1), Terms(), std::string("a\0b", 3)}}),
          RowWith(PublishRow{DataVersion(2)}),
          RowWith(debit),
          RowWith(ReuseRow{RequestId("r2"), Sha256("d"), 3, Pure("0.5")}),
          RowWith(RerunRow{RequestId("r1"), 3}),
          RowWith(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kFailure, "bytes"})};
}

TEST(RowTest, EveryKindRoundTrips) {
  const std::vector<std::string> kinds = {"POLICY", "PUBLISH", "DEBIT",
                                          "REUSE",  "RERUN",   "OUTCOME"};
  const std::vector<Row> rows = EveryKind();
  for (size_t i = 0; i < rows.size(); ++i) {
    const StoredRow stored = Encode(rows[i]);
    EXPECT_EQ(stored.kind, kinds[i]);
    const auto decoded = Decode(stored);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->lineage, kSurvey);
    EXPECT_EQ(decoded->time_seconds, 1'700'000'000);
    EXPECT_EQ(decoded->actor, "ana");
    EXPECT_EQ(decoded->body.index(), i);
    EXPECT_EQ(Encode(*decoded).payload, stored.payload);
  }
}

TEST(RowTest, FieldsComeBack) {
  const std::vector<Row> rows = EveryKind();
  const auto policy = Decode(Encode(rows[0]));
  const LineageTerms terms = std::get<PolicyRow>(policy->body).record.terms;
  EXPECT_EQ(terms.dataset, kSurvey);
  EXPECT_EQ(terms.privacy_unit, "survey:row");
  EXPECT_EQ(terms.limit, Pure("3"));
  ASSERT_EQ(terms.analysts.size(), 3u);
  EXPECT_EQ(terms.analysts[1].analyst, kBob);
  EXPECT_EQ(terms.analysts[1].per_query_max, Eps("1"));
  const auto debit = Decode(Encode(rows[2]));
  EXPECT_EQ(std::get<DebitRow>(debit->body).losses, std::get<DebitRow>(rows[2].body).losses);
  EXPECT_EQ(std::get<DebitRow>(debit->body).release_key, Sha256("c"));
  EXPECT_EQ(std::get<DebitRow>(debit->body).charged, Pure("1.3"));
}

TEST(RowTest, RefusesEveryTruncationAndExtension) {
  for (const Row& row : EveryKind()) {
    const StoredRow whole = Encode(row);
    for (size_t length = 0; length < whole.payload.size(); ++length) {
      StoredRow cut = whole;
      cut.payload.resize(length);
      ASSERT_EQ(ReasonOf(Decode(cut).status()), Reason::kLedgerRefused) << row.body.index();
    }
    StoredRow longer = whole;
    longer.payload.push_back('\0');
    EXPECT_FALSE(Decode(longer).ok());
  }
}

TEST(RowTest, NoTwoPayloadsMeanTheSameRow) {
  for (const Row& row : EveryKind()) {
    const StoredRow whole = Encode(row);
    for (size_t i = 0; i < whole.payload.size(); ++i) {
      StoredRow flipped = whole;
      flipped.payload[i] = static_cast<char>(flipped.payload[i] ^ 0x81);
      const auto decoded = Decode(flipped);
      EXPECT_TRUE(!decoded.ok() || Encode(*decoded).payload == flipped.payload) << i;
    }
  }
}

TEST(RowTest, RefusesUnknownKindsAndOtherKindsPayloads) {
  StoredRow row = Encode(EveryKind()[2]);
  row.kind = "GIFT";
  EXPECT_EQ(ReasonOf(Decode(row).status()), Reason::kLedgerRefused);
  row.kind = "PUBLISH";
  EXPECT_EQ(ReasonOf(Decode(row).status()), Reason::kLedgerRefused);
}

}  // namespace
}  // namespace tacit::ledger
