// The values of $1, $2, ... in one query, and which of them it used.
#ifndef TACIT_ENGINE_ANALYZE_PARAMETERS_H_
#define TACIT_ENGINE_ANALYZE_PARAMETERS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/plan/nodes/value.h"

namespace tacit {

class Parameters {
 public:
  // `values` must outlive this.
  explicit Parameters(const std::vector<Value>& values);

  // Values that no literal could have are refused: reals that are not finite, text that is not
  // UTF-8 or holds a NUL byte. Errors: kParameter.
  absl::Status CheckValues() const;
  // The value of $number. Errors: kParameter when none was given.
  absl::StatusOr<Value> Use(int number, int position);
  // Refuses a value that was given and never used: it is likely a mistake in numbering.
  absl::Status CheckAllUsed() const;

 private:
  const std::vector<Value>& values_;
  std::vector<bool> used_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_PARAMETERS_H_
