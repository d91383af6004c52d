#include "engine/analyze/scalar_functions.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

TEST(ScalarFunctionsTest, KnowsFunctionsOfValuesAndNotAggregates) {
  for (const char* name :
       {"floor", "extract", "date_part", "date_trunc", "ceiling", "log10", "width_bucket"}) {
    EXPECT_NE(FindScalarFunction(name), nullptr) << name;
  }
  for (const char* name : {"sum", "count", "median", "FLOOR", "floo", ""}) {
    EXPECT_EQ(FindScalarFunction(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace tacit
