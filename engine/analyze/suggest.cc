#include "engine/analyze/suggest.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tacit {
namespace {

// A list longer than this is no help in an error message.
constexpr size_t kListedMax = 12;

// Levenshtein's distance, with the swap of two neighbours as one change.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, previous(b.size() + 1), current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = previous;
    previous = current;
  }
  return previous.back();
}

}  // namespace

std::string NearestName(std::string_view name, absl::Span<const std::string> candidates) {
  const std::string wanted = absl::AsciiStrToLower(std::string(name));
  size_t nearest = std::max<size_t>(1, name.size() / 3) + 1;
  std::string result;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(wanted, absl::AsciiStrToLower(candidate));
    if (distance < nearest) {
      nearest = distance;
      result = candidate;
    }
  }
  return result;
}

std::string SuggestFix(std::string_view name, std::string_view kind,
                       absl::Span<const std::string> candidates) {
  const std::string nearest = NearestName(name, candidates);
  if (!nearest.empty()) return absl::StrCat("did you mean ", nearest, "?");
  if (candidates.empty()) return absl::StrCat("there are no ", std::string(kind), "s");
  if (candidates.size() > kListedMax) return absl::StrCat("name a declared ", std::string(kind));
  return absl::StrCat("the ", std::string(kind), "s are ", absl::StrJoin(candidates, ", "));
}

}  // namespace tacit
