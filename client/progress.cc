#include "client/progress.h"

#include <algorithm>

#include "client/render.h"

namespace tacit::client {
namespace {

constexpr int64_t kBarWidth = 30;

std::string LineOf(std::string_view label, const Progress::Count& count) {
  std::string line = Escape(label) + " ";
  if (count.total <= 0) return line + std::to_string(count.done) + " rows";
  const int64_t done = std::clamp<int64_t>(count.done, 0, count.total);
  // In floating point: rows times the width could overflow nothing real, but costs nothing to
  // avoid.
  const double part = static_cast<double>(done) / static_cast<double>(count.total);
  const auto filled = static_cast<size_t>(part * kBarWidth);
  line += "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] ";
  return line + std::to_string(static_cast<int>(part * 100)) + "%";
}

}  // namespace

Progress::~Progress() {
  if (!drawn_.empty()) out_ << "\r\x1b[K" << std::flush;
}

void Progress::Update(std::string_view label, const Count& count) {
  if (!is_terminal_) return;
  std::string line = LineOf(label, count);
  if (line == drawn_) return;
  out_ << "\r" << line << "\x1b[K" << std::flush;
  drawn_ = std::move(line);
}

}  // namespace tacit::client
