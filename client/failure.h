// Why something did not work, in a form the command line can print and turn into an exit code.
#ifndef TACIT_CLIENT_FAILURE_H_
#define TACIT_CLIENT_FAILURE_H_

#include <grpcpp/support/status.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tacit::client {

// What a process that failed so exits with.
enum class ExitCode {
  kOk = 0,
  kLocal = 1,            // usage, or something on this machine
  kRefused = 2,          // the request is wrong; changing it helps
  kTrouble = 3,          // connection or server; asking again may help
  kBudgetExhausted = 4,  // nothing was spent, and nothing is left for this
  kNotAllowed = 5,       // the caller is unknown, or may not do or see this
};

// One field that is wrong: `field` is a path such as "tables.survey.columns.age.bounds".
struct Violation {
  std::string field;
  std::string description;
};

struct Failure {
  ExitCode exit_code = ExitCode::kLocal;
  std::string reason = "LOCAL";      // the server's reason; "LOCAL" or "CONNECTION" when made here
  std::string message;               // one sentence, without the fix
  std::string fix;                   // one imperative sentence, or empty
  std::optional<uint64_t> position;  // byte offset into the SQL text
  std::map<std::string, std::string> metadata;
  std::vector<Violation> violations;
};

// A value, or why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Result(Failure failure) : held_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(held_); }
  const T& value() const { return std::get<T>(held_); }
  T& value() { return std::get<T>(held_); }
  const Failure& failure() const { return std::get<Failure>(held_); }

 private:
  std::variant<T, Failure> held_;
};

// A failure of this machine or of the command's use.
Failure LocalFailure(std::string_view message, std::string_view fix = {});

// Reads google.rpc.ErrorInfo and BadRequest out of a status that is not OK. A status without them
// gets reason "CONNECTION" and an exit code by its gRPC code.
Failure FailureFromStatus(const grpc::Status& status);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_FAILURE_H_
