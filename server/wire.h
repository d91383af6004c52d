// Between messages and the engine's own types. Nothing is decided here.
#ifndef TACIT_SERVER_WIRE_H_
#define TACIT_SERVER_WIRE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "engine/answer_table.h"
#include "engine/plan/nodes/value.h"
#include "tacit/v1/budget.pb.h"
#include "tacit/v1/query.pb.h"

namespace tacit {

// Errors: kParameter for text that is not UTF-8 or holds NUL, and for numbers that are not finite.
absl::StatusOr<Value> ReadScalar(const v1::Scalar& scalar);
v1::Scalar WriteScalar(const Value& value);

// The type of a value that is not NULL.
ValueType TypeOf(const Value& value);

v1::Release WriteRelease(const AnswerTable& table);
v1::TopUp WriteTopUp(const TopUpView& view);

v1::Statistic WriteStatistic(const AnswerStatistic& statistic);
v1::GroupSelection WriteSelection(const SelectionView& selection);
v1::ReleaseColumn WriteColumn(const AnswerColumn& column);
v1::Cost WriteCost(const Amount& dataset, const Amount& analyst);
// Its fields `tracks` and `fits`.
void WriteForecast(const Forecast& forecast, v1::EstimateResponse& response);
v1::LedgerEntry WriteEntry(const LogEntry& entry);
v1::BudgetState WriteBudget(const BudgetView& budget);

// How an outcome stands in the ledger: an answer's message, or the reference of the fixed failure.
std::string PackAnswer(const v1::Release& release);
std::string PackFailure(const std::string& reference);

struct UnpackedOutcome {
  bool is_answer = false;
  v1::Release release;    // of an answer
  std::string reference;  // of a failure
};
// Error: kInternal when the bytes are neither.
absl::StatusOr<UnpackedOutcome> UnpackOutcome(const std::string& bytes);

// What a stored answer holds for a top-up. Errors: kRequest when it is a failure's or holds
// nothing, having been stored before there were top-ups; kInternal when it cannot be read.
absl::StatusOr<NoisedGroups> ReadNoised(const std::string& bytes);

}  // namespace tacit

#endif  // TACIT_SERVER_WIRE_H_
