// Tags each row with its unit's cell, read off the row's own partition columns, not off the filter.
#ifndef TACIT_ENGINE_EXECUTE_CELL_TAGS_H_
#define TACIT_ENGINE_EXECUTE_CELL_TAGS_H_

#include <array>
#include <cstdint>
#include <vector>

#include "engine/execute/key_ordinals.h"
#include "engine/execute/scan.h"
#include "engine/plan/nodes/partition.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

class CellTags {
 public:
  // The table must be partitioned and outlive this.
  explicit CellTags(const Table& table);

  // Sets the batch's cells, valid until the next call. A value that is not listed has a cell that
  // no measure names.
  void Write(const RowSet& rows, OwnedBatch& batch);

 private:
  const std::vector<PartitionKey> partition_;
  const ScanColumns columns_;
  std::vector<KeyOrdinals> keys_;
  std::array<uint32_t, kBatchRowsMax> cells_;
  std::array<uint32_t, kBatchRowsMax> ordinals_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_CELL_TAGS_H_
