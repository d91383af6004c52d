#include "client/render_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tacit::client {
namespace {

// Room for the longest fixed text of a double: 309 digits, a sign, a point and the decimals asked.
constexpr size_t kTextMax = 400;

// The decimal place of the second significant digit: 1 for 0.12 -> 2, 12 -> 0, 120 -> -1.
int DecimalsFor(double half_width) {
  const int leading = static_cast<int>(std::floor(std::log10(half_width)));
  return std::clamp(1 - leading, -300, 17);
}

std::string FixedText(double value, int decimals) {
  std::array<char, kTextMax> buffer;
  if (decimals < 0) {
    const double step = std::pow(10, -decimals);
    value = std::round(value / step) * step;
    decimals = 0;
  }
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::fixed, decimals);
  std::string text(buffer.data(), end.ptr);
  // A value that rounds to nothing has no sign worth showing.
  if (text.starts_with('-') && text.find_first_of("123456789") == std::string::npos) {
    text.erase(0, 1);
  }
  return text;
}

// Larger numbers read better with an exponent than with a row of zeros.
bool FitsFixed(double value) { return std::abs(value) < 1e15; }

}  // namespace

std::string ShortestText(double value) {
  if (value == 0) return "0";
  if (std::isnan(value)) return "nan";
  std::array<char, kTextMax> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end.ptr);
}

std::string BriefText(double value) {
  if (value == 0) return "0";
  if (!std::isfinite(value)) return ShortestText(value);
  std::array<char, kTextMax> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::general, 3);
  return std::string(buffer.data(), end.ptr);
}

std::string EstimatedText(const Estimated& estimated, std::string_view plus_minus) {
  const auto [value, half_width, is_whole] = estimated;
  if (half_width == 0) return ShortestText(value);
  const std::string middle = " " + std::string(plus_minus) + " ";
  if (!std::isfinite(half_width) || !std::isfinite(value) || !FitsFixed(value) ||
      !FitsFixed(half_width)) {
    return BriefText(value) + middle + BriefText(half_width);
  }
  const int decimals = std::min(DecimalsFor(half_width), is_whole ? 0 : 17);
  const double step = std::pow(10, -decimals);
  // Rounded up: the interval shown must not be narrower than the one promised. The small slack
  // keeps a width that is already a multiple, but for its last bits, where it is.
  const double shown = std::ceil(half_width / step - 1e-9) * step;
  return FixedText(value, decimals) + middle + FixedText(shown, decimals);
}

}  // namespace tacit::client
