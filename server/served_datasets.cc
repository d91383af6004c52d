#include "server/served_datasets.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

absl::StatusOr<std::shared_ptr<ServedDataset>> FromRecord(const PolicyRecord& record) {
  auto served = std::make_shared<ServedDataset>();
  if (!served->policy.ParseFromString(record.policy)) {
    return Refuse(Reason::kInternal, "a policy in the ledger cannot be read");
  }
  TACIT_ASSIGN_OR_RETURN(ReadPolicy read, ReadPolicyMessage(served->policy));
  served->schema = std::move(read.schema);
  served->schema.policy_version = record.version;
  served->source = std::move(read.source);
  return served;
}

// True when snapshots written for one schema can be read under the other: the same columns in the
// same place.
bool StoresTheSame(const DatasetSchema& a, const DatasetSchema& b) {
  if (a.tables.size() != b.tables.size()) return false;
  for (size_t t = 0; t < a.tables.size(); ++t) {
    const TableSchema& left = a.tables[t];
    const TableSchema& right = b.tables[t];
    const bool alike = left.name == right.name && left.unit_column == right.unit_column &&
                       left.is_public == right.is_public &&
                       left.columns.size() == right.columns.size();
    if (!alike) return false;
    for (size_t c = 0; c < left.columns.size(); ++c) {
      const bool same = left.columns[c].name == right.columns[c].name &&
                        left.columns[c].type == right.columns[c].type &&
                        left.columns[c].nullable == right.columns[c].nullable;
      if (!same) return false;
    }
  }
  return true;
}

}  // namespace

absl::Status ServedDatasets::Restore() {
  for (const PolicyRecord& record : accountant_.Policies()) {
    TACIT_ASSIGN_OR_RETURN(std::shared_ptr<ServedDataset> served, FromRecord(record));
    served->data_version = accountant_.LatestDataVersion(served->schema.id);
    if (served->data_version.value() > 0) {
      absl::StatusOr<DatasetSnapshotPtr> snapshot =
          store_.Load(served->schema, served->data_version);
      if (snapshot.ok()) {
        served->snapshot = *std::move(snapshot);
      } else {
        std::fprintf(stderr, "dataset %s version %lld cannot be served (%s); publish it again\n",
                     served->schema.id.value().c_str(),
                     static_cast<long long>(served->data_version.value()),
                     std::string(snapshot.status().message()).c_str());
      }
    }
    Serve(std::move(served));
  }
  return absl::OkStatus();
}

ServedDatasetPtr ServedDatasets::Find(const DatasetId& dataset) const {
  const std::lock_guard lock(mutex_);
  const auto found = served_.find(dataset);
  return found == served_.end() ? nullptr : found->second;
}

std::vector<ServedDatasetPtr> ServedDatasets::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<ServedDatasetPtr> all;
  for (const auto& [name, dataset] : served_) all.push_back(dataset);
  return all;
}

void ServedDatasets::Serve(std::shared_ptr<ServedDataset> dataset) {
  const std::lock_guard lock(mutex_);
  const DatasetId id = dataset->schema.id;
  served_[id] = std::move(dataset);
}

absl::StatusOr<ServedDatasetPtr> ServedDatasets::Apply(const v1::Policy& policy,
                                                       const std::string& author,
                                                       bool validate_only) {
  const std::lock_guard curators(curator_mutex_);
  TACIT_ASSIGN_OR_RETURN(ReadPolicy read, ReadPolicyMessage(policy));
  const ServedDatasetPtr before = Find(read.schema.id);
  auto served = std::make_shared<ServedDataset>();
  served->policy = policy;
  served->schema = std::move(read.schema);
  served->source = std::move(read.source);
  if (validate_only) {
    TACIT_RETURN_IF_ERROR(accountant_.CheckPolicy(read.terms));
    return ServedDatasetPtr(std::move(served));
  }
  TACIT_ASSIGN_OR_RETURN(served->schema.policy_version,
                         accountant_.AddPolicy(read.terms, policy.SerializeAsString(), author));
  if (before != nullptr) {
    served->data_version = before->data_version;
    // What is stored did not change, so the published version is served under the new policy at
    // once.
    if (StoresTheSame(before->schema, served->schema)) served->snapshot = before->snapshot;
  }
  Serve(served);
  return ServedDatasetPtr(std::move(served));
}

absl::StatusOr<PublishedVersion> ServedDatasets::Publish(const DatasetId& dataset,
                                                         const std::string& author,
                                                         const BuildObserver& observer) {
  const std::lock_guard curators(curator_mutex_);
  const ServedDatasetPtr before = Find(dataset);
  if (before == nullptr) return Refuse(Reason::kNotFound, "there is no such dataset");
  TACIT_ASSIGN_OR_RETURN(
      StagedSnapshot staged,
      store_.Stage(before->schema, absl::StrCat(data_directory_, "/", before->source), observer,
                   before->snapshot.get()));
  PublishedVersion published{
      .rows = staged.rows(), .dropped_rows = staged.dropped_rows(), .bytes = staged.bytes()};
  // The files take the name of the version the ledger will give next. Until the ledger has named it
  // nobody reads them, and a crash in between leaves the old version serving.
  const DataVersion next(accountant_.LatestDataVersion(dataset).value() + 1);
  TACIT_RETURN_IF_ERROR(store_.Adopt(dataset, std::move(staged), next));
  TACIT_ASSIGN_OR_RETURN(published.version, accountant_.Publish(dataset, author));
  TACIT_CHECK(published.version == next);
  auto served = std::make_shared<ServedDataset>(*before);
  served->data_version = published.version;
  TACIT_ASSIGN_OR_RETURN(served->snapshot, store_.Load(served->schema, published.version));
  Serve(std::move(served));
  return published;
}

absl::StatusOr<DatasetSnapshotPtr> ServedDatasets::LoadVersion(const ServedDataset& dataset,
                                                               DataVersion version) {
  if (dataset.snapshot != nullptr && dataset.snapshot->version == version) return dataset.snapshot;
  return store_.Load(dataset.schema, version);
}

}  // namespace tacit
