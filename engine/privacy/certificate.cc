#include "engine/privacy/certificate.h"

#include "absl/strings/str_cat.h"

namespace tacit {

std::vector<MechanismLoss> Certificate::losses() const {
  std::vector<MechanismLoss> losses;
  losses.reserve(sums_.size());
  for (const CertifiedSum& sum : sums_) losses.push_back(sum.loss);
  return losses;
}

std::string Certificate::ToText() const {
  std::string text = absl::StrCat("groups ", group_count_, ", at most ",
                                  limits_.groups_per_unit_max, " a unit, at most ",
                                  limits_.rows_per_group_and_unit_max, " rows a group and unit\n");
  for (const CertifiedSum& sum : sums_) {
    absl::StrAppend(&text, sum.name, ": feature ", sum.feature, sum.integral ? " integer" : " real",
                    sum.bounding == Bounding::kRows ? ", rows in [" : ", unit total in [",
                    sum.lower, ", ", sum.upper, "] - ");
    absl::StrAppend(&text, sum.centre, " on grid 2^", sum.granularity_log2, ", L1 ",
                    sum.l1_sensitivity, ", ", tacit::ToText(sum.loss), "\n");
  }
  return text;
}

}  // namespace tacit
