// Names inside canonical text.
#ifndef TACIT_ENGINE_PLAN_NODES_QUOTED_H_
#define TACIT_ENGINE_PLAN_NODES_QUOTED_H_

#include <string>
#include <string_view>

namespace tacit {

// "name", with quotes inside doubled, so that no name can imitate the text around it.
inline std::string Quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + "\"";
}

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_QUOTED_H_
