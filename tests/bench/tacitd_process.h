// A real tacitd on loopback, with a fresh ledger in a folder of its own, stopped by the destructor.
#ifndef TACIT_TESTS_BENCH_TACITD_PROCESS_H_
#define TACIT_TESTS_BENCH_TACITD_PROCESS_H_

#include <sys/types.h>

#include <string>

#include "tests/bench/scratch_folder.h"

namespace tacit {

class TacitdProcess {
 public:
  // Runs `program ledger-init`, then `program serve` over the sources in `scratch`; the server's
  // log goes to the file "tacitd.log" there. Returns when the server listens; ends the program if
  // it never does.
  TacitdProcess(const std::string& program, const std::string& curator,
                const ScratchFolder& scratch);
  ~TacitdProcess();
  TacitdProcess(const TacitdProcess&) = delete;
  TacitdProcess& operator=(const TacitdProcess&) = delete;

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

 private:
  pid_t server_ = 0;
  std::string address_;
};

}  // namespace tacit

#endif  // TACIT_TESTS_BENCH_TACITD_PROCESS_H_
