#include "engine/privacy/sensitivity.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/privacy/quantile.h"

namespace tacit {
namespace {

// Under Laplace noise integers up to 2^40 stay exact; wider ones, and reals, are rounded to 2^-40
// and 2^-30 of their bound. Gaussian noise wants a grid on which the unit's change is about 2^36,
// so that the discrete Gaussian is as good as the continuous one
// (accountant/loss/gaussian.proof.md).
constexpr int kIntegerBits = 40;
constexpr int kRealBits = 30;
constexpr int kGaussianBits = 36;
constexpr int kCentreBits = 10;
// Bounds within 2^+-500, so that grid arithmetic in doubles neither overflows nor meets subnormals.
constexpr int kExponentMax = 500;
constexpr int64_t kLinfMax = int64_t{1} << 60;
constexpr int64_t kCellsMax = 1024;
constexpr int64_t kQuantileDenominatorMax = 1000;

// ceil(log2(magnitude)) for a positive magnitude.
int CeilLog2(double magnitude) {
  int exponent = 0;
  const double fraction = std::frexp(magnitude, &exponent);  // magnitude = fraction * 2^exponent
  return fraction == 0.5 ? exponent - 1 : exponent;
}

int CeilLog2(int64_t count) { return std::bit_width(static_cast<uint64_t>(count - 1)); }

absl::Status CheckBounds(const Statistic& statistic) {
  const ValueBounds& bounds = statistic.bounds;
  const double magnitude = std::max(std::fabs(bounds.lower), std::fabs(bounds.upper));
  if (!std::isfinite(bounds.lower) || !std::isfinite(bounds.upper) ||
      !(bounds.lower <= bounds.upper) || !std::isfinite(statistic.centre)) {
    return Refuse(Reason::kMissingBounds, absl::StrCat(statistic.name, " has no finite bounds"));
  }
  if (magnitude == 0) {
    return Refuse(Reason::kMissingBounds, absl::StrCat(statistic.name, " is always 0"),
                  {.fix = "leave it out"});
  }
  if (std::abs(CeilLog2(magnitude)) > kExponentMax) {
    return Refuse(Reason::kLimit,
                  absl::StrCat("the bounds of ", statistic.name, " are beyond 1e+-150"),
                  {.fix = "rescale the column", .limit = "bounds"});
  }
  return absl::OkStatus();
}

absl::Status CheckShape(const Statistic& statistic) {
  const ValueBounds& bounds = statistic.bounds;
  const bool is_sum = statistic.kind == MeasureKind::kSum;
  const bool by_rows = statistic.bounding == Bounding::kRows;
  const bool inside = bounds.lower <= statistic.centre && statistic.centre <= bounds.upper;
  if (statistic.centre != 0 && (!inside || !is_sum || !by_rows)) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("the centre of ", statistic.name, " is misplaced"));
  }
  if (!is_sum && !by_rows) {
    return Refuse(Reason::kUnsupported, absl::StrCat(statistic.name, " has no unit total"));
  }
  if (statistic.kind == MeasureKind::kDistinct && bounds != ValueBounds{0, 1}) {
    return Refuse(Reason::kUnsupported, absl::StrCat(statistic.name, " counts in other than ones"));
  }
  const Quantile& quantile = statistic.quantile;
  const bool is_share = 0 <= quantile.numerator && quantile.numerator <= quantile.denominator &&
                        0 < quantile.denominator && quantile.denominator <= kQuantileDenominatorMax;
  if (statistic.kind == MeasureKind::kQuantile && !is_share) {
    return Refuse(Reason::kUnsupported, absl::StrCat(statistic.name, " asks for no quantile"));
  }
  return absl::OkStatus();
}

// Follows what enters the sum, which a centre may make far smaller than the bounds: down to
// 2^-kCentreBits of them, so that the bounds themselves stay exact integers too.
int GranularityOf(const Statistic& statistic, const ContributionLimits& limits, NoiseKind noise) {
  const ValueBounds& bounds = statistic.bounds;
  const int of_bounds = CeilLog2(std::max(std::fabs(bounds.lower), std::fabs(bounds.upper)));
  const double moved = std::max(std::fabs(bounds.lower - statistic.centre),
                                std::fabs(bounds.upper - statistic.centre));
  const int of_moved = moved > 0 ? CeilLog2(moved) : of_bounds;
  const int exponent = std::max(of_moved, of_bounds - kCentreBits);
  if (noise == NoiseKind::kGaussian && statistic.kind != MeasureKind::kQuantile) {
    const int rows =
        statistic.bounding == Bounding::kRows ? CeilLog2(limits.rows_per_group_and_unit_max) : 0;
    return exponent + rows + CeilLog2(limits.groups_per_unit_max) / 2 - kGaussianBits;
  }
  return statistic.integral ? std::max(0, of_bounds - kIntegerBits) : exponent - kRealBits;
}

// Rounds bounds outward to the grid.
void FixGrid(const Statistic& statistic, CertifiedStatistic& fixed) {
  fixed.lower =
      static_cast<int64_t>(std::floor(std::ldexp(statistic.bounds.lower, -fixed.granularity_log2)));
  fixed.upper =
      static_cast<int64_t>(std::ceil(std::ldexp(statistic.bounds.upper, -fixed.granularity_log2)));
  fixed.centre = std::llround(std::ldexp(statistic.centre, -fixed.granularity_log2));
  TACIT_CHECK(fixed.lower <= fixed.centre || fixed.centre == 0);
  TACIT_CHECK(fixed.upper >= fixed.centre || fixed.centre == 0);
  if (statistic.kind != MeasureKind::kQuantile) return;
  const int64_t width = fixed.upper - fixed.lower;
  fixed.cell_width = width / kCellsMax + 1;
  fixed.cells = width / fixed.cell_width + 1;
}

// What one row (kRows) or one unit's total can put into its group.
int64_t MostOf(const CertifiedStatistic& fixed) {
  if (fixed.kind == MeasureKind::kQuantile) {
    if (IsOuter(fixed.quantile)) return fixed.quantile.denominator;
    return std::max(fixed.quantile.numerator,
                    fixed.quantile.denominator - fixed.quantile.numerator);
  }
  return std::max(std::abs(fixed.lower - fixed.centre), std::abs(fixed.upper - fixed.centre));
}

}  // namespace

absl::StatusOr<CertifiedStatistic> FixSensitivity(const Statistic& statistic,
                                                  const ContributionLimits& limits,
                                                  NoiseKind noise) {
  TACIT_RETURN_IF_ERROR(CheckBounds(statistic));
  TACIT_RETURN_IF_ERROR(CheckShape(statistic));
  CertifiedStatistic fixed;
  fixed.name = statistic.name;
  fixed.kind = statistic.kind;
  fixed.feature = statistic.feature;
  fixed.bounding = statistic.bounding;
  fixed.integral = statistic.integral;
  fixed.quantile = statistic.quantile;
  fixed.granularity_log2 = GranularityOf(statistic, limits, noise);
  FixGrid(statistic, fixed);
  if (fixed.kind == MeasureKind::kQuantile && fixed.cells < 2) {
    return Refuse(Reason::kMissingBounds,
                  absl::StrCat(statistic.name, " is decided by its bounds alone"),
                  {.fix = "leave it out"});
  }
  const int64_t most = MostOf(fixed);
  TACIT_CHECK(most <= int64_t{1} << (kIntegerBits + 1));
  if (most <= 0) {
    return Refuse(Reason::kMissingBounds,
                  absl::StrCat("sensitivity 0: ", statistic.name, " cannot move"),
                  {.fix = "leave it out"});
  }
  const int64_t rows = fixed.bounding == Bounding::kRows ? limits.rows_per_group_and_unit_max : 1;
  const __int128 linf = static_cast<__int128>(most) * rows;
  if (linf > kLinfMax) {
    return Refuse(
        Reason::kLimit, absl::StrCat("one person could move ", statistic.name, " too far"),
        {.fix = "narrow the bounds or lower the contribution limits", .limit = "sensitivity"});
  }
  fixed.linf = static_cast<int64_t>(linf);
  return fixed;
}

}  // namespace tacit
