// Request ids: what makes a query safe to repeat.
#ifndef TACIT_CLIENT_REQUEST_ID_H_
#define TACIT_CLIENT_REQUEST_ID_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tacit::client {

// A fresh random (version 4) UUID from the kernel, in lower case.
std::string NewRequestId();

// True for 8-4-4-4-12 hexadecimal digits.
bool IsRequestId(std::string_view text);

// Sixteen bytes from the kernel. Ends the process when the kernel has none to give, which Linux
// does not do after boot.
std::array<uint8_t, 16> KernelBytes();

}  // namespace tacit::client

#endif  // TACIT_CLIENT_REQUEST_ID_H_
