#include "tests/bench/tacitd_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

namespace tacit {
namespace {

constexpr int kStartMsMax = 30000;
constexpr int kPollMs = 20;

pid_t Start(const std::vector<std::string>& command, const std::string& log) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

[[noreturn]] void GiveUp(const std::string& what, const std::string& log) {
  std::cerr << what << "\n" << std::ifstream(log).rdbuf();
  std::exit(1);
}

}  // namespace

TacitdProcess::TacitdProcess(const std::string& program, const std::string& curator,
                             const ScratchFolder& scratch) {
  const std::string log = scratch.File("tacitd.log");
  const std::string port_file = scratch.File("port");
  const std::vector<std::string> ledger = {"--state", scratch.File("state"), "--anchor",
                                           scratch.File("anchor")};
  std::vector<std::string> init = {program, "ledger-init"};
  init.insert(init.end(), ledger.begin(), ledger.end());
  int status = 0;
  waitpid(Start(init, log), &status, 0);
  if (status != 0) GiveUp(program + " ledger-init failed", log);

  std::vector<std::string> serve = {program, "serve"};
  serve.insert(serve.end(), ledger.begin(), ledger.end());
  for (const std::string& word :
       {std::string("--data"), scratch.path(), std::string("--listen"), std::string("127.0.0.1:0"),
        std::string("--port-file"), port_file, std::string("--dev-identity"),
        std::string("--curator"), curator}) {
    serve.push_back(word);
  }
  server_ = Start(serve, log);
  for (int waited_ms = 0; waited_ms < kStartMsMax; waited_ms += kPollMs) {
    int port = 0;
    if (std::ifstream(port_file) >> port && port > 0) {
      address_ = "127.0.0.1:" + std::to_string(port);
      return;
    }
    if (waitpid(server_, &status, WNOHANG) == server_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
  }
  GiveUp(program + " serve did not start", log);
}

TacitdProcess::~TacitdProcess() {
  kill(server_, SIGTERM);
  waitpid(server_, nullptr, 0);
}

}  // namespace tacit
