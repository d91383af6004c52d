#include "engine/privacy/certificate.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tacit {
namespace {

std::string KindText(const CertifiedStatistic& statistic) {
  switch (statistic.kind) {
    case MeasureKind::kDistinct:
      return "distinct";
    case MeasureKind::kQuantile:
      return absl::StrCat("quantile ", statistic.quantile.numerator, "/",
                          statistic.quantile.denominator, " of ", statistic.cells, " cells of ",
                          statistic.cell_width);
    case MeasureKind::kSum:
      return statistic.bounding == Bounding::kRows ? "rows" : "unit total";
  }
  return "";
}

}  // namespace

std::string Certificate::ToText() const {
  std::string text = absl::StrCat(
      "groups ", group_count_.has_value() ? absl::StrCat(*group_count_) : "private", ", at most ",
      groups_released_max_, " shown, at most ", limits_.groups_per_unit_max, " a unit, at most ",
      limits_.rows_per_group_and_unit_max, " rows a group and unit",
      blocks_ > 0 ? absl::StrCat(", units in ", blocks_, " blocks") : "", "\n");
  if (!cells_.empty()) absl::StrAppend(&text, "cells ", absl::StrJoin(cells_, " "), "\n");
  for (const CertifiedStatistic& statistic : statistics_) {
    absl::StrAppend(&text, statistic.name, ": feature ", statistic.feature,
                    statistic.integral ? " integer " : " real ", KindText(statistic), " in [",
                    statistic.lower, ", ", statistic.upper, "] - ", statistic.centre, " on grid 2^",
                    statistic.granularity_log2, ", a unit changes a group by ", statistic.linf,
                    ", noise ", tacit::ToText(statistic.noise), "\n");
  }
  if (selection_.has_value()) {
    absl::StrAppend(&text, "selection: ");
    if (selection_->count >= 0) {
      absl::StrAppend(&text, "statistic", selection_->count, " at least ", selection_->threshold);
    } else {
      absl::StrAppend(&text, "units plus noise ", tacit::ToText(selection_->noise), " above ",
                      selection_->bound);
    }
    text += "\n";
  }
  for (const MechanismLoss& loss : losses_) absl::StrAppend(&text, tacit::ToText(loss), "\n");
  return text;
}

}  // namespace tacit
