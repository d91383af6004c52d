// Curators declare and publish; analysts read the public schema.
#ifndef TACIT_SERVER_DATASET_SERVICE_H_
#define TACIT_SERVER_DATASET_SERVICE_H_

#include "server/call.h"
#include "server/served_datasets.h"
#include "tacit/v1/dataset.grpc.pb.h"

namespace tacit {

class DatasetService final : public v1::DatasetService::CallbackService {
 public:
  DatasetService(CallContext& calls, Accountant& accountant, ServedDatasets& datasets)
      : calls_(calls), accountant_(accountant), datasets_(datasets) {}

  grpc::ServerUnaryReactor* ApplyPolicy(grpc::CallbackServerContext* context,
                                        const v1::ApplyPolicyRequest* request,
                                        v1::ApplyPolicyResponse* response) override;
  grpc::ServerWriteReactor<v1::PublishResponse>* Publish(
      grpc::CallbackServerContext* context, const v1::PublishRequest* request) override;
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context,
                                       const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context,
                                         const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;

 private:
  // What `who` may see of a dataset; nothing when it is not his.
  bool MaySee(const Principal& who, const ServedDataset& dataset) const;
  v1::Dataset View(const Principal& who, const ServedDataset& dataset) const;

  CallContext& calls_;
  Accountant& accountant_;
  ServedDatasets& datasets_;
};

}  // namespace tacit

#endif  // TACIT_SERVER_DATASET_SERVICE_H_
