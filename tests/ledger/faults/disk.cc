#include "tests/ledger/faults/disk.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tacit::faults {
namespace {

constexpr size_t kSector = 512;

void Resize(std::string& bytes, int64_t size) { bytes.resize(static_cast<size_t>(size), '\0'); }

void Overwrite(std::string& bytes, size_t offset, std::string_view with) {
  if (bytes.size() < offset + with.size()) bytes.resize(offset + with.size(), '\0');
  bytes.replace(offset, with.size(), with);
}

}  // namespace

Disk::Disk(std::string root, const Image& durable) : root_(std::move(root)) {
  nodes_.push_back(Node{.directory = true, .bytes = "", .entries = {}, .live = {}, .changes = {}});
  for (const std::string& name : durable.directories) AddDurable(name, true, "");
  for (const auto& [name, bytes] : durable.files) AddDurable(name, false, bytes);
}

void Disk::AddDurable(const std::string& name, bool directory, const std::string& bytes) {
  const std::string path = root_ + "/" + name;
  const Place place = Find(path);
  nodes_[Add(path, directory)].bytes = bytes;
  Settle(nodes_[place.parent]);
}

std::string Disk::NameOf(const std::string& path) const {
  return path.size() <= root_.size() ? "" : path.substr(root_.size() + 1);
}

Disk::Place Disk::Find(const std::string& path) const {
  const std::string name = NameOf(path);
  const size_t slash = name.find('/');
  if (slash == std::string::npos) return {0, name};
  return {nodes_[0].live.at(name.substr(0, slash)), name.substr(slash + 1)};
}

int Disk::NodeAt(const std::string& path) const {
  if (NameOf(path).empty()) return 0;
  const Place place = Find(path);
  return nodes_[place.parent].live.at(place.name);
}

int Disk::Add(const std::string& path, bool directory) {
  const Place place = Find(path);
  const int node = static_cast<int>(nodes_.size());
  nodes_.push_back(
      Node{.directory = directory, .bytes = "", .entries = {}, .live = {}, .changes = {}});
  Change change{.kind = Change::kLink, .bytes = place.name, .node = node};
  ApplyTo(change, nodes_[place.parent].live);
  nodes_[place.parent].changes.push_back(std::move(change));
  return node;
}

void Disk::Settle(Node& node) {
  const auto doubtful = [](const Change& change) { return change.doubtful; };
  if (std::any_of(node.changes.begin(), node.changes.end(), doubtful)) {
    for (Change& change : node.changes) change.settled = !change.doubtful;
    return;
  }
  std::mt19937_64 unused;
  for (const Change& change : node.changes) {
    if (node.directory) {
      ApplyTo(change, node.entries);
    } else {
      ApplyTo(change, Fate::kKept, unused, node.bytes);
    }
  }
  node.changes.clear();
}

void Disk::Apply(const Record& record) {
  switch (record.kind) {
    case Record::kMakeDirectory:
      Add(record.path, true);
      return;
    case Record::kOpen: {
      const int node = record.size == 1 ? Add(record.path, false) : NodeAt(record.path);
      open_[record.handle] = node;
      return;
    }
    case Record::kWrite:
    case Record::kTruncate: {
      const bool write = record.kind == Record::kWrite;
      nodes_[open_.at(record.handle)].changes.push_back(
          Change{.kind = write ? Change::kWrite : Change::kTruncate,
                 .offset = write ? record.offset : record.size,
                 .bytes = record.bytes});
      return;
    }
    case Record::kSync:
      Settle(nodes_[open_.at(record.handle)]);
      return;
    case Record::kFailedSync: {
      Node& node = nodes_[open_.at(record.handle)];
      for (Change& change : node.changes) change.doubtful = !node.directory && !change.settled;
      return;
    }
    case Record::kUnlink: {
      const Place place = Find(record.path);
      Node& parent = nodes_[place.parent];
      Change change{.kind = Change::kUnlink, .bytes = place.name};
      ApplyTo(change, parent.live);
      parent.changes.push_back(std::move(change));
      return;
    }
    case Record::kNote:
      return;
  }
}

// A file that no directory can name any more is of no interest.
std::vector<int> Disk::Reachable() const {
  std::vector<int> reachable = {0};
  for (size_t i = 0; i < reachable.size(); ++i) {
    const Node& node = nodes_[reachable[i]];
    const auto reach = [&](int child) {
      if (std::find(reachable.begin(), reachable.end(), child) == reachable.end()) {
        reachable.push_back(child);
      }
    };
    for (const auto& [name, child] : node.entries) reach(child);
    if (!node.directory) continue;
    for (const Change& change : node.changes) {
      if (change.node != 0) reach(change.node);
    }
  }
  return reachable;
}

int Disk::uncertain() const {
  int count = 0;
  for (const int node : Reachable()) {
    for (const Change& change : nodes_[node].changes) count += change.settled ? 0 : 1;
  }
  return count;
}

Image Disk::Cut(const FateOf& fate, std::mt19937_64& random) const {
  int number = 0;
  std::map<int, Node> left;
  for (const int i : Reachable()) {
    Node node{.directory = nodes_[i].directory,
              .bytes = nodes_[i].bytes,
              .entries = nodes_[i].entries,
              .live = {},
              .changes = {}};
    for (const Change& change : nodes_[i].changes) {
      const Fate met = change.settled ? Fate::kKept : fate(number++, node.directory);
      if (!node.directory) {
        ApplyTo(change, met, random, node.bytes);
      } else if (met != Fate::kLost) {
        ApplyTo(change, node.entries);
      }
    }
    left[i] = std::move(node);
  }
  Image image;
  const std::function<void(int, const std::string&)> walk = [&](int i, const std::string& under) {
    for (const auto& [name, child] : left.at(i).entries) {
      if (left.at(child).directory) {
        image.directories.insert(under + name);
        walk(child, under + name + "/");
      } else {
        image.files[under + name] = left.at(child).bytes;
      }
    }
  };
  walk(0, "");
  return image;
}

void Disk::ApplyTo(const Change& change, Fate fate, std::mt19937_64& random, std::string& bytes) {
  if (change.kind == Change::kTruncate) {
    if (fate != Fate::kLost) Resize(bytes, change.offset);
    return;
  }
  const size_t offset = static_cast<size_t>(change.offset);
  if (fate == Fate::kKept) Overwrite(bytes, offset, change.bytes);
  if (fate != Fate::kTorn) return;
  // The new size may be durable although the bytes are not.
  const size_t end = offset + change.bytes.size();
  if (random() % 2 == 0 && bytes.size() < end) bytes.resize(end, '\0');
  for (size_t at = offset; at < end;) {
    const size_t next = std::min(end, (at / kSector + 1) * kSector);
    std::string sector = change.bytes.substr(at - offset, next - at);
    const uint64_t lot = random() % 8;
    if (lot == 0) {
      for (char& byte : sector) byte = static_cast<char>(random());
    }
    if (lot <= 3) Overwrite(bytes, at, sector);
    at = next;
  }
}

void Disk::ApplyTo(const Change& change, Entries& entries) {
  if (change.kind == Change::kLink) entries[change.bytes] = change.node;
  if (change.kind == Change::kUnlink) entries.erase(change.bytes);
}

}  // namespace tacit::faults
