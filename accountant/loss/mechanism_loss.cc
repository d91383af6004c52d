#include "accountant/loss/mechanism_loss.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/loss/distribution/training_price.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/laplace_price.h"
#include "accountant/loss/selection.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

std::string Text(const LaplaceScale& scale) {
  return absl::StrCat(scale.numerator, "/2^", scale.denominator_log2);
}

std::string Text(const DiscreteLaplaceLoss& loss) {
  return absl::StrCat("DiscreteLaplace{l1=", loss.l1_sensitivity, ",scale=", Text(loss.scale), "}");
}

std::string Text(const PureLoss& loss) {
  return absl::StrCat("Pure{epsilon=", loss.epsilon.ToDecimal(), "}");
}

std::string Text(const DiscreteGaussianLoss& loss) {
  std::string text = "DiscreteGaussian{";
  for (const GaussianPart& part : loss.parts) {
    absl::StrAppend(&text, "[groups=", part.groups, ",linf=", part.linf, ",sigma=", part.sigma,
                    "]");
  }
  absl::StrAppend(&text, "epsilon=", loss.epsilon.ToDecimal(), ",delta=", loss.delta.ToDecimal(),
                  "}");
  return text;
}

std::string Text(const NoisyMaxLoss& loss) {
  return absl::StrCat("NoisyMax{groups=", loss.groups, ",sensitivity=", loss.score_sensitivity,
                      ",scale=", Text(loss.scale), "}");
}

std::string Text(const TruncatedGeometricLoss& loss) {
  return absl::StrCat("TruncatedGeometric{groups=", loss.groups, ",scale=", Text(loss.scale),
                      ",bound=", loss.bound, ",delta=", loss.delta.ToDecimal(), "}");
}

std::string Text(const ThresholdLoss& loss) {
  const auto* scale = std::get_if<LaplaceScale>(&loss.noise);
  const std::string noise =
      scale != nullptr ? absl::StrCat("laplace=", Text(*scale))
                       : absl::StrCat("gaussian=", std::get<GaussianSigma>(loss.noise).sigma);
  return absl::StrCat("Threshold{groups=", loss.groups, ",gap=", loss.gap, ",", noise,
                      ",delta=", loss.delta.ToDecimal(), "}");
}

template <typename Tag>
std::string Text(const Dyadic<Tag>& number) {
  return absl::StrCat(number.numerator, "/2^", number.denominator_log2);
}

std::string Text(const SubsampledGaussianLoss& loss) {
  return absl::StrCat("SubsampledGaussian{rate=", Text(loss.rate), ",sigma=", Text(loss.sigma),
                      ",steps=", loss.steps, ",epsilon=", loss.epsilon.ToDecimal(),
                      ",delta=", loss.delta.ToDecimal(), "}");
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

template <typename Quantity>
bool TakeAmount(std::string_view& text, std::string_view end, Quantity& amount) {
  const std::optional<std::string> decimal = TakeUntil(text, end);
  if (!decimal.has_value()) return false;
  const absl::StatusOr<Quantity> parsed = Quantity::Parse(*decimal, Rounding::kCost);
  if (parsed.ok()) amount = *parsed;
  return parsed.ok();
}

template <typename Scale>
bool TakeScale(std::string_view& text, std::string_view end, Scale& scale) {
  return TakeNumber(text, "/2^", scale.numerator) && TakeNumber(text, end, scale.denominator_log2);
}

bool Read(std::string_view text, DiscreteLaplaceLoss& loss) {
  return Take(text, "DiscreteLaplace{l1=") && TakeNumber(text, ",scale=", loss.l1_sensitivity) &&
         TakeScale(text, "}", loss.scale);
}

bool Read(std::string_view text, PureLoss& loss) {
  return Take(text, "Pure{epsilon=") && TakeAmount(text, "}", loss.epsilon);
}

bool Read(std::string_view text, DiscreteGaussianLoss& loss) {
  if (!Take(text, "DiscreteGaussian{")) return false;
  while (Take(text, "[groups=")) {
    GaussianPart part;
    if (!(TakeNumber(text, ",linf=", part.groups) && TakeNumber(text, ",sigma=", part.linf) &&
          TakeNumber(text, "]", part.sigma))) {
      return false;
    }
    loss.parts.push_back(part);
  }
  return Take(text, "epsilon=") && TakeAmount(text, ",delta=", loss.epsilon) &&
         TakeAmount(text, "}", loss.delta);
}

bool Read(std::string_view text, NoisyMaxLoss& loss) {
  return Take(text, "NoisyMax{groups=") && TakeNumber(text, ",sensitivity=", loss.groups) &&
         TakeNumber(text, ",scale=", loss.score_sensitivity) && TakeScale(text, "}", loss.scale);
}

bool Read(std::string_view text, TruncatedGeometricLoss& loss) {
  return Take(text, "TruncatedGeometric{groups=") && TakeNumber(text, ",scale=", loss.groups) &&
         TakeScale(text, ",bound=", loss.scale) && TakeNumber(text, ",delta=", loss.bound) &&
         TakeAmount(text, "}", loss.delta);
}

bool Read(std::string_view text, ThresholdLoss& loss) {
  if (!(Take(text, "Threshold{groups=") && TakeNumber(text, ",gap=", loss.groups) &&
        TakeNumber(text, ",", loss.gap))) {
    return false;
  }
  if (Take(text, "laplace=")) {
    if (!TakeScale(text, ",delta=", loss.noise.emplace<LaplaceScale>())) return false;
  } else {
    GaussianSigma& noise = loss.noise.emplace<GaussianSigma>();
    if (!(Take(text, "gaussian=") && TakeNumber(text, ",delta=", noise.sigma))) return false;
  }
  return TakeAmount(text, "}", loss.delta);
}

bool Read(std::string_view text, SubsampledGaussianLoss& loss) {
  return Take(text, "SubsampledGaussian{rate=") && TakeScale(text, ",sigma=", loss.rate) &&
         TakeScale(text, ",steps=", loss.sigma) && TakeNumber(text, ",epsilon=", loss.steps) &&
         TakeAmount(text, ",delta=", loss.epsilon) && TakeAmount(text, "}", loss.delta);
}

// Reads leniently, as the first alternative from the `index`-th on that has this form;
// ParseMechanismLoss then insists that writing it again gives the same text.
template <size_t index = 0>
std::optional<MechanismLoss> ReadLoss(std::string_view text) {
  if constexpr (index < std::variant_size_v<MechanismLoss>) {
    std::variant_alternative_t<index, MechanismLoss> loss;
    if (Read(text, loss)) return loss;
    return ReadLoss<index + 1>(text);
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
