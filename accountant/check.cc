#include "accountant/check.h"

#include <cstdio>
#include <cstdlib>

namespace tacit {

void CheckFailed(const char* file, int line, const char* text) {
  std::fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, text);
  std::abort();
}

}  // namespace tacit
