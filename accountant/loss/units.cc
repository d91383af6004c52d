#include "accountant/loss/units.h"

#include <limits>
#include <optional>
#include <type_traits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

constexpr int kEpsilonDigits = 12;
constexpr int kDeltaDigits = 18;
constexpr uint64_t kEpsilonMax = 9'000'000'000'000'000'000u;  // 9e6 in pico-nats, below 2^63
constexpr uint64_t kOne = 1'000'000'000'000'000'000u;         // 1 in units of 1e-18
constexpr size_t kTextLengthMax = 128;
constexpr size_t kExponentLengthMax = 4;
constexpr int kWholeDigitsMax = 19;  // 10^19 - 1 fits 64 unsigned bits

// The value is `digits` (decimal, most significant first) times 10^exponent.
struct DecimalText {
  std::string digits;
  int exponent = 0;
};

// `whole` units and whether anything below one unit was left over.
struct Units {
  uint64_t whole = 0;
  bool rest = false;
};

bool TakeChar(std::string_view& text, char lower, char upper) {
  if (text.empty() || (text.front() != lower && text.front() != upper)) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view TakeDigits(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

// Reads digits[.digits][e[+-]digits] and nothing else, so that signs, hex, nan and inf have no way
// in.
std::optional<DecimalText> ReadDecimal(std::string_view text) {
  if (text.size() > kTextLengthMax) return std::nullopt;
  DecimalText decimal;
  decimal.digits = std::string(TakeDigits(text));
  if (decimal.digits.empty()) return std::nullopt;
  if (TakeChar(text, '.', '.')) {
    const std::string_view fraction = TakeDigits(text);
    if (fraction.empty()) return std::nullopt;
    decimal.digits.append(fraction);
    decimal.exponent -= static_cast<int>(fraction.size());
  }
  if (TakeChar(text, 'e', 'E')) {
    const bool negative = TakeChar(text, '-', '-');
    if (!negative) TakeChar(text, '+', '+');
    const std::string_view exponent = TakeDigits(text);
    if (exponent.empty() || exponent.size() > kExponentLengthMax) return std::nullopt;
    int value = 0;
    for (const char c : exponent) value = value * 10 + (c - '0');
    decimal.exponent += negative ? -value : value;
  }
  if (!text.empty()) return std::nullopt;
  return decimal;
}

// Scales by 10^shift exactly. nullopt when the whole part needs more than 19 digits.
std::optional<Units> Scale(const DecimalText& decimal, int shift) {
  const size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return Units{};
  const std::string_view digits = std::string_view(decimal.digits).substr(first);
  const int whole_digits = static_cast<int>(digits.size()) + decimal.exponent + shift;
  if (whole_digits > kWholeDigitsMax) return std::nullopt;
  Units units;
  for (int i = 0; i < static_cast<int>(digits.size()); ++i) {
    const auto digit = static_cast<uint64_t>(digits[i] - '0');
    if (i < whole_digits) {
      units.whole = units.whole * 10 + digit;
    } else {
      units.rest = units.rest || digit != 0;
    }
  }
  for (int i = static_cast<int>(digits.size()); i < whole_digits; ++i) units.whole *= 10;
  return units;
}

uint64_t Round(const Units& units, Rounding rounding) {
  return units.whole + (units.rest && rounding == Rounding::kCost ? 1 : 0);
}

// Plain decimal text of units * 10^-digits without trailing zeros.
std::string Decimal(int64_t units, int digits) {
  std::string text = absl::StrCat(units);
  if (static_cast<int>(text.size()) <= digits) text.insert(0, digits + 1 - text.size(), '0');
  text.insert(text.size() - digits, 1, '.');
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

absl::Status NotAnAmount(std::string_view name, std::string_view text, std::string_view range) {
  const std::string shown = absl::CHexEscape(std::string(text.substr(0, 40)));
  return Refuse(Reason::kPrivacyParameter,
                absl::StrCat(std::string(name), " \"", shown, "\" is not a decimal number ",
                             std::string(range)),
                {.fix = "write it in digits, such as \"0.1\" or \"1e-6\""});
}

template <typename Tag>
std::string_view NameOf() {
  if (std::is_same_v<Tag, EpsilonTag>) return "epsilon";
  return std::is_same_v<Tag, RhoTag> ? "rho" : "divergence";
}

int64_t AddOrSaturate(int64_t a, int64_t b) {
  TACIT_CHECK(a >= 0 && b >= 0);
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<int64_t>::max() : sum;
}

}  // namespace

template <typename Tag>
absl::StatusOr<PicoNats<Tag>> PicoNats<Tag>::Parse(std::string_view decimal, Rounding rounding) {
  const auto refused = [&] { return NotAnAmount(NameOf<Tag>(), decimal, "from 0 to 9000000"); };
  const std::optional<DecimalText> text = ReadDecimal(decimal);
  if (!text.has_value()) return refused();
  const std::optional<Units> units = Scale(*text, kEpsilonDigits);
  if (!units.has_value() || units->whole > kEpsilonMax) return refused();
  if (units->whole == kEpsilonMax && units->rest) return refused();
  return FromPico(static_cast<int64_t>(Round(*units, rounding)));
}

template <typename Tag>
PicoNats<Tag> PicoNats<Tag>::FromPico(int64_t pico) {
  TACIT_CHECK(pico >= 0);
  return PicoNats(pico);
}

template <typename Tag>
std::string PicoNats<Tag>::ToDecimal() const {
  return Decimal(pico_, kEpsilonDigits);
}

template class PicoNats<EpsilonTag>;
template class PicoNats<RhoTag>;
template class PicoNats<DivergenceTag>;

absl::StatusOr<Delta> Delta::Parse(std::string_view decimal, Rounding rounding) {
  const auto refused = [&] { return NotAnAmount("delta", decimal, "of at least 0 and below 1"); };
  const std::optional<DecimalText> text = ReadDecimal(decimal);
  if (!text.has_value()) return refused();
  const std::optional<Units> units = Scale(*text, kDeltaDigits);
  // A cost just below 1 rounds up to 1, which is as good as no privacy at all.
  if (!units.has_value() || Round(*units, rounding) >= kOne) return refused();
  return FromAtto(static_cast<int64_t>(Round(*units, rounding)));
}

Delta Delta::FromAtto(int64_t atto) {
  TACIT_CHECK(atto >= 0);
  return Delta(atto);
}

std::string Delta::ToDecimal() const { return Decimal(atto_, kDeltaDigits); }

Amount AddSaturating(const Amount& a, const Amount& b) {
  return {Epsilon::FromPico(AddOrSaturate(a.epsilon.pico(), b.epsilon.pico())),
          Delta::FromAtto(AddOrSaturate(a.delta.atto(), b.delta.atto()))};
}

bool Within(const Amount& a, const Amount& limit) {
  return a.epsilon <= limit.epsilon && a.delta <= limit.delta;
}

Amount Remaining(const Amount& limit, const Amount& spent) {
  Amount remaining;
  if (spent.epsilon < limit.epsilon) {
    remaining.epsilon = Epsilon::FromPico(limit.epsilon.pico() - spent.epsilon.pico());
  }
  if (spent.delta < limit.delta) {
    remaining.delta = Delta::FromAtto(limit.delta.atto() - spent.delta.atto());
  }
  return remaining;
}

}  // namespace tacit
