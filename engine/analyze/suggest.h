// "Did you mean": the nearest of the public names.
#ifndef TACIT_ENGINE_ANALYZE_SUGGEST_H_
#define TACIT_ENGINE_ANALYZE_SUGGEST_H_

#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace tacit {

// The candidate nearest to `name` by edit distance without regard to case, the first of equals;
// empty when none is near: more than a third of the name's letters, and at least one, would have to
// change.
std::string NearestName(std::string_view name, absl::Span<const std::string> candidates);

// A fix for an unknown name: the nearest candidate, or the list of all of them when it is short.
std::string SuggestFix(std::string_view name, std::string_view kind,
                       absl::Span<const std::string> candidates);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_SUGGEST_H_
