#include "client/render_budget.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tacit::client {
namespace {

constexpr int kBarWidth = 10;

// For the length of a bar only; amounts are shown by the server's exact texts.
double Approximate(const std::string& decimal) {
  double value = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
  return std::isfinite(value) ? value : 0;
}

}  // namespace

bool IsZeroText(std::string_view decimal) {
  return !decimal.empty() && decimal.find_first_of("123456789") == std::string_view::npos;
}

std::string BudgetBar(const std::string& remaining, const std::string& whole, const Style& style) {
  const double limit = Approximate(whole);
  const double left = limit > 0 ? Approximate(remaining) / limit : 0;
  int filled = static_cast<int>(std::lround(left * kBarWidth));
  // Rounding must not hide that something was spent, nor that something is left.
  if (left < 1) filled = std::min(filled, kBarWidth - 1);
  if (left > 0) filled = std::max(filled, 1);
  filled = std::clamp(filled, 0, kBarWidth);
  const Colour colour = left < 0.1 ? Colour::kRed : left < 0.5 ? Colour::kYellow : Colour::kGreen;
  const std::string bar = std::string(static_cast<size_t>(filled), '#') +
                          std::string(static_cast<size_t>(kBarWidth - filled), '.');
  return "[" + Paint(style, colour, bar) + "] " + Escape(remaining) + " of " + Escape(whole) +
         " left";
}

std::string BudgetBar(const v1::BudgetState& state, const Style& style) {
  return BudgetBar(state.epsilon_remaining(), state.epsilon_limit(), style);
}

std::string TracksJson(const v1::BudgetState& state) {
  std::vector<std::string> tracks;
  for (const v1::TrackState& track : state.tracks()) {
    tracks.push_back(JsonObject({{"track", JsonString(track.track())},
                                 {"limit", JsonString(track.limit())},
                                 {"spent", JsonString(track.spent())},
                                 {"remaining", JsonString(track.remaining())},
                                 {"delta_limit", JsonString(track.delta_limit())},
                                 {"delta_spent", JsonString(track.delta_spent())},
                                 {"delta_remaining", JsonString(track.delta_remaining())}}));
  }
  return JsonArray(tracks);
}

std::string CostText(const v1::Cost& cost) {
  // The caller's own share is never less than the dataset's: a stored release may cost him alone.
  std::string text = "epsilon " + Escape(cost.analyst_epsilon());
  if (!cost.analyst_delta().empty() && !IsZeroText(cost.analyst_delta())) {
    text += ", delta " + Escape(cost.analyst_delta());
  }
  return text;
}

std::string CostJson(const v1::Cost& cost) {
  return JsonObject({{"dataset_epsilon", JsonString(cost.dataset_epsilon())},
                     {"dataset_delta", JsonString(cost.dataset_delta())},
                     {"analyst_epsilon", JsonString(cost.analyst_epsilon())},
                     {"analyst_delta", JsonString(cost.analyst_delta())}});
}

std::string BudgetStateJson(const v1::BudgetState& state) {
  return JsonObject({{"scope", JsonString(state.scope())},
                     {"epsilon_limit", JsonString(state.epsilon_limit())},
                     {"epsilon_spent", JsonString(state.epsilon_spent())},
                     {"epsilon_remaining", JsonString(state.epsilon_remaining())},
                     {"delta_limit", JsonString(state.delta_limit())},
                     {"delta_spent", JsonString(state.delta_spent())},
                     {"delta_remaining", JsonString(state.delta_remaining())},
                     {"cells", std::to_string(std::max<int64_t>(state.cells(), 1))},
                     {"tracks", TracksJson(state)}});
}

}  // namespace tacit::client
