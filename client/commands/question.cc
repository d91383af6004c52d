#include "client/commands/question.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "client/client.h"
#include "client/commands/session.h"
#include "client/request_id.h"

namespace tacit::client {
namespace {

// Far above the server's limit, so that its own refusal is the one that is seen.
constexpr size_t kSqlBytesMax = 1 << 20;

template <typename Number>
std::optional<Number> ParseWhole(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Failure BadParameter(const std::string& text, const std::string& what) {
  return LocalFailure("--param \"" + text + "\": " + what,
                      "write TYPE:VALUE with type bool, int, real, text or date, or null");
}

Result<std::string> ReadSql(const std::string& sql, std::istream& input) {
  if (sql != "-") return sql;
  std::string text(kSqlBytesMax + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(input.gcount()));
  if (text.size() > kSqlBytesMax) {
    return LocalFailure("the SQL on standard input is larger than 1 MiB",
                        "send one SELECT of at most 16 KiB");
  }
  return text;
}

}  // namespace

void AddQuestionFlags(CLI::App& command, QuestionFlags& flags) {
  command.add_option("dataset", flags.dataset, "The dataset to ask")->required();
  command.add_option("sql", flags.sql, "One SELECT; \"-\" reads it from standard input")
      ->required();
  CLI::App* target = command.add_option_group("target", "One of these, as decimal text:");
  target->add_option("--epsilon", flags.epsilon, "The query's whole cost");
  target->add_option("--rho", flags.rho, "The cost of Gaussian noise, paid for at --delta");
  target->add_option("--accuracy", flags.accuracy,
                     "The half width a 95% interval may have; the least epsilon is spent");
  target->require_option(1);
  command.add_option("--delta", flags.delta,
                     "A delta that may be spent: for groups without public values, and for "
                     "Gaussian noise where it is the better one");
  command.add_option(
      "--top-up", flags.top_up,
      "UUID of an earlier answer to the same question: pays for the noise alone that "
      "is missing to the target, and combines the two");
  command
      .add_option("--param", flags.parameters,
                  "A value for $1, $2, ... in order: int:3, real:2.5, bool:true, text:abc, "
                  "date:2024-02-29 or null")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

Result<v1::Scalar> ParseParameter(const std::string& text) {
  v1::Scalar scalar;
  if (text == "null") return scalar;
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return BadParameter(text, "has no type");
  const std::string type = text.substr(0, colon);
  const std::string value = text.substr(colon + 1);
  if (type == "text") {
    scalar.set_text(value);
  } else if (type == "date") {
    // Whether there is such a day is the server's to say.
    const auto day = WireText("the date", value);
    if (!day.ok()) return day.failure();
    scalar.set_date(day.value());
  } else if (type == "bool" || type == "boolean") {
    if (value != "true" && value != "false") return BadParameter(text, "is neither true nor false");
    scalar.set_boolean(value == "true");
  } else if (type == "int" || type == "integer") {
    const auto integer = ParseWhole<int64_t>(value);
    if (!integer.has_value()) return BadParameter(text, "is not a 64-bit integer");
    scalar.set_integer(*integer);
  } else if (type == "real") {
    const auto real = ParseWhole<double>(value);
    if (!real.has_value() || !std::isfinite(*real)) {
      return BadParameter(text, "is not a finite number");
    }
    scalar.set_real(*real);
  } else {
    return BadParameter(text, "unknown type \"" + type + "\"");
  }
  return scalar;
}

Result<Question> ReadQuestion(const QuestionFlags& flags, std::istream& input) {
  Question question;
  const auto dataset = WireText("the dataset's name", flags.dataset);
  if (!dataset.ok()) return dataset.failure();
  question.dataset = DatasetResource(dataset.value());
  struct Amount {
    const char* flag;
    const std::string& from;
    std::string& to;
  };
  for (const Amount& amount :
       {Amount{"--epsilon", flags.epsilon, question.epsilon},
        Amount{"--delta", flags.delta, question.delta}, Amount{"--rho", flags.rho, question.rho},
        Amount{"--accuracy", flags.accuracy, question.accuracy}}) {
    const auto text = WireText(amount.flag, amount.from);
    if (!text.ok()) return text.failure();
    amount.to = text.value();
  }
  if (!flags.top_up.empty()) {
    if (!IsRequestId(flags.top_up)) {
      return LocalFailure("--top-up \"" + flags.top_up + "\" is not a UUID",
                          "give the request id that was printed with the earlier answer");
    }
    question.top_up = "queries/" + flags.top_up;
  }
  for (const std::string& text : flags.parameters) {
    const Result<v1::Scalar> parameter = ParseParameter(text);
    if (!parameter.ok()) return parameter.failure();
    question.parameters.push_back(parameter.value());
  }
  const Result<std::string> sql = ReadSql(flags.sql, input);
  if (!sql.ok()) return sql.failure();
  question.sql = sql.value();
  return question;
}

}  // namespace tacit::client
