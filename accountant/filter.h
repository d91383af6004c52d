// May it be spent? Basic composition as a filter: valid under fully adaptive choice of mechanisms
// and parameters (Rogers, Roth, Ullman, Vadhan 2016), because the sum of all losses never passes
// the limit.
#ifndef TACIT_ACCOUNTANT_FILTER_H_
#define TACIT_ACCOUNTANT_FILTER_H_

#include "accountant/accountant.h"

namespace tacit {

// One budget asked to bear one cost.
struct Admission {
  Filter filter = Filter::kPure;
  Amount spent;
  Amount cost;
  Amount limit;
};

// True when the filter knows how to count such a cost at all: kPure counts no delta.
bool CanCount(Filter filter, const Amount& cost);

// Claim:  true only when the cost can be counted, spent + cost <= limit in both components, and the
//         sum did not wrap. Needs: spent is the sum of all costs admitted before. Errors: none.
bool Admits(const Admission& admission);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_FILTER_H_
