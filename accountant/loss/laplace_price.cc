#include "accountant/loss/laplace_price.h"

#include "accountant/check.h"

namespace tacit {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int64_t kPicoPerNat = 1'000'000'000'000;
constexpr int64_t kPriceMax = 9'000'000'000'000'000'000;  // the largest Epsilon text can name
constexpr int kShiftMax = 62;
constexpr int64_t kNumeratorEnd = int64_t{1} << 62;

std::optional<Amount> PureAmount(const std::optional<Epsilon>& epsilon) {
  if (!epsilon.has_value()) return std::nullopt;
  return Amount{*epsilon, Delta()};
}

}  // namespace

bool IsValid(const LaplaceScale& scale) {
  return scale.numerator > 0 && scale.numerator < kNumeratorEnd && scale.denominator_log2 >= 0 &&
         scale.denominator_log2 <= kShiftMax;
}

bool IsPriceable(const Epsilon& epsilon) {
  return epsilon.pico() > 0 && epsilon.pico() <= kPriceMax;
}

// ceil(1e12 * 2^k * factors / numerator). A product that overflows 128 bits would, divided by less
// than 2^62, still exceed 2^66 > kPriceMax, so it has no price anyway.
std::optional<Epsilon> RatioRoundUp(std::initializer_list<int64_t> factors,
                                    const LaplaceScale& scale) {
  if (!IsValid(scale)) return std::nullopt;
  Wide product = static_cast<Wide>(kPicoPerNat) << scale.denominator_log2;
  for (const int64_t factor : factors) {
    if (factor <= 0) return std::nullopt;
    if (__builtin_mul_overflow(product, static_cast<Wide>(factor), &product)) return std::nullopt;
  }
  const auto numerator = static_cast<Wide>(scale.numerator);
  const Wide quotient = product / numerator + (product % numerator != 0 ? 1 : 0);
  TACIT_CHECK(quotient > 0);  // a mechanism that reveals something never costs nothing
  if (quotient > static_cast<Wide>(kPriceMax)) return std::nullopt;
  return Epsilon::FromPico(static_cast<int64_t>(quotient));
}

std::optional<Amount> Price(const DiscreteLaplaceLoss& loss) {
  return PureAmount(RatioRoundUp({loss.l1_sensitivity}, loss.scale));
}

std::optional<Amount> Price(const NoisyMaxLoss& loss) {
  return PureAmount(RatioRoundUp({loss.groups, 2, loss.score_sensitivity}, loss.scale));
}

std::optional<Amount> Price(const PureLoss& loss) {
  if (!IsPriceable(loss.epsilon)) return std::nullopt;
  return Amount{loss.epsilon, Delta()};
}

}  // namespace tacit
