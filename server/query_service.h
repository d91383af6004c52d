// Request -> pipeline -> reply.
#ifndef TACIT_SERVER_QUERY_SERVICE_H_
#define TACIT_SERVER_QUERY_SERVICE_H_

#include "engine/pipeline.h"
#include "server/call.h"
#include "server/served_datasets.h"
#include "tacit/v1/query.grpc.pb.h"

namespace tacit {

class QueryService final : public v1::QueryService::CallbackService {
 public:
  // All must outlive the service. `threads`: how many parts one query's rows are split into.
  QueryService(CallContext& calls, Accountant& accountant, ServedDatasets& datasets, int threads)
      : calls_(calls), accountant_(accountant), datasets_(datasets), runner_(accountant, threads) {}

  grpc::ServerUnaryReactor* Execute(grpc::CallbackServerContext* context,
                                    const v1::ExecuteRequest* request,
                                    v1::ExecuteResponse* response) override;
  grpc::ServerUnaryReactor* Estimate(grpc::CallbackServerContext* context,
                                     const v1::EstimateRequest* request,
                                     v1::EstimateResponse* response) override;

 private:
  absl::Status DoExecute(const Principal& who, const v1::ExecuteRequest& request,
                         v1::ExecuteResponse& response);
  absl::Status DoEstimate(const Principal& who, const v1::EstimateRequest& request,
                          v1::EstimateResponse& response);
  // The dataset, when it exists and `who` may ask it; the same kNotFound for both otherwise.
  absl::StatusOr<ServedDatasetPtr> FindFor(const Principal& who, const std::string& name) const;
  // Prepares under a version, with the answer that the request names to be topped up.
  absl::StatusOr<PreparedQuery> PrepareFor(const QueryRequest& request,
                                           const ServedDataset& dataset, DataVersion version);
  // Runs a request not asked before, under the served version.
  absl::StatusOr<QueryOutcome> RunNew(const QueryRequest& request, const ServedDataset& dataset);
  // Runs a request that was paid for before a crash once more, under the versions it was paid
  // under.
  absl::StatusOr<QueryOutcome> RunOrphan(const QueryRequest& request, const ServedDataset& dataset,
                                         const PastRequest& past);

  CallContext& calls_;
  Accountant& accountant_;
  ServedDatasets& datasets_;
  const QueryRunner runner_;
};

}  // namespace tacit

#endif  // TACIT_SERVER_QUERY_SERVICE_H_
