#include "client/request_id.h"

#include <sys/random.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace tacit::client {
namespace {

constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

}  // namespace

std::array<uint8_t, 16> KernelBytes() {
  std::array<uint8_t, 16> bytes;
  ssize_t got = 0;
  // Requests of up to 256 bytes are never cut short; only a signal can come between.
  do {
    got = getrandom(bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(bytes.size())) {
    std::fputs("tacit: the kernel gives no random bytes\n", stderr);
    std::abort();
  }
  return bytes;
}

std::string NewRequestId() {
  std::array<uint8_t, 16> bytes = KernelBytes();
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);  // the variant of RFC 4122
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(kShape);
  size_t nibble = 0;
  for (char& c : text) {
    if (c == '-') continue;
    const uint8_t byte = bytes[nibble / 2];
    c = kDigits[nibble % 2 == 0 ? byte >> 4 : byte & 0x0F];
    ++nibble;
  }
  return text;
}

bool IsRequestId(std::string_view text) {
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (kShape[i] == '-' ? text[i] != '-' : !std::isxdigit(static_cast<unsigned char>(text[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace tacit::client
