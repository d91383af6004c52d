#include "server/dataset_service.h"

#include <chrono>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/nodes/partition.h"
#include "server/no_such_dataset.h"
#include "server/publish_stream.h"

namespace tacit {
namespace {

constexpr int kPageSizeMax = 1000;
constexpr int kPageSizeDefault = 100;

absl::Status RequireCurator(const Principal& who) {
  if (who.role == Role::kCurator) return absl::OkStatus();
  return Refuse(Reason::kPermissionDenied, "only curators may do this",
                {.fix = "ask a curator of this server"});
}

// The budgets a person may see: his own, or the one that stands for everybody not named.
bool IsOwnBudget(const v1::Budget& budget, const AnalystTerms& grant) {
  return budget.scope() == absl::StrCat("analyst:", grant.analyst.value());
}

}  // namespace

bool DatasetService::MaySee(const Principal& who, const ServedDataset& dataset) const {
  return who.role == Role::kCurator ||
         accountant_.Grant(dataset.schema.id, AnalystId(who.name)).has_value();
}

v1::Dataset DatasetService::View(const Principal& who, const ServedDataset& dataset) const {
  v1::Dataset view;
  view.set_name(absl::StrCat("datasets/", dataset.schema.id.value()));
  *view.mutable_policy() = dataset.policy;
  view.set_policy_version(dataset.schema.policy_version.value());
  view.set_data_version(dataset.snapshot == nullptr ? 0 : dataset.data_version.value());
  view.set_cells(1);
  if (const TableSchema* table = PartitionedTable(dataset.schema); table != nullptr) {
    view.set_cells(CellCount(*table));
    view.set_partition(PartitionText(*table));
  }
  if (who.role == Role::kCurator) return view;
  view.mutable_policy()->clear_source();
  view.mutable_policy()->clear_budgets();
  const auto grant = accountant_.Grant(dataset.schema.id, AnalystId(who.name));
  for (const v1::Budget& budget : dataset.policy.budgets()) {
    if (grant.has_value() && IsOwnBudget(budget, *grant)) {
      *view.mutable_policy()->add_budgets() = budget;
    }
  }
  return view;
}

grpc::ServerUnaryReactor* DatasetService::ApplyPolicy(grpc::CallbackServerContext* context,
                                                      const v1::ApplyPolicyRequest* request,
                                                      v1::ApplyPolicyResponse* response) {
  return RunUnary(calls_, context, [=, this](const Principal& who) -> absl::Status {
    TACIT_RETURN_IF_ERROR(RequireCurator(who));
    TACIT_ASSIGN_OR_RETURN(const ServedDatasetPtr dataset,
                           datasets_.Apply(request->policy(), who.name, request->validate_only()));
    *response->mutable_dataset() = View(who, *dataset);
    return absl::OkStatus();
  });
}

grpc::ServerWriteReactor<v1::PublishResponse>* DatasetService::Publish(
    grpc::CallbackServerContext* context, const v1::PublishRequest* request) {
  auto* stream = new PublishStream;  // deletes itself when gRPC is done with it
  const absl::StatusOr<Principal> who = calls_.authenticator.Authenticate(MetadataOf(*context));
  absl::Status status = who.ok() ? RequireCurator(*who) : who.status();
  if (status.ok()) status = EnterCall(calls_);
  if (!status.ok()) {
    stream->End(ToGrpc(status));
    return stream;
  }
  boost::asio::post(calls_.pool, [this, stream, author = who->name, name = request->dataset()] {
    const auto begin = std::chrono::steady_clock::now();
    const auto publish = [&]() -> absl::StatusOr<PublishedVersion> {
      TACIT_ASSIGN_OR_RETURN(const DatasetId id, ParseDatasetName(name));
      return datasets_.Publish(id, author, [stream](const BuildProgress& progress) {
        v1::PublishResponse message;
        message.set_table(progress.table);
        message.set_rows_read(progress.rows_read);
        message.set_rows_total(progress.rows_total);
        stream->Offer(message);
      });
    };
    const absl::StatusOr<PublishedVersion> published = publish();
    LeaveCall(calls_);
    if (!published.ok()) return stream->End(ToGrpc(published.status()));
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    v1::PublishResponse last;
    last.set_done(true);
    last.set_data_version(published->version.value());
    last.set_rows(published->rows);
    last.set_dropped_rows(published->dropped_rows);
    last.set_snapshot_bytes(published->bytes);
    last.set_seconds(elapsed.count());
    stream->EndWith(last);
  });
  return stream;
}

grpc::ServerUnaryReactor* DatasetService::GetDataset(grpc::CallbackServerContext* context,
                                                     const v1::GetDatasetRequest* request,
                                                     v1::Dataset* response) {
  return RunUnary(calls_, context, [=, this](const Principal& who) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(const DatasetId id, ParseDatasetName(request->name()));
    const ServedDatasetPtr dataset = datasets_.Find(id);
    if (dataset == nullptr || !MaySee(who, *dataset)) {
      return NoSuchDataset();
    }
    *response = View(who, *dataset);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* DatasetService::ListDatasets(grpc::CallbackServerContext* context,
                                                       const v1::ListDatasetsRequest* request,
                                                       v1::ListDatasetsResponse* response) {
  return RunUnary(calls_, context, [=, this](const Principal& who) -> absl::Status {
    if (request->page_size() < 0) {
      return Refuse(Reason::kRequest, "page_size is negative", {.field = "page_size"});
    }
    const int page_size = request->page_size() == 0
                              ? kPageSizeDefault
                              : std::min<int>(request->page_size(), kPageSizeMax);
    // The token is the last name of the page before: names are unique and sorted.
    for (const ServedDatasetPtr& dataset : datasets_.All()) {
      if (dataset->schema.id.value() <= request->page_token() || !MaySee(who, *dataset)) continue;
      if (response->datasets_size() == page_size) {
        const std::string& last = response->datasets(page_size - 1).policy().dataset();
        response->set_next_page_token(last);
        break;
      }
      *response->add_datasets() = View(who, *dataset);
    }
    return absl::OkStatus();
  });
}

}  // namespace tacit
