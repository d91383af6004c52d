// Shows what is spent: their own to analysts, everything to curators, who may change it.
#ifndef TACIT_SERVER_BUDGET_SERVICE_H_
#define TACIT_SERVER_BUDGET_SERVICE_H_

#include "accountant/accountant.h"
#include "server/call.h"
#include "tacit/v1/budget.grpc.pb.h"

namespace tacit {

class BudgetService final : public v1::BudgetService::CallbackService {
 public:
  BudgetService(CallContext& calls, Accountant& accountant)
      : calls_(calls), accountant_(accountant) {}

  grpc::ServerUnaryReactor* GetBudget(grpc::CallbackServerContext* context,
                                      const v1::GetBudgetRequest* request,
                                      v1::GetBudgetResponse* response) override;
  grpc::ServerUnaryReactor* GrantAnalyst(grpc::CallbackServerContext* context,
                                         const v1::GrantAnalystRequest* request,
                                         v1::GrantAnalystResponse* response) override;
  grpc::ServerUnaryReactor* ChangeLimit(grpc::CallbackServerContext* context,
                                        const v1::ChangeLimitRequest* request,
                                        v1::ChangeLimitResponse* response) override;
  grpc::ServerUnaryReactor* SetDatasetStatus(grpc::CallbackServerContext* context,
                                             const v1::SetDatasetStatusRequest* request,
                                             v1::SetDatasetStatusResponse* response) override;
  grpc::ServerUnaryReactor* ListLedgerEntries(grpc::CallbackServerContext* context,
                                              const v1::ListLedgerEntriesRequest* request,
                                              v1::ListLedgerEntriesResponse* response) override;

 private:
  // What every change of a curator's names.
  struct Change {
    DatasetId dataset;
    Filter filter = Filter::kPure;
    CuratorNote note;
  };
  absl::StatusOr<Change> ReadChange(const Principal& who, const std::string& dataset,
                                    const std::string& reason) const;
  absl::Status DoGrant(const Principal& who, const v1::GrantAnalystRequest& request);
  absl::Status DoChangeLimit(const Principal& who, const v1::ChangeLimitRequest& request);
  absl::Status DoSetStatus(const Principal& who, const v1::SetDatasetStatusRequest& request);
  absl::Status DoGetBudget(const Principal& who, const v1::GetBudgetRequest& request,
                           v1::GetBudgetResponse& response) const;
  absl::Status DoList(const Principal& who, const v1::ListLedgerEntriesRequest& request,
                      v1::ListLedgerEntriesResponse& response) const;

  CallContext& calls_;
  Accountant& accountant_;
};

}  // namespace tacit

#endif  // TACIT_SERVER_BUDGET_SERVICE_H_
