#include "server/query_service.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "server/no_such_dataset.h"
#include "server/wire.h"

namespace tacit {
namespace {

constexpr int kParametersMax = 100;

// 8-4-4-4-12 hex digits (RFC 4122, any version).
bool IsUuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i])))
      return false;
  }
  return true;
}

// "queries/UUID" -> the request id; empty -> an empty one.
absl::StatusOr<RequestId> ReadTopUp(const std::string& name) {
  if (name.empty()) return RequestId();
  const std::string prefix = "queries/";
  if (name.starts_with(prefix) && IsUuid(name.substr(prefix.size()))) {
    return RequestId(absl::AsciiStrToLower(name.substr(prefix.size())));
  }
  return Refuse(
      Reason::kRequest, "top_up names no answer",
      {.fix = "send the name of an answer of yours, queries/{request_id}", .field = "top_up"});
}

template <typename Message>
absl::StatusOr<QueryRequest> ReadRequest(const Principal& who, const DatasetId& dataset,
                                         const Message& message) {
  QueryRequest request;
  request.dataset = dataset;
  request.analyst = AnalystId(who.name);
  request.sql = message.sql();
  request.epsilon = message.epsilon();
  request.delta = message.delta();
  request.rho = message.rho();
  request.accuracy = message.accuracy();
  TACIT_ASSIGN_OR_RETURN(request.top_up, ReadTopUp(message.top_up()));
  if (message.parameters_size() > kParametersMax) {
    return Refuse(Reason::kLimit, "more than 100 parameters",
                  {.fix = "send fewer", .limit = "parameters"});
  }
  for (const v1::Scalar& scalar : message.parameters()) {
    absl::StatusOr<Value> value = ReadScalar(scalar);
    const std::string name = absl::StrCat("$", request.parameters.size() + 1);
    if (!value.ok()) {
      return Refuse(Reason::kParameter,
                    absl::StrCat(name, ": ", std::string(value.status().message())));
    }
    request.parameters.push_back(*std::move(value));
  }
  return request;
}

absl::Status CheckPublished(const ServedDataset& dataset) {
  if (dataset.snapshot != nullptr) return absl::OkStatus();
  return Refuse(Reason::kNotPublished, "the dataset has no published data",
                {.fix = "ask its curator to publish it"});
}

OutcomeWriter WireOutcomes() {
  return {.answer = [](const AnswerTable& table) { return PackAnswer(WriteRelease(table)); },
          .failure = [] { return PackFailure(NewReference()); }};
}

}  // namespace

absl::StatusOr<ServedDatasetPtr> QueryService::FindFor(const Principal& who,
                                                       const std::string& name) const {
  if (who.role != Role::kAnalyst) {
    return Refuse(Reason::kPermissionDenied, "curators declare and publish; they do not ask",
                  {.fix = "ask as an analyst"});
  }
  TACIT_ASSIGN_OR_RETURN(const DatasetId id, ParseDatasetName(name));
  ServedDatasetPtr dataset = datasets_.Find(id);
  if (dataset == nullptr || !accountant_.Grant(id, AnalystId(who.name)).has_value()) {
    return NoSuchDataset();
  }
  return dataset;
}

absl::StatusOr<PreparedQuery> QueryService::PrepareFor(const QueryRequest& request,
                                                       const ServedDataset& dataset,
                                                       DataVersion version) {
  if (request.top_up.value().empty()) return Prepare(request, dataset.schema, version);
  // Under his own name alone: an answer of another's is not there, and one that he was handed was
  // paid for.
  TACIT_ASSIGN_OR_RETURN(
      const PastRequest past,
      accountant_.FindRequest(request.dataset, request.analyst, request.top_up, std::nullopt));
  if (past.state != PastRequest::State::kStored) {
    return Refuse(Reason::kRequest, "there is no answer of yours by the name in top_up",
                  {.fix = "name an answer that you were sent", .field = "top_up"});
  }
  TACIT_ASSIGN_OR_RETURN(NoisedGroups noised, ReadNoised(past.outcome.bytes));
  const EarlierAnswer earlier{std::move(noised), Sha256(past.outcome.bytes)};
  return Prepare(request, dataset.schema, version, &earlier);
}

absl::StatusOr<QueryOutcome> QueryService::RunNew(const QueryRequest& request,
                                                  const ServedDataset& dataset) {
  TACIT_RETURN_IF_ERROR(CheckPublished(dataset));
  TACIT_ASSIGN_OR_RETURN(const PreparedQuery query,
                         PrepareFor(request, dataset, dataset.data_version));
  return runner_.Run(query, *dataset.snapshot, WireOutcomes());
}

absl::StatusOr<QueryOutcome> QueryService::RunOrphan(const QueryRequest& request,
                                                     const ServedDataset& dataset,
                                                     const PastRequest& past) {
  if (past.policy_version != dataset.schema.policy_version) {
    return Refuse(Reason::kInternal, "an orphaned request outlived its policy");
  }
  TACIT_ASSIGN_OR_RETURN(const DatasetSnapshotPtr snapshot,
                         datasets_.LoadVersion(dataset, past.data_version));
  TACIT_ASSIGN_OR_RETURN(const PreparedQuery query,
                         PrepareFor(request, dataset, past.data_version));
  return runner_.Run(query, *snapshot, WireOutcomes());
}

absl::Status QueryService::DoExecute(const Principal& who, const v1::ExecuteRequest& message,
                                     v1::ExecuteResponse& response) {
  TACIT_ASSIGN_OR_RETURN(const ServedDatasetPtr dataset, FindFor(who, message.dataset()));
  TACIT_ASSIGN_OR_RETURN(QueryRequest request, ReadRequest(who, dataset->schema.id, message));
  request.fresh = message.reuse() == v1::ExecuteRequest::REUSE_FRESH;
  if (message.validate_only()) {
    TACIT_RETURN_IF_ERROR(CheckPublished(*dataset));
    TACIT_ASSIGN_OR_RETURN(const PreparedQuery query,
                           PrepareFor(request, *dataset, dataset->data_version));
    TACIT_ASSIGN_OR_RETURN(const Quote quote, accountant_.Check(query.charge));
    *response.mutable_cost() = WriteCost(quote.dataset_charged, quote.analyst_charged);
    response.set_reused(quote.stored);
    return absl::OkStatus();
  }
  if (!IsUuid(message.request_id())) {
    return Refuse(Reason::kRequest, "request_id is missing or not a UUID",
                  {.fix = "send a new UUID with each question, the same one with each retry",
                   .field = "request_id"});
  }
  request.request = RequestId(absl::AsciiStrToLower(message.request_id()));
  TACIT_ASSIGN_OR_RETURN(PastRequest past,
                         accountant_.FindRequest(request.dataset, request.analyst, request.request,
                                                 DigestRequest(request)));
  QueryOutcome outcome;
  if (past.state == PastRequest::State::kStored) {
    outcome = {std::move(past.outcome.bytes), past.outcome.reused, past.outcome.dataset_charged,
               past.outcome.analyst_charged};
  } else if (past.state == PastRequest::State::kOrphaned) {
    absl::StatusOr<QueryOutcome> rerun = RunOrphan(request, *dataset, past);
    // Spent, and its versions are gone: the one fixed error, whatever the cause.
    if (!rerun.ok()) return Refuse(Reason::kInternal, std::string(rerun.status().message()));
    outcome = *std::move(rerun);
  } else {
    TACIT_ASSIGN_OR_RETURN(outcome, RunNew(request, *dataset));
  }
  TACIT_ASSIGN_OR_RETURN(UnpackedOutcome unpacked, UnpackOutcome(outcome.bytes));
  if (!unpacked.is_answer) return StoredFailure(unpacked.reference);
  response.set_name("queries/" + request.request.value());
  *response.mutable_release() = std::move(unpacked.release);
  response.mutable_release()->clear_noised();
  *response.mutable_cost() = WriteCost(outcome.dataset_charged, outcome.analyst_charged);
  response.set_reused(outcome.reused);
  return absl::OkStatus();
}

absl::Status QueryService::DoEstimate(const Principal& who, const v1::EstimateRequest& message,
                                      v1::EstimateResponse& response) {
  TACIT_ASSIGN_OR_RETURN(const ServedDatasetPtr dataset, FindFor(who, message.dataset()));
  TACIT_ASSIGN_OR_RETURN(const QueryRequest request, ReadRequest(who, dataset->schema.id, message));
  TACIT_ASSIGN_OR_RETURN(const PreparedQuery query,
                         PrepareFor(request, *dataset, dataset->data_version));
  const absl::StatusOr<Quote> quote = accountant_.Check(query.charge);
  const Amount price = TotalPrice(query.charge.losses);
  const Quote full{price, price, false};
  *response.mutable_cost() =
      WriteCost(quote.value_or(full).dataset_charged, quote.value_or(full).analyst_charged);
  response.set_stored(quote.value_or(full).stored);
  // An estimate is worth seeing although it could not be afforded: it says so and shows the rest.
  if (!quote.ok()) response.set_refusal(std::string(quote.status().message()));
  const absl::StatusOr<Forecast> forecast = accountant_.Foresee(query.charge);
  if (forecast.ok()) WriteForecast(*forecast, response);
  for (const AnswerColumn& column : DescribeColumns(query.plan)) {
    *response.add_columns() = WriteColumn(column);
  }
  const std::optional<TopUp>& top_up = query.top_up;
  for (const AnswerStatistic& statistic :
       top_up.has_value() ? top_up->statistics : DescribeStatistics(query.certificate)) {
    *response.add_statistics() = WriteStatistic(statistic);
  }
  if (top_up.has_value()) *response.mutable_top_up() = WriteTopUp(top_up->view);
  for (const ExpectedError& expected :
       top_up.has_value() ? ExpectErrors(*top_up) : ExpectErrors(query.plan, query.certificate)) {
    v1::ExpectedError* error = response.add_errors();
    error->set_column(expected.column);
    error->set_assumed_rows(expected.assumed_rows);
    error->set_half_width(expected.half_width);
  }
  response.set_group_count(query.certificate.group_count().value_or(0));
  const std::optional<SelectionView> selection = DescribeSelection(query.certificate);
  if (selection.has_value()) *response.mutable_selection() = WriteSelection(*selection);
  response.set_plan(query.plan_text);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* QueryService::Execute(grpc::CallbackServerContext* context,
                                                const v1::ExecuteRequest* request,
                                                v1::ExecuteResponse* response) {
  return RunUnary(calls_, context, [this, request, response](const Principal& who) {
    return DoExecute(who, *request, *response);
  });
}

grpc::ServerUnaryReactor* QueryService::Estimate(grpc::CallbackServerContext* context,
                                                 const v1::EstimateRequest* request,
                                                 v1::EstimateResponse* response) {
  return RunUnary(calls_, context, [this, request, response](const Principal& who) {
    return DoEstimate(who, *request, *response);
  });
}

}  // namespace tacit
