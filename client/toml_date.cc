#include "client/toml_date.h"

#include <array>
#include <cstdio>

namespace tacit::client {

std::optional<std::string> DateText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  const auto* date = node.as_date();
  if (date == nullptr) return std::nullopt;
  std::array<char, 16> buffer;
  std::snprintf(buffer.data(), buffer.size(), "%04u-%02u-%02u", unsigned{date->get().year},
                unsigned{date->get().month}, unsigned{date->get().day});
  return buffer.data();
}

}  // namespace tacit::client
