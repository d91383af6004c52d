#include "engine/privacy/random/random_bits.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "accountant/check.h"

namespace tacit {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kNonceBytes = 16;  // OpenSSL's ChaCha20: 32-bit counter and 96-bit nonce

void FillFromKernel(uint8_t* bytes, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = getrandom(bytes + done, size - done, 0);
    if (got < 0 && errno == EINTR) continue;
    TACIT_CHECK(got > 0);
    done += static_cast<size_t>(got);
  }
}

// ChaCha20 keystream: the encryption of zeros. One key serves at most 2^32 blocks of 64 bytes.
class ChaChaSource final : public WordSource {
 public:
  ChaChaSource() : context_(EVP_CIPHER_CTX_new()) {
    TACIT_CHECK(context_ != nullptr);
    Rekey();
  }
  ~ChaChaSource() override { EVP_CIPHER_CTX_free(context_); }
  ChaChaSource(const ChaChaSource&) = delete;
  ChaChaSource& operator=(const ChaChaSource&) = delete;

  void Fill(absl::Span<uint64_t> words) override {
    if (fork_count_seen_ != RandomBits::ForkCount() || blocks_left_ < words.size() / 8 + 1) Rekey();
    std::fill(words.begin(), words.end(), 0);
    auto* bytes = reinterpret_cast<unsigned char*>(words.data());
    const int size = static_cast<int>(words.size() * sizeof(uint64_t));
    int written = 0;
    TACIT_CHECK(EVP_EncryptUpdate(context_, bytes, &written, bytes, size) == 1);
    TACIT_CHECK(written == size);
    blocks_left_ -= words.size() / 8 + 1;
  }

 private:
  void Rekey() {
    uint8_t key_and_nonce[kKeyBytes + kNonceBytes] = {};
    FillFromKernel(key_and_nonce, kKeyBytes);  // the key is fresh, so counter and nonce may be zero
    TACIT_CHECK(EVP_EncryptInit_ex(context_, EVP_chacha20(), nullptr, key_and_nonce,
                                   key_and_nonce + kKeyBytes) == 1);
    OPENSSL_cleanse(key_and_nonce, sizeof(key_and_nonce));
    fork_count_seen_ = RandomBits::ForkCount();
    blocks_left_ = uint64_t{1} << 31;
  }

  EVP_CIPHER_CTX* context_;
  uint64_t fork_count_seen_ = 0;
  uint64_t blocks_left_ = 0;
};

}  // namespace

// Runs before main, so that no stream can be older than the handler.
const bool RandomBits::fork_handler_set_ = [] {
  TACIT_CHECK(pthread_atfork(nullptr, nullptr, [] { fork_count_.fetch_add(1); }) == 0);
  return true;
}();

RandomBits RandomBits::Open() {
  TACIT_CHECK(fork_handler_set_);
  return RandomBits(std::make_unique<ChaChaSource>());
}

void RandomBits::Refill() {
  source_->Fill(absl::MakeSpan(buffer_));
  next_ = 0;
  fork_count_seen_ = ForkCount();
}

}  // namespace tacit
