// A small ledger to test with: dataset "survey", analysts "ana", "bob" and anyone.
#ifndef TACIT_TESTS_ACCOUNTANT_SAMPLE_LEDGER_H_
#define TACIT_TESTS_ACCOUNTANT_SAMPLE_LEDGER_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "accountant/accountant.h"
#include "accountant/refusal.h"

namespace tacit::sample {

inline const DatasetId kSurvey("survey");
inline const AnalystId kAna("ana");
inline const AnalystId kBob("bob");

inline Epsilon Eps(const std::string& decimal) {
  return Epsilon::Parse(decimal, Rounding::kCost).value();
}
inline Delta Del(const std::string& decimal) {
  return Delta::Parse(decimal, Rounding::kLimit).value();
}
inline Amount Pure(const std::string& epsilon) { return {Eps(epsilon), Delta()}; }

// A fresh directory of our own below `parent`, with paths in it where nothing exists yet.
inline LedgerPaths FreshPathsIn(const std::string& parent) {
  std::string root = parent + "/tacit_XXXXXX";
  EXPECT_NE(mkdtemp(root.data()), nullptr) << parent;
  return {root + "/ledger", root + "/anchor"};
}
inline LedgerPaths FreshPaths() {
  const std::string parent = testing::TempDir();  // ends in a slash
  return FreshPathsIn(parent.substr(0, parent.size() - 1));
}

// The dataset may spend 3; ana 2 and bob 1, at most 1 a query; anyone else 0.5.
inline LineageTerms Terms() {
  return {.dataset = kSurvey,
          .filter = Filter::kPure,
          .privacy_unit = "survey:row",
          .limit = Pure("3"),
          .analysts = {{kAna, Pure("2"), Eps("1")},
                       {kBob, Pure("1"), Eps("1")},
                       {AnalystId("*"), Pure("0.5"), Eps("0.5")}}};
}

// The same with delta: the dataset may spend 1e-4, each analyst 1e-5, of which the basic track has
// a quarter.
inline LineageTerms ApproximateTerms() {
  LineageTerms terms = Terms();
  terms.filter = Filter::kApproximate;
  terms.limit.amount.delta = Del("1e-4");
  for (AnalystTerms& granted : terms.analysts) granted.limit.amount.delta = Del("1e-5");
  return terms;
}

// A mechanism of every kind: epsilon 0.86, delta 8e-7 in all.
inline std::vector<MechanismLoss> EveryLoss() {
  const LaplaceScale wide{100, 0};
  return {PureLoss{Eps("0.1")},
          DiscreteLaplaceLoss{1, {10, 0}},
          DiscreteGaussianLoss{{{2, 1 << 20, 1 << 25}, {1, 5, 1 << 22}}, Eps("0.5"), Del("2e-7")},
          NoisyMaxLoss{3, 1, {60, 0}},
          TruncatedGeometricLoss{6, wide, 1300, Del("2e-7")},
          ThresholdLoss{6, 1800, wide, Del("2e-7")},
          ThresholdLoss{6, 700, GaussianSigma{100}, Del("2e-7")}};
}

// A fresh draw of epsilon for ana. The digests depend on the request id alone.
inline Charge Ask(const std::string& request, const std::string& epsilon) {
  Charge charge;
  charge.dataset = kSurvey;
  charge.analyst = kAna;
  charge.request = RequestId(request);
  charge.request_digest = Sha256("request " + request);
  charge.certificate = Sha256("certificate " + request);
  charge.release_key = Sha256("key " + request);
  charge.data_version = DataVersion(1);
  charge.policy_version = PolicyVersion(1);
  charge.losses = {PureLoss{Eps(epsilon)}};
  return charge;
}

inline Charge As(Charge charge, const AnalystId& analyst) {
  charge.analyst = analyst;
  return charge;
}

inline Charge WithKey(Charge charge, const std::string& key) {
  charge.release_key = Sha256(key);
  return charge;
}

inline std::unique_ptr<Accountant> MustOpen(const LedgerPaths& paths) {
  auto opened = Accountant::Open(paths);
  EXPECT_TRUE(opened.ok()) << opened.status();
  return opened.ok() ? *std::move(opened) : nullptr;
}

// A new ledger with a policy and one published version.
inline std::unique_ptr<Accountant> NewLedger(const LedgerPaths& paths,
                                             const LineageTerms& terms = Terms()) {
  const absl::Status made = Accountant::Init(paths);
  EXPECT_TRUE(made.ok()) << made;
  auto accountant = MustOpen(paths);
  EXPECT_TRUE(accountant->AddPolicy(terms, "policy text", "curator").ok());
  EXPECT_TRUE(accountant->Publish(terms.dataset, "curator").ok());
  return accountant;
}

inline Reason WhyNot(const absl::Status& status) {
  EXPECT_FALSE(status.ok());
  return ReasonOf(status);
}

inline bool Says(const absl::Status& status, const std::string& text) {
  const bool found = std::string(status.message()).find(text) != std::string::npos;
  EXPECT_TRUE(found) << status;
  return found;
}

// Spends and expects a receipt.
// What became of the charge's request.
inline PastRequest::State StateOf(const Accountant& accountant, const Charge& charge) {
  return accountant
      .FindRequest(charge.dataset, charge.analyst, charge.request, charge.request_digest)
      .value()
      .state;
}

inline void MustDebit(Accountant& accountant, const Charge& charge) {
  const auto result = accountant.Spend(charge);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(std::holds_alternative<SpendReceipt>(*result));
}

inline void MustStore(Accountant& accountant, const Charge& charge, const std::string& bytes,
                      OutcomeKind kind = OutcomeKind::kAnswer) {
  const absl::Status stored =
      accountant.StoreOutcome(charge.dataset, charge.analyst, charge.request, kind, bytes);
  ASSERT_TRUE(stored.ok()) << stored;
}

// Spends and expects a stored outcome.
inline StoredOutcome MustRecall(Accountant& accountant, const Charge& charge) {
  auto result = accountant.Spend(charge);
  EXPECT_TRUE(result.ok()) << result.status();
  if (!result.ok() || !std::holds_alternative<StoredOutcome>(*result)) {
    ADD_FAILURE() << "no stored outcome";
    return {};
  }
  return std::get<StoredOutcome>(*std::move(result));
}

inline Amount Spent(const Accountant& accountant) {
  return accountant.DatasetBudget(kSurvey).value().spent;
}
inline Amount SpentBy(const Accountant& accountant, const AnalystId& analyst) {
  return accountant.AnalystBudget(kSurvey, analyst).value().spent;
}
inline size_t RowCount(const Accountant& accountant) {
  return accountant.Log(kSurvey, 0, 1'000'000)->size();
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Writes over a file in place, keeping its mode.
inline void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes;
}

inline std::string LedgerFile(const LedgerPaths& paths) { return paths.directory + "/ledger.db"; }

}  // namespace tacit::sample

#endif  // TACIT_TESTS_ACCOUNTANT_SAMPLE_LEDGER_H_
