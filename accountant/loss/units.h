// Privacy amounts as exact integers, parsed from decimal text, rounded against the asker.
//
// Epsilon, Rho and Divergence count pico-nats (1e-12), Delta counts 1e-18. A cost rounds up, a
// limit rounds down, so neither the parser nor the ledger ever gives a crumb away. There is no
// conversion to or from double.
#ifndef TACIT_ACCOUNTANT_LOSS_UNITS_H_
#define TACIT_ACCOUNTANT_LOSS_UNITS_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace tacit {

enum class Rounding { kCost /* up */, kLimit /* down */ };

// A non-negative amount of one kind of divergence. `Tag` keeps an epsilon from being passed as a
// rho. Errors of Parse: kPrivacyParameter for anything but plain decimal or exponent notation of a
// finite number in [0, 9e6]; "-0", "nan", "inf", "" and hex are refused.
template <typename Tag>
class PicoNats {
 public:
  PicoNats() = default;
  static absl::StatusOr<PicoNats> Parse(std::string_view decimal, Rounding rounding);
  static PicoNats FromPico(int64_t pico);  // CHECKs pico >= 0
  int64_t pico() const { return pico_; }
  std::string ToDecimal() const;  // shortest exact decimal text, "0.1"
  friend auto operator<=>(const PicoNats&, const PicoNats&) = default;

 private:
  explicit PicoNats(int64_t pico) : pico_(pico) {}
  int64_t pico_ = 0;
};

using Epsilon = PicoNats<struct EpsilonTag>;
// The parameter of zero-concentrated differential privacy (Bun, Steinke 2016).
using Rho = PicoNats<struct RhoTag>;
// What one track counts: an epsilon, a rho or a Renyi divergence; the track says which.
using Divergence = PicoNats<struct DivergenceTag>;

// A non-negative amount of delta, in [0, 1).
class Delta {
 public:
  Delta() = default;
  static absl::StatusOr<Delta> Parse(std::string_view decimal, Rounding rounding);
  static Delta FromAtto(int64_t atto);  // CHECKs 0 <= atto
  int64_t atto() const { return atto_; }
  std::string ToDecimal() const;
  friend auto operator<=>(const Delta&, const Delta&) = default;

 private:
  explicit Delta(int64_t atto) : atto_(atto) {}
  int64_t atto_ = 0;
};

// An (epsilon, delta) pair that is added up or compared componentwise.
struct Amount {
  Epsilon epsilon;
  Delta delta;
  friend bool operator==(const Amount&, const Amount&) = default;
};

// Adds without wrapping: saturates at the largest amount, which no limit reaches.
Amount AddSaturating(const Amount& a, const Amount& b);
// True when both components of `a` are at most those of `limit`.
bool Within(const Amount& a, const Amount& limit);
// limit - spent, never below zero.
Amount Remaining(const Amount& limit, const Amount& spent);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_UNITS_H_
