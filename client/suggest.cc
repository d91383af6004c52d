#include "client/suggest.h"

#include <algorithm>
#include <numeric>

namespace tacit::client {
namespace {

// Longer words are not typing errors of keys; the bound keeps the table small.
constexpr size_t kWordBytesMax = 64;

// Levenshtein's distance, one row of the table at a time.
size_t EditDistance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < from.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < to.size(); ++j) {
      const size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string_view>& allowed) {
  if (word.empty() || word.size() > kWordBytesMax) return std::nullopt;
  size_t best = std::max<size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> nearest;
  for (const std::string_view candidate : allowed) {
    const size_t distance = EditDistance(word, candidate);
    if (distance >= best) continue;
    best = distance;
    nearest = std::string(candidate);
  }
  return nearest;
}

}  // namespace tacit::client
