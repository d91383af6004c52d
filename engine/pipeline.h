// The one way through: text to noisy answer. Read pipeline.cc; it is the picture in the README.
#ifndef TACIT_ENGINE_PIPELINE_H_
#define TACIT_ENGINE_PIPELINE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "engine/answer_table.h"
#include "engine/plan/nodes/query_plan.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/random/random_bits.h"
#include "engine/storage/dataset_store.h"
#include "engine/top_up.h"

namespace tacit {

// What an analyst asks, already authenticated.
struct QueryRequest {
  DatasetId dataset;
  AnalystId analyst;
  RequestId request;  // empty: only Prepare may be called
  std::string sql;
  std::vector<Value> parameters;  // $1, $2, ...
  // Decimal texts. Exactly one of epsilon, rho and accuracy: the whole query's cost, or the largest
  // half width of a 95% interval, for which the least cost is found.
  std::string epsilon;
  std::string delta;  // empty: none
  std::string rho;
  std::string accuracy;
  bool fresh = false;  // never answer from a stored release
  // Of an earlier answer of the analyst's that is topped up; empty: none.
  RequestId top_up;
};

// Two requests with one id are the same request when this agrees.
Digest DigestRequest(const QueryRequest& request);

// Everything known of a query before it is paid for. Public: no row was read to make it.
struct PreparedQuery {
  QueryPlan plan;
  std::string question;  // DigestQuestion
  std::optional<TopUp> top_up;
  std::string plan_text;
  Certificate certificate;
  Charge charge;
};

// What Run hands back: the stored bytes and what this call cost.
struct QueryOutcome {
  std::string bytes;
  bool reused = false;
  Amount dataset_charged;
  Amount analyst_charged;
};

// How outcomes are written down. The server knows the wire; the engine does not.
struct OutcomeWriter {
  std::function<std::string(const AnswerTable&)> answer;
  std::function<std::string()> failure;  // the one fixed internal error
};

// Parse -> Analyze -> Plan -> Certify. Cannot spend and reads no private row; every refusal it
// makes is decided from the text, the parameters, the public schema, the policy and `earlier`, the
// answer that the request names to be topped up (null: none).
absl::StatusOr<PreparedQuery> Prepare(const QueryRequest& request, const DatasetSchema& schema,
                                      DataVersion data_version,
                                      const EarlierAnswer* earlier = nullptr);

// Spend -> Execute -> Perturb -> Release. After Spend only an answer or the fixed failure can
// follow; either is stored before it is returned. `snapshot` must be the data version of the
// certificate.
class QueryRunner {
 public:
  // `threads`: how many parts the units are split into; it moves no answer.
  QueryRunner(Accountant& accountant, int threads);

  absl::StatusOr<QueryOutcome> Run(const PreparedQuery& query, const DatasetSnapshot& snapshot,
                                   const OutcomeWriter& writer) const;

 private:
  // Defined in the test tree alone: plays a tape instead of kernel randomness.
  friend struct TapeForTest;

  absl::StatusOr<AnswerTable> Answer(const PreparedQuery& query, const DatasetSnapshot& snapshot,
                                     SpendReceipt receipt) const;

  Accountant& accountant_;
  const int threads_;
  std::function<RandomBits()> open_random_ = RandomBits::Open;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PIPELINE_H_
