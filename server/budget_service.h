// Shows what is spent: their own to analysts, everything to curators.
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
  grpc::ServerUnaryReactor* ListLedgerEntries(grpc::CallbackServerContext* context,
                                              const v1::ListLedgerEntriesRequest* request,
                                              v1::ListLedgerEntriesResponse* response) override;

 private:
  absl::Status DoGetBudget(const Principal& who, const v1::GetBudgetRequest& request,
                           v1::GetBudgetResponse& response) const;
  absl::Status DoList(const Principal& who, const v1::ListLedgerEntriesRequest& request,
                      v1::ListLedgerEntriesResponse& response) const;

  CallContext& calls_;
  Accountant& accountant_;
};

}  // namespace tacit

#endif  // TACIT_SERVER_BUDGET_SERVICE_H_
