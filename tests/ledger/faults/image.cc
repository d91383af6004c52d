#include "tests/ledger/faults/image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/accountant/sample_ledger.h"

namespace tacit::faults {
namespace {

[[noreturn]] void GiveUp(const std::string& what, const std::string& path) {
  std::cerr << what << " " << path << "\n";
  std::exit(1);
}

void WriteNew(const std::string& path, const std::string& bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const ssize_t size = static_cast<ssize_t>(bytes.size());
  if (fd < 0 || write(fd, bytes.data(), bytes.size()) != size) GiveUp("cannot write", path);
  close(fd);
}

}  // namespace

Scratch::Scratch() {
  const std::string parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : testing::TempDir();
  root_ = std::filesystem::path(sample::FreshPathsIn(parent).directory).parent_path().string();
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Scratch::Put(const Image& image) const {
  for (const auto& entry : std::filesystem::directory_iterator(root_)) {
    std::filesystem::remove_all(entry.path());
  }
  for (const std::string& name : image.directories) {
    if (mkdir((root_ + "/" + name).c_str(), 0700) != 0) GiveUp("cannot make", name);
  }
  for (const auto& [name, bytes] : image.files) WriteNew(root_ + "/" + name, bytes);
}

Image Scratch::Take() const {
  Image image;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
    const std::string name = entry.path().string().substr(root_.size() + 1);
    if (entry.is_directory()) {
      image.directories.insert(name);
    } else {
      image.files[name] = sample::ReadFile(entry.path().string());
    }
  }
  return image;
}

}  // namespace tacit::faults
