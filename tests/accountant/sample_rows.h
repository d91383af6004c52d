// Rows of the small ledger, as the accountant would write them.
#ifndef TACIT_TESTS_ACCOUNTANT_SAMPLE_ROWS_H_
#define TACIT_TESTS_ACCOUNTANT_SAMPLE_ROWS_H_

#include <string>
#include <utility>

#include "accountant/budgets/curate.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit::sample {

inline ledger::Row RowWith(ledger::RowBody body, const std::string& actor = "ana",
                           const std::string& dataset = "survey") {
  return {LineageId(dataset), DatasetId(dataset), 0, actor, std::move(body)};
}

inline ledger::PolicyRow PolicyRowOf(const LineageTerms& terms, int64_t version = 1) {
  const absl::StatusOr<ledger::Row> row = DecidePolicy(ledger::Lineages(), terms);
  EXPECT_TRUE(row.ok()) << row.status();
  auto policy = std::get<ledger::PolicyRow>(row->body);
  policy.record.version = PolicyVersion(version);
  return policy;
}

// A state with one policy and one published version.
inline ledger::State PublishedState(const LineageTerms& terms) {
  ledger::State state;
  EXPECT_TRUE(state.Apply(1, RowWith(PolicyRowOf(terms))).ok());
  EXPECT_TRUE(state.Apply(2, RowWith(ledger::PublishRow{DataVersion(1)})).ok());
  return state;
}

inline TrackAmounts OnBasic(const Amount& amount) {
  return {{Divergence::FromPico(amount.epsilon.pico()), amount.delta}};
}

inline ledger::DebitRow DebitRowOf(const std::string& request, const std::string& epsilon) {
  const Charge charge = Ask(request, epsilon);
  return {charge.request,      charge.request_digest, charge.certificate, Sha256("key"),
          charge.data_version, charge.policy_version, charge.losses,      {},
          Pure(epsilon),       OnBasic(Pure(epsilon))};
}

inline ledger::ReuseRow ReuseRowOf(const std::string& request, int64_t debit,
                                   const Amount& charged = Amount()) {
  return {RequestId(request),
          Sha256("d"),
          debit,
          {},
          charged,
          charged == Amount() ? TrackAmounts() : OnBasic(charged)};
}

}  // namespace tacit::sample

#endif  // TACIT_TESTS_ACCOUNTANT_SAMPLE_ROWS_H_
