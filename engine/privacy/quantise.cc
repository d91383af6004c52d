#include "engine/privacy/quantise.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "accountant/check.h"

namespace tacit {
namespace {

// Rows under kUnitTotal are first clipped here, so that no number of rows can leave 128 bits.
constexpr int64_t kRowMax = int64_t{1} << 62;

// The ends a row is clipped to, and what is then taken off. Passed by value, so that the loops
// below keep it in registers.
struct Clip {
  int64_t lower;
  int64_t upper;
  int64_t centre;
  int64_t operator()(int64_t units) const { return std::clamp(units, lower, upper) - centre; }
};

Clip ClipOf(const CertifiedStatistic& sum) {
  if (sum.bounding == Bounding::kUnitTotal) return {-kRowMax, kRowMax, 0};
  return {sum.lower, sum.upper, sum.centre};
}

// An integer in grid units: shifted, never overflowing.
int64_t ToUnits(int64_t value, int granularity_log2) {
  if (granularity_log2 >= 0) return value >> std::min(granularity_log2, 63);
  const int left = std::min(-granularity_log2, 62);
  const int64_t most = kRowMax >> left;
  return std::clamp(value, -most, most) * (int64_t{1} << left);
}

void QuantiseIntegers(Clip clip, int granularity_log2, absl::Span<const int64_t> values,
                      int64_t* entries) {
  for (size_t row = 0; row < values.size(); ++row) {
    entries[row] = clip(ToUnits(values[row], granularity_log2));
  }
}

void QuantiseFloats(Clip clip, int granularity_log2, absl::Span<const double> values,
                    int64_t* entries) {
  // Exact: a power of two within 2^+-530.
  const double units_per_value = std::ldexp(1.0, -granularity_log2);
  const auto low = static_cast<double>(clip.lower);
  const auto high = static_cast<double>(clip.upper);
  for (size_t row = 0; row < values.size(); ++row) {
    double units = values[row] * units_per_value;
    units = units >= low ? units : low;  // also catches NaN
    units = units <= high ? units : high;
    units += std::copysign(0.5, units);
    entries[row] = clip(static_cast<int64_t>(units));
  }
}

// Values as themselves: the same number, or the same text, is the same entry. The smallest integer
// makes room for kNoEntry and counts as its neighbour.
void IdentifyValues(const FeatureArray& feature, absl::Span<int64_t> entries) {
  if (!feature.integers.empty()) {
    TACIT_CHECK(feature.integers.size() == entries.size());
    for (size_t row = 0; row < entries.size(); ++row) {
      entries[row] = std::max(feature.integers[row], kNoEntry + 1);
    }
    return;
  }
  TACIT_CHECK(feature.floats.size() == entries.size());
  for (size_t row = 0; row < entries.size(); ++row) {
    entries[row] = std::bit_cast<int64_t>(feature.floats[row] + 0.0);  // -0 is 0
  }
}

void ToCells(const CertifiedStatistic& statistic, absl::Span<int64_t> entries) {
  for (int64_t& entry : entries) entry = (entry - statistic.lower) / statistic.cell_width;
}

}  // namespace

void Quantise(const CertifiedStatistic& statistic, const FeatureArray& feature,
              absl::Span<int64_t> entries) {
  const Clip clip = ClipOf(statistic);
  if (statistic.kind == MeasureKind::kDistinct) {
    IdentifyValues(feature, entries);
  } else if (!feature.integers.empty()) {
    TACIT_CHECK(feature.integers.size() == entries.size());
    QuantiseIntegers(clip, statistic.granularity_log2, feature.integers, entries.data());
  } else if (!feature.floats.empty()) {
    TACIT_CHECK(feature.floats.size() == entries.size());
    QuantiseFloats(clip, statistic.granularity_log2, feature.floats, entries.data());
  } else {
    std::fill(entries.begin(), entries.end(), clip(ToUnits(1, statistic.granularity_log2)));
  }
  if (statistic.kind == MeasureKind::kQuantile) ToCells(statistic, entries);
  if (feature.valid.empty()) return;
  TACIT_CHECK(feature.valid.size() == entries.size());
  const int64_t null_entry = statistic.kind == MeasureKind::kSum ? 0 : kNoEntry;
  for (size_t row = 0; row < entries.size(); ++row) {
    entries[row] = feature.valid[row] != 0 ? entries[row] : null_entry;
  }
}

}  // namespace tacit
