#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "accountant/check.h"
#include "engine/execute/execute.h"

namespace tacit {
namespace {

// The first byte tells the kinds apart, so that no text is ever the name of a number.
constexpr char kIntegerTag = 1;
constexpr char kTextTag = 2;
constexpr char kRowTag = 3;

// Units whose names are made together, the first time one of them is asked for.
constexpr int64_t kBlockUnits = 4096;

void AppendNumber(std::string& bytes, char tag, int64_t number) {
  char buffer[9] = {tag};
  // The build is little-endian only (see snapshot_format.h); two's complement is what C++20 says.
  std::memcpy(buffer + 1, &number, sizeof(number));
  bytes.append(buffer, sizeof(buffer));
}

struct NameBlock {
  std::string bytes;
  std::vector<size_t> offsets;
};

// Names are needed only for the few units that exceed their limits, so they are made in blocks on
// demand. Thread-safe: two threads may make the same block, one of them keeps it.
class TableUnitNames final : public UnitNames {
 public:
  explicit TableUnitNames(const Table& table)
      : table_(table), blocks_((table.unit_count + kBlockUnits - 1) / kBlockUnits) {}

  ~TableUnitNames() override {
    for (std::atomic<const NameBlock*>& block : blocks_) delete block.load();
  }

  std::string_view NameOf(uint32_t unit) const override {
    TACIT_CHECK(unit < table_.unit_count);
    const NameBlock& block = BlockOf(unit / kBlockUnits);
    const size_t i = unit % kBlockUnits;
    return std::string_view(block.bytes)
        .substr(block.offsets[i], block.offsets[i + 1] - block.offsets[i]);
  }

 private:
  const NameBlock& BlockOf(int64_t index) const {
    std::atomic<const NameBlock*>& slot = blocks_[index];
    if (const NameBlock* made = slot.load(std::memory_order_acquire)) return *made;
    std::unique_ptr<const NameBlock> block = MakeBlock(index);
    const NameBlock* expected = nullptr;
    if (slot.compare_exchange_strong(expected, block.get(), std::memory_order_acq_rel)) {
      return *block.release();
    }
    return *expected;
  }

  std::unique_ptr<const NameBlock> MakeBlock(int64_t index) const {
    auto block = std::make_unique<NameBlock>();
    const int64_t begin = index * kBlockUnits;
    const int64_t end = std::min(begin + kBlockUnits, table_.unit_count);
    for (int64_t unit = begin; unit < end; ++unit) {
      block->offsets.push_back(block->bytes.size());
      AppendName(block->bytes, unit);
    }
    block->offsets.push_back(block->bytes.size());
    return block;
  }

  void AppendName(std::string& bytes, int64_t unit) const {
    if (table_.unit_offsets.empty()) return AppendNumber(bytes, kRowTag, unit);
    const ColumnArray& ids = table_.unit_ids;
    if (ids.type == ValueType::kInt64) return AppendNumber(bytes, kIntegerTag, ids.integers[unit]);
    bytes += kTextTag;
    bytes += ids.dictionary.At(ids.codes[unit]);
  }

  const Table& table_;
  mutable std::vector<std::atomic<const NameBlock*>> blocks_;
};

}  // namespace

std::unique_ptr<UnitNames> NamesOf(const Table& table) {
  return std::make_unique<TableUnitNames>(table);
}

}  // namespace tacit
