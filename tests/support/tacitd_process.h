// A real tacitd on loopback, over a folder that outlives it: it can be stopped, killed and started
// again.
#ifndef TACIT_TESTS_SUPPORT_TACITD_PROCESS_H_
#define TACIT_TESTS_SUPPORT_TACITD_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace tacit {

// Runs a program to its end; stdout and stderr go to the file `output`. Returns its exit code, or
// 128 plus the signal that ended it.
int RunProgram(const std::vector<std::string>& command, const std::string& output);

class TacitdProcess {
 public:
  // Runs `program ledger-init` in `folder`, where sources lie too, and starts the server; its log
  // is "tacitd.log" there. Ends the calling program with the log when the server does not come up.
  TacitdProcess(std::string program, std::string curator, std::string folder);
  ~TacitdProcess();  // SIGTERM, and waits
  TacitdProcess(const TacitdProcess&) = delete;
  TacitdProcess& operator=(const TacitdProcess&) = delete;

  // Returns when the server listens.
  void Start();
  // The same for a server that may end before it listens: its exit code then, or 128 plus the
  // signal that ended it.
  std::optional<int> TryStart();
  // Sends `signal` and waits for the end. Returns the exit code, or 128 plus the signal that ended
  // it.
  int Stop(int signal);

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }
  // "--state DIR --anchor FILE" as words.
  std::vector<std::string> LedgerOptions() const;

 private:
  const std::string program_;
  const std::string curator_;
  const std::string folder_;
  pid_t server_ = 0;
  std::string address_;
};

}  // namespace tacit

#endif  // TACIT_TESTS_SUPPORT_TACITD_PROCESS_H_
