#include "client/commands/question.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tacit/v1/query.pb.h"

namespace tacit::client {
namespace {

QuestionFlags Flags(const std::string& sql) {
  return {.dataset = "fair", .sql = sql, .epsilon = "0.1", .parameters = {}};
}

TEST(QuestionTest, ReadsSqlFromStandardInput) {
  std::istringstream input("SELECT\n1");
  const auto question = ReadQuestion(Flags("-"), input);
  ASSERT_TRUE(question.ok());
  EXPECT_EQ(question.value().sql, "SELECT\n1");
  EXPECT_EQ(question.value().dataset, "datasets/fair");
  std::istringstream endless(std::string((1 << 20) + 1, 'x'));
  EXPECT_FALSE(ReadQuestion(Flags("-"), endless).ok());
}

TEST(QuestionTest, LeavesSqlAndEpsilonToTheServer) {
  std::istringstream input;
  QuestionFlags flags = Flags(std::string("\xff not sql", 9));
  flags.epsilon = "-1e999";
  const auto question = ReadQuestion(flags, input);
  ASSERT_TRUE(question.ok());
  EXPECT_EQ(question.value().sql, flags.sql);
  EXPECT_EQ(question.value().epsilon, "-1e999");
}

TEST(QuestionTest, SetsWhatBothRequestsShare) {
  std::istringstream input;
  QuestionFlags flags = Flags("SELECT 1");
  flags.delta = "1e-9";
  flags.rho = "0.1";
  flags.accuracy = "7";
  flags.parameters = {"int:3"};
  const auto question = ReadQuestion(flags, input);
  ASSERT_TRUE(question.ok());
  v1::ExecuteRequest execute;
  v1::EstimateRequest estimate;
  SetQuestion(question.value(), execute);
  SetQuestion(question.value(), estimate);
  const auto text_of = [](const auto& request) {
    return request.dataset() + " " + request.sql() + " " + request.epsilon() + " " +
           request.delta() + " " + request.rho() + " " + request.accuracy() + " " +
           std::to_string(request.parameters(0).integer());
  };
  EXPECT_EQ(text_of(execute), "datasets/fair SELECT 1 0.1 1e-9 0.1 7 3");
  EXPECT_EQ(text_of(estimate), text_of(execute));
}

TEST(QuestionTest, RefusesAmountsThatAreNoText) {
  for (std::string QuestionFlags::*field : {&QuestionFlags::epsilon, &QuestionFlags::delta,
                                            &QuestionFlags::rho, &QuestionFlags::accuracy}) {
    std::istringstream input;
    QuestionFlags flags = Flags("SELECT 1");
    flags.*field = "\xff";
    EXPECT_FALSE(ReadQuestion(flags, input).ok());
  }
}

TEST(QuestionTest, NamesTheAnswerToTopUp) {
  std::istringstream input;
  QuestionFlags flags = Flags("SELECT 1");
  flags.top_up = "11111111-2222-4333-8444-555555555555";
  const auto question = ReadQuestion(flags, input);
  ASSERT_TRUE(question.ok());
  v1::ExecuteRequest execute;
  v1::EstimateRequest estimate;
  SetQuestion(question.value(), execute);
  SetQuestion(question.value(), estimate);
  EXPECT_EQ(execute.top_up(), "queries/11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(estimate.top_up(), execute.top_up());
  for (const char* other : {"42", "queries/11111111-2222-4333-8444-555555555555", "\xff"}) {
    flags.top_up = other;
    EXPECT_FALSE(ReadQuestion(flags, input).ok()) << other;
  }
}

TEST(QuestionTest, ParsesParametersOfEveryType) {
  EXPECT_EQ(ParseParameter("int:-3").value().integer(), -3);
  EXPECT_EQ(ParseParameter("int:9223372036854775807").value().integer(), INT64_MAX);
  EXPECT_EQ(ParseParameter("real:2.5e-3").value().real(), 0.0025);
  EXPECT_EQ(ParseParameter("bool:true").value().boolean(), true);
  EXPECT_EQ(ParseParameter("text:a:b").value().text(), "a:b");
  EXPECT_EQ(ParseParameter("text:").value().kind_case(), v1::Scalar::kText);
  EXPECT_EQ(ParseParameter("date:2024-02-29").value().date(), "2024-02-29");
  EXPECT_EQ(ParseParameter("null").value().kind_case(), v1::Scalar::KIND_NOT_SET);
}

TEST(QuestionTest, RefusesParametersThatAreNotOfTheirType) {
  for (const char* text :
       {"", "3", "int:", "int:3.0", "int:9223372036854775808", "int: 3", "int:0x1", "real:nan",
        "real:inf", "real:1e999", "real:", "bool:yes", "day:x"}) {
    const auto parameter = ParseParameter(text);
    ASSERT_FALSE(parameter.ok()) << text;
    EXPECT_NE(parameter.failure().message.find(text), std::string::npos);
    EXPECT_FALSE(parameter.failure().fix.empty());
  }
  EXPECT_FALSE(ParseParameter("date:2024-01-0\xff").ok());  // no text the wire can carry
}

}  // namespace
}  // namespace tacit::client
