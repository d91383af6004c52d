// What analysts and a curator ask of a real server while faults strike its ledger, and whether it
// kept its word.
#ifndef TACIT_TESTS_LEDGER_FAULTS_SESSION_H_
#define TACIT_TESTS_LEDGER_FAULTS_SESSION_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "tacit/v1/budget.grpc.pb.h"
#include "tacit/v1/dataset.grpc.pb.h"
#include "tacit/v1/query.grpc.pb.h"

namespace tacit::faults {

// One question under its request id, and what came back.
struct Question {
  std::string analyst;
  v1::ExecuteRequest request;
  bool refused = false;   // it asks for more than the policy admits
  bool answered = false;  // and then with `bytes`
  std::string bytes;
};

class Session {
 public:
  // Request ids are made of `number`, which no two sessions on one ledger share.
  explicit Session(int number) : number_(number) {}

  // Every shape of request: a policy, a publication, a new answer, its retry, a top-up, a
  // reuse, a paid reuse, a refusal, a validation, an estimate, budget and log, and four analysts at
  // once. Returns when all is asked, or when the server does not answer any more. Not thread-safe.
  void Ask(const std::string& address);

  // Asks everything again, as clients do after a restart, and reads the log. Empty if nothing that
  // was answered is lost or changed, all else is answered now, each request was debited at most
  // once, no answer stands without debit, and the total is the sum of the debits.
  std::string Judge(const std::string& address);

 private:
  struct Stubs {
    std::unique_ptr<v1::QueryService::Stub> query;
    std::unique_ptr<v1::BudgetService::Stub> budget;
    std::unique_ptr<v1::DatasetService::Stub> dataset;
  };
  static Stubs Connect(const std::string& address);

  Question& Add(const std::string& analyst, const std::string& epsilon, bool fresh);
  // False when the server does not answer.
  bool Execute(Stubs& stubs, Question& question);
  bool Curate(Stubs& stubs);
  bool Read(Stubs& stubs);
  std::string Compare(Stubs& stubs, const Question& question);
  std::string CompareLog(Stubs& stubs);

  const int number_;
  int asked_ = 0;
  std::vector<std::unique_ptr<Question>> questions_;
  int64_t policy_version_ = 0;  // the last that was acknowledged
  int64_t data_version_ = 0;
};

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_SESSION_H_
