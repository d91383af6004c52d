#include "engine/target.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/loss/gaussian.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/answer_table.h"
#include "engine/pipeline.h"
#include "engine/plan/plan.h"
#include "engine/privacy/certify.h"

namespace tacit {
namespace {

constexpr int64_t kPicoMin = 1'000'000;  // a millionth, where noise drowns any answer
// The dearest answer that is looked for: beyond it there is no privacy to speak of.
constexpr int64_t kEpsilonPicoMax = 1'000'000'000'000'000;

absl::Status Wrong(const std::string& what, const std::string& fix, const std::string& field) {
  return Refuse(Reason::kPrivacyParameter, what, {.fix = fix, .field = field});
}

absl::Status NoAmount(const std::string& field, const std::string& wanted) {
  return Wrong(absl::StrCat(field, " is not ", wanted), "write it like 0.1 or 1e-9", field);
}

absl::StatusOr<std::optional<Epsilon>> ReadCost(const std::string& text, const std::string& field) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Epsilon> cost = Epsilon::Parse(text, Rounding::kCost);
  if (!cost.ok()) return NoAmount(field, "a decimal in [0, 9e6]");
  if (cost->pico() < kPicoMin) {
    return Wrong(absl::StrCat(field, " is below 0.000001, where noise drowns any answer"),
                 absl::StrCat("ask with ", field, " of at least 0.000001"), field);
  }
  return *cost;
}

absl::StatusOr<std::optional<double>> ReadHalfWidth(const std::string& text) {
  if (text.empty()) return std::nullopt;
  double half_width = 0;
  // As plain as the other amounts: no hexadecimal, no blanks.
  const bool is_plain = text.find_first_not_of("0123456789.eE+-") == std::string::npos;
  if (!is_plain || !absl::SimpleAtod(text, &half_width) || !std::isfinite(half_width) ||
      half_width <= 0) {
    return Wrong("accuracy is no positive number",
                 "give the half width that the 95% intervals may have, e.g. 10", "accuracy");
  }
  return half_width;
}

// Sums and counts as released, added, subtracted and multiplied by constants: what noise alone
// decides the error of.
bool HasFixedError(const Expression& expression, const BoundQuery& query) {
  const auto is_constant = [](const ExpressionPtr& argument) {
    return argument->kind == ExpressionKind::kLiteral;
  };
  switch (expression.kind) {
    case ExpressionKind::kAnswer: {
      const Answer& answer = query.present.answers[static_cast<size_t>(expression.index)];
      return answer.is_as_released &&
             query.statistics[static_cast<size_t>(answer.statistics[0])].kind !=
                 MeasureKind::kQuantile;
    }
    case ExpressionKind::kKey:
    case ExpressionKind::kLiteral:
      return true;
    case ExpressionKind::kMultiply:
      if (!is_constant(expression.arguments[0]) && !is_constant(expression.arguments[1])) {
        return false;
      }
      break;
    case ExpressionKind::kDivide:
      if (!is_constant(expression.arguments[1])) return false;
      break;
    case ExpressionKind::kNegate:
    case ExpressionKind::kAdd:
    case ExpressionKind::kSubtract:
    case ExpressionKind::kToFloat:
      break;
    default:
      return false;
  }
  return std::all_of(
      expression.arguments.begin(), expression.arguments.end(),
      [&](const ExpressionPtr& argument) { return HasFixedError(*argument, query); });
}

absl::Status CheckFixedErrors(const BoundQuery& query) {
  for (const OutputColumn& column : query.present.columns) {
    if (HasFixedError(*column.expression, query)) continue;
    return Refuse(
        Reason::kUnsupported,
        absl::StrCat("the error of ", column.name,
                     " depends on the data, so no accuracy can be promised for it"),
        {.fix = "give epsilon instead, or ask for counts and sums alone", .field = "accuracy"});
  }
  return absl::OkStatus();
}

// The widest half width of the answers at this offer.
absl::StatusOr<double> WidestFor(const Offer& offer, const BoundQuery& query,
                                 const DatasetSchema& schema) {
  TACIT_ASSIGN_OR_RETURN(const QueryPlan plan, Plan(query, schema, offer));
  TACIT_ASSIGN_OR_RETURN(const Certificate certificate,
                         Certify(plan, schema, offer.amount, DataVersion(), ""));
  double widest = 0;
  for (const ExpectedError& error : ExpectErrors(plan, certificate)) {
    widest = std::fmax(widest, error.half_width);
  }
  return widest;
}

// One more in the third digit.
int64_t NextThreeDigits(int64_t pico) {
  int64_t step = 1;
  while (pico / step >= 1000) step *= 10;
  return (pico / step + 1) * step;
}

Offer OfferOf(Epsilon epsilon, const Target& target) {
  return {.amount = {epsilon, target.delta},
          .gaussian_only = target.noise == NoiseKind::kGaussian,
          .laplace_only = target.noise == NoiseKind::kLaplace};
}

absl::StatusOr<Offer> CheapestFor(const Target& target, const BoundQuery& query,
                                  const DatasetSchema& schema) {
  const double half_width = *target.half_width;
  const auto offer_of = [&](int64_t pico) { return OfferOf(Epsilon::FromPico(pico), target); };
  TACIT_RETURN_IF_ERROR(CheckFixedErrors(query));
  // Tried at the dearest first: what cannot be planned at all says why.
  int64_t dearest = kEpsilonPicoMax;
  absl::StatusOr<double> best = WidestFor(offer_of(dearest), query, schema);
  // Gaussian noise alone has no price that dear.
  while (!best.ok() && target.noise == NoiseKind::kGaussian && dearest > kPicoMin) {
    dearest /= 2;
    best = WidestFor(offer_of(dearest), query, schema);
  }
  TACIT_RETURN_IF_ERROR(best.status());
  if (*best > half_width) {
    return Wrong("no epsilon gives intervals that narrow",
                 "ask with a larger accuracy, or narrower bounds", "accuracy");
  }
  double low = std::log(static_cast<double>(kPicoMin));
  double high = std::log(static_cast<double>(dearest));
  while (high - low > 1e-4) {
    const double middle = (low + high) / 2;
    const auto pico = static_cast<int64_t>(std::exp(middle));
    const absl::StatusOr<double> widest = WidestFor(offer_of(pico), query, schema);
    (widest.ok() && *widest <= half_width ? high : low) = middle;
  }
  int64_t pico = static_cast<int64_t>(std::exp(low));
  for (int tries = 0; tries < 8; ++tries) {
    pico = NextThreeDigits(pico);
    const absl::StatusOr<double> widest = WidestFor(offer_of(pico), query, schema);
    if (widest.ok() && *widest <= half_width) return offer_of(pico);
  }
  return offer_of(static_cast<int64_t>(std::exp(high)) + 1);
}

}  // namespace

absl::StatusOr<Target> ReadTarget(const QueryRequest& request) {
  Target target;
  TACIT_ASSIGN_OR_RETURN(target.epsilon, ReadCost(request.epsilon, "epsilon"));
  TACIT_ASSIGN_OR_RETURN(target.rho, ReadCost(request.rho, "rho"));
  TACIT_ASSIGN_OR_RETURN(target.half_width, ReadHalfWidth(request.accuracy));
  if (!request.delta.empty()) {
    const absl::StatusOr<Delta> delta = Delta::Parse(request.delta, Rounding::kCost);
    if (!delta.ok()) return NoAmount("delta", "a decimal in [0, 1)");
    target.delta = *delta;
  }
  const int named = (target.epsilon.has_value() ? 1 : 0) + (target.rho.has_value() ? 1 : 0) +
                    (target.half_width.has_value() ? 1 : 0);
  if (named == 0) {
    return Wrong("the request names no epsilon", "say how much to spend, e.g. epsilon 0.1",
                 "epsilon");
  }
  if (named > 1) {
    return Wrong("the request names more than one of epsilon, rho and accuracy", "keep one",
                 "epsilon");
  }
  if (target.rho.has_value() && target.delta == Delta()) {
    return Wrong("rho needs a delta, at which it is paid for", "give a delta, e.g. 1e-9", "delta");
  }
  return target;
}

absl::StatusOr<Offer> OfferFor(const Target& asked, const BoundQuery& query,
                               const DatasetSchema& schema) {
  Target target = asked;
  // A delta that cannot be spent is not offered, so that noise is taken which can be paid for.
  if (!schema.counts_delta) target.delta = Delta();
  if (!schema.counts_delta && target.rho.has_value()) {
    return Wrong("rho is a price of Gaussian noise, which the pure filter of this dataset refuses",
                 "give epsilon instead", "rho");
  }
  if (target.half_width.has_value()) {
    return CheapestFor(target, query, schema);
  }
  if (target.epsilon.has_value()) return OfferOf(*target.epsilon, target);
  const double mu = std::sqrt(2 * static_cast<double>(target.rho->pico()) * 1e-12);
  // Private groups take half of delta, as ChooseNoise splits it.
  const int64_t atto = target.delta.atto();
  const Delta noise_delta = Delta::FromAtto(query.private_key_positions.empty() ? atto : atto / 2);
  const std::optional<Epsilon> epsilon = GaussianEpsilonUpper(mu, noise_delta);
  if (!epsilon.has_value() || epsilon->pico() < kPicoMin) {
    return Wrong("this rho has no price at this delta", "give another rho or delta", "rho");
  }
  return Offer{.amount = {*epsilon, target.delta}, .gaussian_only = true};
}

}  // namespace tacit
