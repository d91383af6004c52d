// The equal buckets of WIDTH_BUCKET(x, low, high, count).
#ifndef TACIT_ENGINE_PLAN_NODES_BUCKETS_H_
#define TACIT_ENGINE_PLAN_NODES_BUCKETS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tacit {

// Needs: low < high, both finite as is their difference; 1 <= count <= kBucketsMax.
struct Buckets {
  double low = 0;
  double high = 1;
  int64_t count = 1;

  // Total, and no smaller for a greater x: 0 below `low`, count + 1 from `high` on, else 1 to
  // count. Infinities, which are ends of what x can be, have numbers too.
  int64_t NumberOf(double x) const {
    const double share = (std::clamp(x, low, high) - low) / (high - low);
    // The share of an x just below `high` may be rounded up to 1.
    const double within =
        std::min(std::floor(static_cast<double>(count) * share) + 1, static_cast<double>(count));
    return x < low ? 0 : x >= high ? count + 1 : static_cast<int64_t>(within);
  }
};

// As many as PostgreSQL's integer counts.
inline constexpr int64_t kBucketsMax = 2147483647;

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_BUCKETS_H_
