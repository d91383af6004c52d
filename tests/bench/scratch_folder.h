// A folder for one measurement, on the disk it is started on, removed afterwards.
#ifndef TACIT_TESTS_BENCH_SCRATCH_FOLDER_H_
#define TACIT_TESTS_BENCH_SCRATCH_FOLDER_H_

#include <string>

namespace tacit {

// Ends the program when the folder cannot be made: there is nothing to measure then.
class ScratchFolder {
 public:
  // Below the current directory, so that durable writes go to a disk and not to memory.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace tacit

#endif  // TACIT_TESTS_BENCH_SCRATCH_FOLDER_H_
