#include "tests/support/tacitd_process.h"

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
#include <utility>

namespace tacit {
namespace {

constexpr int kStartMsMax = 60000;
constexpr int kPollMs = 10;
constexpr int kSignalBase = 128;

pid_t Begin(const std::vector<std::string>& command, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  const int fd = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

int ExitCode(int status) {
  return WIFSIGNALED(status) ? kSignalBase + WTERMSIG(status) : WEXITSTATUS(status);
}

[[noreturn]] void GiveUp(const std::string& what, const std::string& log) {
  std::cerr << what << "\n" << std::ifstream(log).rdbuf();
  std::exit(1);
}

}  // namespace

int RunProgram(const std::vector<std::string>& command, const std::string& output) {
  int status = 0;
  waitpid(Begin(command, output), &status, 0);
  return ExitCode(status);
}

TacitdProcess::TacitdProcess(std::string program, std::string curator, std::string folder)
    : program_(std::move(program)), curator_(std::move(curator)), folder_(std::move(folder)) {
  std::vector<std::string> init = {program_, "ledger-init"};
  for (const std::string& word : LedgerOptions()) init.push_back(word);
  const std::string log = folder_ + "/tacitd.log";
  if (RunProgram(init, log) != 0) GiveUp(program_ + " ledger-init failed", log);
  Start();
}

TacitdProcess::~TacitdProcess() { Stop(SIGTERM); }

std::vector<std::string> TacitdProcess::LedgerOptions() const {
  return {"--state", folder_ + "/state", "--anchor", folder_ + "/anchor"};
}

void TacitdProcess::Start() {
  const std::optional<int> ended = TryStart();
  if (ended.has_value()) GiveUp(program_ + " serve did not start", folder_ + "/tacitd.log");
}

std::optional<int> TacitdProcess::TryStart() {
  const std::string log = folder_ + "/tacitd.log";
  const std::string port_file = folder_ + "/port";
  unlink(port_file.c_str());
  std::vector<std::string> serve = {program_,         "serve",       "--data",      folder_,
                                    "--listen",       "127.0.0.1:0", "--port-file", port_file,
                                    "--dev-identity", "--curator",   curator_};
  for (const std::string& word : LedgerOptions()) serve.push_back(word);
  server_ = Begin(serve, log);
  for (int waited_ms = 0; waited_ms < kStartMsMax; waited_ms += kPollMs) {
    int port = 0;
    if (std::ifstream(port_file) >> port && port > 0) {
      address_ = "127.0.0.1:" + std::to_string(port);
      return std::nullopt;
    }
    int status = 0;
    if (waitpid(server_, &status, WNOHANG) == server_) {
      server_ = 0;
      return ExitCode(status);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
  }
  GiveUp(program_ + " serve neither listens nor ends", log);
}

int TacitdProcess::Stop(int signal) {
  if (server_ == 0) return 0;
  kill(server_, signal);
  int status = 0;
  waitpid(std::exchange(server_, 0), &status, 0);
  return ExitCode(status);
}

}  // namespace tacit
