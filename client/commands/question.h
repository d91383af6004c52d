// What `query` and `estimate` ask: a dataset, one SELECT with its parameters, and what it may cost.
#ifndef TACIT_CLIENT_COMMANDS_QUESTION_H_
#define TACIT_CLIENT_COMMANDS_QUESTION_H_

#include <CLI/App.hpp>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "client/failure.h"
#include "tacit/v1/policy.pb.h"

namespace tacit::client {

// As written on the command line.
struct QuestionFlags {
  std::string dataset;
  std::string sql;  // "-": read from standard input
  std::string epsilon;
  std::string delta;
  std::string rho;
  std::string accuracy;
  std::string top_up;                   // a request id
  std::vector<std::string> parameters;  // TYPE:VALUE
};

struct Question {
  std::string dataset;  // "datasets/NAME"
  std::string sql;
  std::string epsilon;
  std::string delta;
  std::string rho;
  std::string accuracy;
  std::string top_up;  // "queries/ID"
  std::vector<v1::Scalar> parameters;
};

// Sets what ExecuteRequest and EstimateRequest have in common.
template <typename Request>
void SetQuestion(const Question& question, Request& request) {
  request.set_dataset(question.dataset);
  request.set_sql(question.sql);
  for (const v1::Scalar& parameter : question.parameters) *request.add_parameters() = parameter;
  request.set_epsilon(question.epsilon);
  request.set_delta(question.delta);
  request.set_rho(question.rho);
  request.set_accuracy(question.accuracy);
  request.set_top_up(question.top_up);
}

// Adds the arguments to a subcommand.
void AddQuestionFlags(CLI::App& command, QuestionFlags& flags);

// Checks what can be checked without the server. Amounts and SQL pass through as they are: the
// server alone says what they mean. `input` is read where the SQL is "-".
Result<Question> ReadQuestion(const QuestionFlags& flags, std::istream& input);

// "int:3", "real:2.5", "bool:true", "text:placebo" or "null".
Result<v1::Scalar> ParseParameter(const std::string& text);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_COMMANDS_QUESTION_H_
