#include "accountant/ledger/row.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

Row Late(RowBody body) {
  return {LineageId("people"), kSurvey, 1'700'000'000, "ana", std::move(body)};
}

// Terms with every field set.
LineageTerms FullTerms() {
  LineageTerms terms = Terms();
  terms.limit.rho = Rho::FromPico(5);
  terms.limit.orders = {{8, Divergence::FromPico(7)}};
  terms.roles = {{"interns", {kAna, kBob}, Pure("1.5")}};
  terms.periods = {{"role:interns", 30, Pure("0.25")}};
  terms.partition = {"sex{F,M}", 4};
  return terms;
}

// One row of every kind, with every field set.
std::vector<Row> EveryKind() {
  const TrackAmounts amounts = {{Divergence::FromPico(9), Delta::FromAtto(4)}, Unbounded()};
  const DebitRow debit{RequestId("r1"),  Sha256("a"), Sha256("b"), Sha256("c"), DataVersion(2),
                       PolicyVersion(3), EveryLoss(), {1, 3},      Pure("1.3"), amounts};
  const Track renyi{TrackKind::kRenyi, 23};
  return {Late(PolicyRow{{PolicyVersion(1), FullTerms(), std::string("a\0b", 3)},
                         {Track(), renyi},
                         {amounts, {}}}),
          Late(PublishRow{DataVersion(2)}),
          Late(GrantRow{{kAna, Pure("2"), Eps("1")}, amounts, PolicyVersion(1), "because"}),
          Late(LimitRow{"role:interns per 30 days", Pure("2"), amounts, PolicyVersion(1), "why"}),
          Late(StatusRow{DatasetStatus::kRetired, PolicyVersion(1), "over"}),
          Late(debit),
          Late(ReuseRow{RequestId("r2"), Sha256("d"), 3, {1}, Pure("0.5"), amounts}),
          Late(RerunRow{RequestId("r1"), 3}),
          Late(OutcomeRow{RequestId("r1"), 3, OutcomeKind::kFailure, "bytes"}),
          Late(LeaseRow{debit, JobId("night run"), 500})};
}

TEST(RowTest, EveryKindRoundTrips) {
  const std::vector<std::string> kinds = {"POLICY", "PUBLISH", "GRANT", "LIMIT",   "STATUS",
                                          "DEBIT",  "REUSE",   "RERUN", "OUTCOME", "LEASE"};
  const std::vector<Row> rows = EveryKind();
  for (size_t i = 0; i < rows.size(); ++i) {
    const StoredRow stored = Encode(rows[i]);
    EXPECT_EQ(stored.kind, kinds[i]);
    const auto decoded = Decode(stored);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->lineage, LineageId("people"));
    EXPECT_EQ(decoded->dataset, kSurvey);
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
  EXPECT_EQ(terms.lineage, LineageId("people"));
  EXPECT_EQ(terms.limit, FullTerms().limit);
  EXPECT_EQ(terms.roles[0].members[1], kBob);
  EXPECT_EQ(terms.periods[0].days, 30);
  EXPECT_EQ(terms.partition.cells, 4);
  EXPECT_EQ(terms.privacy_unit, "survey:row");
  ASSERT_EQ(terms.analysts.size(), 3u);
  EXPECT_EQ(terms.analysts[1].analyst, kBob);
  EXPECT_EQ(terms.analysts[1].per_query_max, Eps("1"));
  const auto debit = Decode(Encode(rows[5]));
  EXPECT_EQ(std::get<DebitRow>(debit->body).losses, std::get<DebitRow>(rows[5].body).losses);
  EXPECT_EQ(std::get<DebitRow>(debit->body).release_key, Sha256("c"));
  EXPECT_EQ(std::get<DebitRow>(debit->body).charged, Pure("1.3"));
  EXPECT_EQ(std::get<DebitRow>(debit->body).by_track[1], Unbounded());
  EXPECT_EQ(std::get<DebitRow>(debit->body).cells, (std::vector<int64_t>{1, 3}));
  const auto lease = Decode(Encode(rows[9]));
  EXPECT_EQ(std::get<LeaseRow>(lease->body).debit.charged, Pure("1.3"));
  EXPECT_EQ(std::get<LeaseRow>(lease->body).job, JobId("night run"));
  EXPECT_EQ(std::get<LeaseRow>(lease->body).steps, 500);
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
  StoredRow row = Encode(EveryKind()[5]);
  row.kind = "GIFT";
  EXPECT_EQ(ReasonOf(Decode(row).status()), Reason::kLedgerRefused);
  row.kind = "PUBLISH";
  EXPECT_EQ(ReasonOf(Decode(row).status()), Reason::kLedgerRefused);
}

}  // namespace
}  // namespace tacit::ledger
