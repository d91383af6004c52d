// A dictionary that is made for one query, from texts in any order.
#ifndef TACIT_ENGINE_EXECUTE_OWNED_DICTIONARY_H_
#define TACIT_ENGINE_EXECUTE_OWNED_DICTIONARY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/table.h"

namespace tacit {

class OwnedDictionary {
 public:
  // Equal texts share a code. The texts are copied.
  explicit OwnedDictionary(const std::vector<std::string_view>& texts);
  OwnedDictionary(const OwnedDictionary&) = delete;
  OwnedDictionary& operator=(const OwnedDictionary&) = delete;

  const Dictionary& dictionary() const { return dictionary_; }
  // By place in `texts`.
  const std::vector<uint32_t>& codes() const { return codes_; }

 private:
  std::string bytes_;
  std::vector<uint64_t> offsets_ = {0};
  std::vector<uint32_t> codes_;
  Dictionary dictionary_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_OWNED_DICTIONARY_H_
