#include "accountant/loss/mechanism_loss.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int64_t kPicoPerNat = 1'000'000'000'000;
constexpr int64_t kPriceMax = 9'000'000'000'000'000'000;  // the largest Epsilon text can name
constexpr int kShiftMax = 62;
constexpr int64_t kNumeratorEnd = int64_t{1} << 62;

bool IsValid(const LaplaceScale& scale) {
  return scale.numerator > 0 && scale.numerator < kNumeratorEnd && scale.denominator_log2 >= 0 &&
         scale.denominator_log2 <= kShiftMax;
}

std::optional<Amount> ToPrice(Wide pico) {
  if (pico == 0 || pico > static_cast<Wide>(kPriceMax)) return std::nullopt;
  return Amount{Epsilon::FromPico(static_cast<int64_t>(pico)), Delta()};
}

// ceil(l1 * 2^k * 1e12 / numerator). A product that overflows 128 bits would, divided by less than
// 2^62, still exceed 2^66 > kPriceMax, so it has no price anyway.
std::optional<Amount> Price(const DiscreteLaplaceLoss& loss) {
  if (loss.l1_sensitivity <= 0 || !IsValid(loss.scale)) return std::nullopt;
  const Wide shifted = static_cast<Wide>(loss.l1_sensitivity) << loss.scale.denominator_log2;
  Wide product = 0;
  if (__builtin_mul_overflow(shifted, static_cast<Wide>(kPicoPerNat), &product)) {
    return std::nullopt;
  }
  const auto numerator = static_cast<Wide>(loss.scale.numerator);
  const Wide quotient = product / numerator + (product % numerator != 0 ? 1 : 0);
  TACIT_CHECK(quotient > 0);  // l1 > 0, so a mechanism that reveals something never costs nothing
  return ToPrice(quotient);
}

std::optional<Amount> Price(const PureLoss& loss) {
  return ToPrice(static_cast<Wide>(loss.epsilon.pico()));
}

std::string Text(const DiscreteLaplaceLoss& loss) {
  return absl::StrCat("DiscreteLaplace{l1=", loss.l1_sensitivity, ",scale=", loss.scale.numerator,
                      "/2^", loss.scale.denominator_log2, "}");
}

std::string Text(const PureLoss& loss) {
  return absl::StrCat("Pure{epsilon=", loss.epsilon.ToDecimal(), "}");
}

// Takes `prefix` off the front.
bool Take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Takes everything before `end`, and `end` itself.
std::optional<std::string> TakeUntil(std::string_view& text, std::string_view end) {
  const size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  std::string taken(text.substr(0, at));
  text.remove_prefix(at + end.size());
  return taken;
}

template <typename Number>
bool TakeNumber(std::string_view& text, std::string_view end, Number& number) {
  const std::optional<std::string> digits = TakeUntil(text, end);
  return digits.has_value() && absl::SimpleAtoi(*digits, &number);
}

// Reads leniently; ParseMechanismLoss then insists that writing it again gives the same text.
std::optional<MechanismLoss> ReadLoss(std::string_view text) {
  if (Take(text, "DiscreteLaplace{l1=")) {
    DiscreteLaplaceLoss loss;
    if (!TakeNumber(text, ",scale=", loss.l1_sensitivity)) return std::nullopt;
    if (!TakeNumber(text, "/2^", loss.scale.numerator)) return std::nullopt;
    if (!TakeNumber(text, "}", loss.scale.denominator_log2)) return std::nullopt;
    return loss;
  }
  if (Take(text, "Pure{epsilon=")) {
    const std::optional<std::string> decimal = TakeUntil(text, "}");
    if (!decimal.has_value()) return std::nullopt;
    const absl::StatusOr<Epsilon> epsilon = Epsilon::Parse(*decimal, Rounding::kCost);
    if (!epsilon.ok()) return std::nullopt;
    return PureLoss{*epsilon};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Amount> PriceRoundUp(const MechanismLoss& loss) {
  return std::visit([](const auto& one) { return Price(one); }, loss);
}

std::string ToText(const MechanismLoss& loss) {
  return std::visit([](const auto& one) { return Text(one); }, loss);
}

absl::StatusOr<MechanismLoss> ParseMechanismLoss(std::string_view text) {
  std::optional<MechanismLoss> loss = ReadLoss(text);
  if (!loss.has_value() || ToText(*loss) != text) {
    return Refuse(Reason::kPrivacyParameter,
                  absl::StrCat("\"", absl::CHexEscape(std::string(text.substr(0, 80))),
                               "\" is not the canonical text of a mechanism's loss"),
                  {.fix = "write it as ToText does"});
  }
  return *std::move(loss);
}

}  // namespace tacit
