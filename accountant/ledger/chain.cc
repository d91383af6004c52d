#include "accountant/ledger/chain.h"

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"

namespace tacit::ledger {
namespace {

// Covers every column of the row, the previous hash first.
Digest HashRow(const StoredRow& row) {
  const auto bytes = [](const Digest& digest) {
    return std::string_view(reinterpret_cast<const char*>(digest.bytes.data()),
                            digest.bytes.size());
  };
  constexpr size_t kNumbersBytes = 128;
  return DigestBuilder(kNumbersBytes + row.lineage.size() + row.payload.size())
      .Add("tacit ledger row")
      .Add(bytes(row.previous_hash))
      .Add(row.sequence)
      .Add(row.group)
      .Add(row.lineage)
      .Add(row.kind)
      .Add(row.payload)
      .Build();
}

}  // namespace

Chain::Chain() { head_.digest = Sha256("tacit ledger"); }

void Chain::Seal(StoredRow& row, int64_t group) {
  TACIT_CHECK(MayFollow(group));
  row.sequence = head_.sequence + 1;
  row.group = group;
  row.previous_hash = last_hash_[row.lineage];
  row.hash = HashRow(row);
  Advance(row);
}

absl::Status Chain::Check(const StoredRow& row) {
  const bool next = row.sequence == head_.sequence + 1 && MayFollow(row.group);
  if (next && row.previous_hash == last_hash_[row.lineage] && row.hash == HashRow(row)) {
    Advance(row);
    return absl::OkStatus();
  }
  return Refuse(Reason::kLedgerRefused,
                absl::StrCat("the hash chain of the ledger breaks at row ", head_.sequence + 1,
                             next ? ": a row was edited" : ": a row is missing or out of order"),
                {.fix = "restore ledger and anchor together from a trusted copy"});
}

bool Chain::MayFollow(int64_t group) const {
  return group == head_.group + 1 || (group == head_.group && head_.sequence > 0);
}

void Chain::Advance(const StoredRow& row) {
  head_.sequence = row.sequence;
  head_.group = row.group;
  last_hash_[row.lineage] = row.hash;
  head_.digest = DigestBuilder().Add(head_.digest.Hex()).Add(row.hash.Hex()).Build();
}

}  // namespace tacit::ledger
