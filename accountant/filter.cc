#include "accountant/filter.h"

namespace tacit {

bool CanCount(Filter filter, const Amount& cost) {
  switch (filter) {
    case Filter::kPure:
      return cost.delta == Delta();
    case Filter::kApproximate:
      return true;
  }
  return false;  // a value outside the enumeration counts nothing
}

bool Admits(const Admission& admission) {
  if (!CanCount(admission.filter, admission.cost)) return false;
  // The saturated sum lies above every limit that text can name, so a sum that would wrap is
  // refused; the second test keeps that true even for a limit that was not made from text.
  const Amount total = AddSaturating(admission.spent, admission.cost);
  return Within(total, admission.limit) &&
         Within(admission.cost, Remaining(admission.limit, admission.spent));
}

}  // namespace tacit
