// The files of a ledger as bytes, so that one state can be put on disk again and again.
#ifndef TACIT_TESTS_LEDGER_FAULTS_IMAGE_H_
#define TACIT_TESTS_LEDGER_FAULTS_IMAGE_H_

#include <map>
#include <set>
#include <string>

#include "accountant/accountant.h"

namespace tacit::faults {

// Names are relative to the place where ledger and anchor stand: "ledger/ledger.db", "anchor".
struct Image {
  std::set<std::string> directories;
  std::map<std::string, std::string> files;
  friend auto operator<=>(const Image&, const Image&) = default;
};

// A place of its own for one ledger, in memory where there is such a place: a kill and the images
// of a power cut are the same there, and thousands of commits are quick. Removed at the end.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& root() const { return root_; }
  LedgerPaths paths() const { return {root_ + "/ledger", root_ + "/anchor"}; }

  // Removes everything, then writes the image, modes as the ledger's own.
  void Put(const Image& image) const;
  Image Take() const;

 private:
  std::string root_;
};

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_IMAGE_H_
