#include "engine/pipeline.h"

#include <utility>

#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/analyze.h"
#include "engine/execute/execute.h"
#include "engine/execute/groups.h"
#include "engine/measure_rows.h"
#include "engine/parse/parse.h"
#include "engine/plan/plan.h"
#include "engine/privacy/certify.h"
#include "engine/privacy/perturb.h"
#include "engine/target.h"

namespace tacit {
namespace {

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
          .cells = certificate.cells(),
          .fresh = request.fresh};
}

}  // namespace

Digest DigestRequest(const QueryRequest& request) {
  DigestBuilder digest;
  digest.Add("tacit request 2").Add(request.dataset.value()).Add(request.sql);
  digest.Add(request.epsilon).Add(request.delta).Add(request.rho).Add(request.accuracy);
  digest.Add(static_cast<int64_t>(request.fresh));
  if (!request.top_up.value().empty()) digest.Add("top up").Add(request.top_up.value());
  for (const Value& value : request.parameters) digest.Add(ToText(value));
  return digest.Build();
}

absl::StatusOr<PreparedQuery> Prepare(const QueryRequest& request, const DatasetSchema& schema,
                                      DataVersion data_version, const EarlierAnswer* earlier) {
  TACIT_CHECK((earlier == nullptr) == request.top_up.value().empty());
  TACIT_ASSIGN_OR_RETURN(const Target target, ReadTarget(request));
  TACIT_ASSIGN_OR_RETURN(const SelectStatement statement, Parse(request.sql));
  TACIT_ASSIGN_OR_RETURN(const BoundQuery query, Analyze(statement, schema, request.parameters));
  TACIT_ASSIGN_OR_RETURN(std::string question, DigestQuestion(query, schema, data_version));
  std::optional<TopUp> top_up;
  Amount budget;
  QueryPlan plan;
  std::string plan_text;
  if (earlier != nullptr) {
    TACIT_ASSIGN_OR_RETURN(top_up,
                           PlanTopUp(*earlier, question, target, query, schema, data_version));
    budget = top_up->budget;
    plan = top_up->fresh;
    plan_text = top_up->plan_text;
  } else {
    TACIT_ASSIGN_OR_RETURN(const Offer offer, OfferFor(target, query, schema));
    TACIT_ASSIGN_OR_RETURN(plan, Plan(query, schema, offer));
    budget = offer.amount;
    plan_text = PrintPlan(plan, schema);
  }
  TACIT_ASSIGN_OR_RETURN(Certificate certificate,
                         Certify(plan, schema, budget, data_version, plan_text));
  Charge charge = ChargeFor(request, certificate, plan_text, schema.policy_version);
  return PreparedQuery{.plan = std::move(plan),
                       .question = std::move(question),
                       .top_up = std::move(top_up),
                       .plan_text = std::move(plan_text),
                       .certificate = std::move(certificate),
                       .charge = std::move(charge)};
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
  const MeasureNode& measure = query.plan.measure;
  const std::unique_ptr<Groups> groups = GroupsOf(measure, *table->second);
  Sealed<PartialSums> sums =
      MeasureRows(measure, *table->second, *groups, query.certificate, threads_, random);
  TACIT_ASSIGN_OR_RETURN(const Release release, Perturb(std::move(sums), query.certificate, *groups,
                                                        std::move(receipt), random));
  AnswerTable answer = query.top_up.has_value()
                           ? TabulateTopUp(*query.top_up, query.certificate, release)
                           : TabulateRelease(query.plan, query.certificate, release);
  answer.noised.question = query.question;
  return answer;
}

}  // namespace tacit
