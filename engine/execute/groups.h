// The groups of a query over one table: the product of public key values, or, with a private key,
// the key tuples that the table's rows have.
#ifndef TACIT_ENGINE_EXECUTE_GROUPS_H_
#define TACIT_ENGINE_EXECUTE_GROUPS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/plan/nodes/measure.h"
#include "engine/privacy/owned_batch.h"
#include "engine/storage/table.h"

namespace tacit {

class Groups : public GroupNames {
 public:
  // With a private key: the group of each row of the table, kNoGroup where a public part of its key
  // is not listed. Empty: all keys are public, and key ordinals name the group.
  virtual absl::Span<const uint32_t> group_of_row() const = 0;
};

// In key order: listed values as declared, others ascending, NULL last, the last key fastest. The
// groups of private keys are those of all rows, before WHERE: what WHERE leaves of a group is for
// the core to count. Measure and table must outlive the result.
std::unique_ptr<Groups> GroupsOf(const MeasureNode& measure, const Table& table);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_GROUPS_H_
