// Sample-and-aggregate: units -> disjoint blocks -> one answer a block, measured like a unit.
// Source: Nissim, Raskhodnikova, Smith 2007, section 4; for votes of teachers Papernot, Abadi,
// Erlingsson, Goodfellow, Talwar 2017.
#ifndef TACIT_ENGINE_PRIVACY_BLOCKS_H_
#define TACIT_ENGINE_PRIVACY_BLOCKS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"
#include "engine/privacy/random/keyed_hash.h"

namespace tacit {

// Rows of one block, or its answers: values[feature][row], NaN where there is none.
struct BlockRows {
  std::vector<uint32_t> groups;
  std::vector<std::vector<double>> values;
};

// What a block answers: any pure function of its rows. It may not keep, send or time anything.
using BlockFunction = std::function<BlockRows(const BlockRows& rows)>;

// The answers of blocks as rows whose unit is the block, for a UnitBounder under a certificate of
// the same number of blocks.
// Claim:  the rows of each block depend on the rows of its own units alone, and each unit is in one
//         block, whoever else is there. So a unit that comes or goes changes the rows of one block.
// Needs:  `rows` of all units in unit order; a certificate with blocks. All outlive this.
// Errors: none. Proof: bound.proof.md, step 6.
class BlockSource final : public BatchSource, public UnitNames {
 public:
  BlockSource(const Certificate& certificate, BatchSource& rows, const UnitNames& unit_names,
              const BoundingKey& key, BlockFunction function);

  bool Next(OwnedBatch& batch) override;
  // The block's number in decimal.
  std::string_view NameOf(uint32_t block) const override { return names_[block]; }

 private:
  void FillBlocks(BatchSource& rows, const UnitNames& unit_names, const BoundingKey& key);

  const BlockFunction function_;
  std::vector<BlockRows> blocks_;
  std::vector<std::string> names_;
  size_t next_block_ = 0;
  size_t next_row_ = 0;  // of the answer being handed out
  BlockRows answer_;
  std::vector<uint32_t> units_;
  std::vector<std::vector<uint8_t>> valid_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_BLOCKS_H_
