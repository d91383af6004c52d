#include "engine/execute/owned_dictionary.h"

#include <algorithm>
#include <numeric>

namespace tacit {

OwnedDictionary::OwnedDictionary(const std::vector<std::string_view>& texts)
    : codes_(texts.size()) {
  std::vector<uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  for (size_t i = 0; i < order.size(); ++i) {
    const std::string_view text = texts[order[i]];
    if (i == 0 || text != texts[order[i - 1]]) {
      bytes_ += text;
      offsets_.push_back(bytes_.size());
    }
    codes_[order[i]] = static_cast<uint32_t>(offsets_.size() - 2);
  }
  dictionary_ = {.offsets = offsets_, .bytes = bytes_.data()};
}

}  // namespace tacit
