// One text for a dataset that is absent and one that is not granted: whoever may not ask learns
// nothing from which of the two it was, nor from which service said so.
#ifndef TACIT_SERVER_NO_SUCH_DATASET_H_
#define TACIT_SERVER_NO_SUCH_DATASET_H_

#include "absl/status/status.h"
#include "accountant/refusal.h"

namespace tacit {

inline absl::Status NoSuchDataset() {
  return Refuse(Reason::kNotFound, "there is no such dataset, or it is not yours to ask",
                {.fix = "check the name, or ask its curator for a budget"});
}

}  // namespace tacit

#endif  // TACIT_SERVER_NO_SUCH_DATASET_H_
