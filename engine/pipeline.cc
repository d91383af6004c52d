#include "engine/pipeline.h"

#include <utility>

#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/analyze.h"
#include "engine/execute/execute.h"
#include "engine/measure_rows.h"
#include "engine/parse/parse.h"
#include "engine/plan/plan.h"
#include "engine/privacy/certify.h"
#include "engine/privacy/perturb.h"

namespace tacit {
namespace {

constexpr int64_t kEpsilonPicoMin = 1'000'000;

absl::StatusOr<Epsilon> ReadEpsilon(const std::string& text) {
  if (text.empty()) {
    return Refuse(Reason::kPrivacyParameter, "the request names no epsilon",
                  {.fix = "say how much to spend, e.g. epsilon 0.1", .field = "epsilon"});
  }
  TACIT_ASSIGN_OR_RETURN(const Epsilon epsilon, Epsilon::Parse(text, Rounding::kCost));
  if (epsilon.pico() < kEpsilonPicoMin) {
    return Refuse(Reason::kPrivacyParameter,
                  "epsilon is below 0.000001, where noise drowns any answer",
                  {.fix = "ask with an epsilon of at least 0.000001", .field = "epsilon"});
  }
  return epsilon;
}

Charge ChargeFor(const QueryRequest& request, const Certificate& certificate,
                 const std::string& plan_text, PolicyVersion policy_version) {
  return {.dataset = request.dataset,
          .analyst = request.analyst,
          .request = request.request,
          .request_digest = DigestRequest(request),
          .certificate = certificate.digest(),
          .release_key = DigestBuilder()
                             .Add("tacit release 1")
                             .Add(request.dataset.value())
                             .Add(certificate.data_version().value())
                             .Add(policy_version.value())
                             .Add(plan_text)
                             .Build(),
          .data_version = certificate.data_version(),
          .policy_version = policy_version,
          .losses = certificate.losses(),
          .fresh = request.fresh};
}

}  // namespace

Digest DigestRequest(const QueryRequest& request) {
  DigestBuilder digest;
  digest.Add("tacit request 1").Add(request.dataset.value()).Add(request.sql);
  digest.Add(request.epsilon).Add(static_cast<int64_t>(request.fresh));
  for (const Value& value : request.parameters) digest.Add(ToText(value));
  return digest.Build();
}

absl::StatusOr<PreparedQuery> Prepare(const QueryRequest& request, const DatasetSchema& schema,
                                      DataVersion data_version) {
  TACIT_ASSIGN_OR_RETURN(const Epsilon epsilon, ReadEpsilon(request.epsilon));
  TACIT_ASSIGN_OR_RETURN(const SelectStatement statement, Parse(request.sql));
  TACIT_ASSIGN_OR_RETURN(const BoundQuery query, Analyze(statement, schema, request.parameters));
  TACIT_ASSIGN_OR_RETURN(QueryPlan plan, Plan(query, schema, epsilon));
  std::string plan_text = PrintPlan(plan, schema);
  TACIT_ASSIGN_OR_RETURN(Certificate certificate,
                         Certify(plan, schema, epsilon, data_version, plan_text));
  Charge charge = ChargeFor(request, certificate, plan_text, schema.policy_version);
  return PreparedQuery{std::move(plan), std::move(plan_text), std::move(certificate),
                       std::move(charge)};
}

QueryRunner::QueryRunner(Accountant& accountant, int threads)
    : accountant_(accountant), threads_(threads) {
  TACIT_CHECK(threads >= 1);
}

absl::StatusOr<QueryOutcome> QueryRunner::Run(const PreparedQuery& query,
                                              const DatasetSnapshot& snapshot,
                                              const OutcomeWriter& writer) const {
  TACIT_CHECK(snapshot.version == query.certificate.data_version());
  const Charge& charge = query.charge;
  TACIT_ASSIGN_OR_RETURN(SpendResult spent, accountant_.Spend(charge));
  if (auto* stored = std::get_if<StoredOutcome>(&spent)) {
    return QueryOutcome{std::move(stored->bytes), stored->reused, stored->dataset_charged,
                        stored->analyst_charged};
  }
  // Paid. From here on an answer or the one fixed failure follows, and it is stored before it is
  // sent.
  const absl::StatusOr<AnswerTable> answer =
      Answer(query, snapshot, std::get<SpendReceipt>(std::move(spent)));
  const OutcomeKind kind = answer.ok() ? OutcomeKind::kAnswer : OutcomeKind::kFailure;
  std::string bytes = answer.ok() ? writer.answer(*answer) : writer.failure();
  const auto store = [&](OutcomeKind what) {
    return accountant_.StoreOutcome(charge.dataset, charge.analyst, charge.request, what, bytes);
  };
  if (!store(kind).ok()) {
    bytes = writer.failure();
    TACIT_RETURN_IF_ERROR(store(OutcomeKind::kFailure));
  }
  const Amount price = TotalPrice(charge.losses);
  return QueryOutcome{std::move(bytes), false, price, price};
}

absl::StatusOr<AnswerTable> QueryRunner::Answer(const PreparedQuery& query,
                                                const DatasetSnapshot& snapshot,
                                                SpendReceipt receipt) const {
  const auto table = snapshot.tables.find(ScanOf(query.plan.measure.input).table);
  if (table == snapshot.tables.end())
    return Refuse(Reason::kInternal, "the snapshot lacks the table");
  RandomBits random = open_random_();
  Sealed<PartialSums> sums =
      MeasureRows(query.plan.measure, *table->second, query.certificate, threads_, random);
  TACIT_ASSIGN_OR_RETURN(const Release release,
                         Perturb(std::move(sums), query.certificate, std::move(receipt), random));
  return TabulateRelease(query.plan, query.certificate, release);
}

}  // namespace tacit
