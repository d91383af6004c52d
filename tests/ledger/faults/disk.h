// A disk whose power may fail: what a trace of calls has made durable, and what may be left of the
// rest.
//
// The model is the weakest that POSIX allows. A file's bytes and size are durable after its own
// fsync, a name after the fsync of its directory, and neither helps the other. Changes that are not
// durable may survive in any combination, a write by sectors of 512 bytes, each as written, not at
// all, or as garbage. After a failed fsync of a file the changes before it stay uncertain for good,
// whatever later calls return; of a directory, the next fsync that succeeds settles them, since
// file systems that lose names stop.
#ifndef TACIT_TESTS_LEDGER_FAULTS_DISK_H_
#define TACIT_TESTS_LEDGER_FAULTS_DISK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/image.h"

namespace tacit::faults {

// What becomes of one uncertain change.
enum class Fate { kKept, kLost, kTorn };

class Disk {
 public:
  // `root` is where the image's names begin.
  Disk(std::string root, const Image& durable);

  void Apply(const Record& record);
  // How many changes a power cut may undo now.
  int uncertain() const;
  // What is left when each change meets the fate that `fate` says of its number and of whether it
  // is one of names in a directory.
  using FateOf = std::function<Fate(int number, bool name)>;
  Image Cut(const FateOf& fate, std::mt19937_64& random) const;

 private:
  struct Change {
    enum Kind { kWrite, kTruncate, kLink, kUnlink } kind;
    int64_t offset = 0;  // or the new size
    std::string bytes;   // or the name
    int node = 0;
    bool settled = false;  // durable, behind one that is uncertain for good
    bool doubtful = false;
  };
  using Entries = std::map<std::string, int>;
  struct Node {
    bool directory = false;
    std::string bytes;  // durable
    Entries entries;    // durable
    Entries live;       // as a running process sees it
    std::vector<Change> changes;
  };
  struct Place {
    int parent = 0;
    std::string name;
  };

  std::string NameOf(const std::string& path) const;
  Place Find(const std::string& path) const;
  int NodeAt(const std::string& path) const;
  int Add(const std::string& path, bool directory);
  void AddDurable(const std::string& name, bool directory, const std::string& bytes);
  void Settle(Node& node);
  std::vector<int> Reachable() const;
  static void ApplyTo(const Change& change, Fate fate, std::mt19937_64& random, std::string& bytes);
  static void ApplyTo(const Change& change, Entries& entries);

  const std::string root_;
  std::vector<Node> nodes_;      // the first is the place itself
  std::map<int32_t, int> open_;  // nodes by handle
};

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_DISK_H_
