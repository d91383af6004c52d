// What is being served right now: each dataset's policy in force and its published snapshot.
#ifndef TACIT_SERVER_SERVED_DATASETS_H_
#define TACIT_SERVER_SERVED_DATASETS_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "engine/storage/dataset_store.h"
#include "server/policy_reader.h"
#include "tacit/v1/dataset.pb.h"

namespace tacit {

// Immutable; a change makes a new one, so that a running query keeps the one it began with.
struct ServedDataset {
  v1::Policy policy;
  DatasetSchema schema;
  std::string source;
  DataVersion data_version;     // 0: never published
  DatasetSnapshotPtr snapshot;  // null: not published under a policy that stores the same columns
};
using ServedDatasetPtr = std::shared_ptr<const ServedDataset>;

struct PublishedVersion {
  DataVersion version;
  int64_t rows = 0;
  int64_t dropped_rows = 0;
  int64_t bytes = 0;
};

// Thread-safe. Curator operations run one at a time; readers never wait for them.
class ServedDatasets {
 public:
  // `accountant` and `store` must outlive this. `data_directory`: where sources lie.
  ServedDatasets(Accountant& accountant, DatasetStore& store, std::string data_directory)
      : accountant_(accountant), store_(store), data_directory_(std::move(data_directory)) {}

  // Takes up what the ledger says is in force. A snapshot that cannot be mapped is reported to the
  // operator and its dataset waits for a publish; the budget stays as it is.
  absl::Status Restore();

  ServedDatasetPtr Find(const DatasetId& dataset) const;  // null: none
  std::vector<ServedDatasetPtr> All() const;              // by name

  // Puts a policy into force, or with `validate_only` only says whether it could be.
  absl::StatusOr<ServedDatasetPtr> Apply(const v1::Policy& policy, const std::string& author,
                                         bool validate_only);
  // Reads the source, names a new version in the ledger, and serves it.
  absl::StatusOr<PublishedVersion> Publish(const DatasetId& dataset, const std::string& author,
                                           const BuildObserver& observer);

  // A version that may no longer be the one served, for a request that was paid for under it.
  absl::StatusOr<DatasetSnapshotPtr> LoadVersion(const ServedDataset& dataset, DataVersion version);

 private:
  void Serve(std::shared_ptr<ServedDataset> dataset);

  Accountant& accountant_;
  DatasetStore& store_;
  const std::string data_directory_;
  std::mutex curator_mutex_;  // held for a whole Apply or Publish
  mutable std::mutex mutex_;
  std::map<DatasetId, ServedDatasetPtr> served_;  // guarded by mutex_
};

}  // namespace tacit

#endif  // TACIT_SERVER_SERVED_DATASETS_H_
