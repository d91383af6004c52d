// Names that must not be mixed up, and digests. Explicit both ways; none converts to a string.
#ifndef TACIT_ACCOUNTANT_IDS_H_
#define TACIT_ACCOUNTANT_IDS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tacit {

// A name of one kind. `Tag` keeps an analyst from being passed as a dataset.
template <typename Tag>
class Name {
 public:
  Name() = default;
  explicit Name(std::string value) : value_(std::move(value)) {}
  const std::string& value() const { return value_; }
  friend auto operator<=>(const Name&, const Name&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Name& name) {
    return H::combine(std::move(state), name.value_);
  }

 private:
  std::string value_;
};

using DatasetId = Name<struct DatasetTag>;
// The same people, under whatever dataset names: what a budget is of.
using LineageId = Name<struct LineageTag>;
using AnalystId = Name<struct AnalystTag>;
using RequestId = Name<struct RequestTag>;

// A number that counts one kind of thing, from 1; 0 means none yet.
template <typename Tag>
class Ordinal {
 public:
  Ordinal() = default;
  explicit Ordinal(int64_t value) : value_(value) {}
  int64_t value() const { return value_; }
  friend auto operator<=>(const Ordinal&, const Ordinal&) = default;

 private:
  int64_t value_ = 0;
};

// Published by the curator, a ledger row each; never a hash, a time or a change counter of the
// data.
using DataVersion = Ordinal<struct DataVersionTag>;
using PolicyVersion = Ordinal<struct PolicyVersionTag>;

// SHA-256.
struct Digest {
  std::array<uint8_t, 32> bytes{};
  std::string Hex() const;
  friend auto operator<=>(const Digest&, const Digest&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Digest& digest) {
    return H::combine(std::move(state), digest.bytes);
  }
};

Digest Sha256(std::string_view bytes);

// As eight little-endian bytes: how hashed texts and stored rows hold numbers.
void AppendNumber(int64_t number, std::string& bytes);

// Length-prefixed concatenation, so that no two lists of parts read the same when hashed.
class DigestBuilder {
 public:
  // Room for that many bytes at once, to save time.
  explicit DigestBuilder(size_t bytes = 0) { text_.reserve(bytes); }
  DigestBuilder& Add(std::string_view part);
  DigestBuilder& Add(int64_t number);
  Digest Build() const { return Sha256(text_); }

 private:
  std::string text_;
};

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_IDS_H_
