#include "accountant/ids.h"

#include <openssl/evp.h>

#include <bit>
#include <memory>

#include "absl/strings/escaping.h"
#include "accountant/check.h"

namespace tacit {

std::string Digest::Hex() const {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Digest Sha256(std::string_view bytes) {
  // Looked up once: OpenSSL's one call for it all looks it up each time, which costs more than a
  // short text's hash.
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  Digest digest;
  TACIT_CHECK(kSha256 != nullptr && context != nullptr);
  TACIT_CHECK(EVP_DigestInit_ex2(context.get(), kSha256, nullptr) == 1 &&
              EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
              EVP_DigestFinal_ex(context.get(), digest.bytes.data(), nullptr) == 1);
  return digest;
}

void AppendNumber(int64_t number, std::string& bytes) {
  static_assert(std::endian::native == std::endian::little);
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

DigestBuilder& DigestBuilder::Add(std::string_view part) {
  Add(static_cast<int64_t>(part.size()));
  text_.append(part);
  return *this;
}

DigestBuilder& DigestBuilder::Add(int64_t number) {
  AppendNumber(number, text_);
  return *this;
}

}  // namespace tacit
