#include "engine/execute/filter.h"

#include <utility>

#include "accountant/check.h"

namespace tacit {

Filter::Filter(std::vector<RowExpressionPtr> predicates) : predicates_(std::move(predicates)) {
  for (const RowExpressionPtr& predicate : predicates_) {
    TACIT_CHECK(predicate->type() == ValueType::kBool);
  }
}

void Filter::Narrow(RowSet& rows) {
  TACIT_CHECK(rows.selection == nullptr && rows.count <= kBatchRowsMax);
  if (predicates_.empty()) return;
  // NULL holds false in a boolean vector, so "true" is the boolean itself.
  const uint8_t* kept = predicates_[0]->Evaluate(rows).booleans;
  for (size_t k = 1; k < predicates_.size(); ++k) {
    const uint8_t* other = predicates_[k]->Evaluate(rows).booleans;
    for (int i = 0; i < rows.count; ++i) kept_[i] = kept[i] & other[i];
    kept = kept_.data();
  }
  // Storing every position and advancing by 0 or 1 has no branch to mispredict.
  int count = 0;
  for (int i = 0; i < rows.count; ++i) {
    selection_[count] = static_cast<uint16_t>(i);
    count += kept[i];
  }
  if (count == rows.count) return;
  rows.selection = selection_.data();
  rows.count = count;
}

}  // namespace tacit
