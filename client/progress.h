// A bar that is redrawn in place.
#ifndef TACIT_CLIENT_PROGRESS_H_
#define TACIT_CLIENT_PROGRESS_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace tacit::client {

// Draws on a terminal only; elsewhere every call does nothing. The last line is wiped when it ends.
class Progress {
 public:
  Progress(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  struct Count {
    int64_t done = 0;
    int64_t total = 0;  // 0: unknown, and no bar is drawn but the count
  };
  // `label` is escaped. Draws only what differs from the last drawing.
  void Update(std::string_view label, const Count& count);

 private:
  std::ostream& out_;
  bool is_terminal_;
  std::string drawn_;
};

}  // namespace tacit::client

#endif  // TACIT_CLIENT_PROGRESS_H_
