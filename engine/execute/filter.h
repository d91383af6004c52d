// Keeps the rows for which all predicates are true.
#ifndef TACIT_ENGINE_EXECUTE_FILTER_H_
#define TACIT_ENGINE_EXECUTE_FILTER_H_

#include <array>
#include <cstdint>
#include <vector>

#include "engine/execute/evaluate.h"

namespace tacit {

class Filter {
 public:
  // Takes predicates of type kBool; none keeps every row.
  explicit Filter(std::vector<RowExpressionPtr> predicates);

  // Narrows a set without selection to the rows kept, in order. Points at this filter's own
  // selection, valid until the next call; where every row is kept the set stays as it is.
  void Narrow(RowSet& rows);

 private:
  const std::vector<RowExpressionPtr> predicates_;
  std::array<uint8_t, kBatchRowsMax> kept_;
  std::array<uint16_t, kBatchRowsMax> selection_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_FILTER_H_
