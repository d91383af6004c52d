// One expression as the parser reads it.
#ifndef TACIT_TESTS_ENGINE_PARSE_READ_EXPRESSION_H_
#define TACIT_TESTS_ENGINE_PARSE_READ_EXPRESSION_H_

#include <gtest/gtest.h>

#include <string>

#include "engine/parse/parse.h"

namespace tacit {

inline SyntaxNode Read(const std::string& expression) {
  const auto statement = Parse("SELECT " + expression + " FROM t");
  EXPECT_TRUE(statement.ok()) << statement.status();
  return statement.ok() ? statement->targets[0].expression : SyntaxNode();
}

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_PARSE_READ_EXPRESSION_H_
