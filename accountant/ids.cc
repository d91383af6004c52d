#include "accountant/ids.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"

namespace tacit {

std::string Digest::Hex() const {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Digest Sha256(std::string_view bytes) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.bytes.data());
  return digest;
}

DigestBuilder& DigestBuilder::Add(std::string_view part) {
  Add(static_cast<int64_t>(part.size()));
  text_.append(part);
  return *this;
}

DigestBuilder& DigestBuilder::Add(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  for (int shift = 0; shift < 64; shift += 8) text_.push_back(static_cast<char>(bits >> shift));
  return *this;
}

}  // namespace tacit
