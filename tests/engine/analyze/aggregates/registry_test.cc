#include "engine/analyze/aggregates/registry.h"

#include <set>

#include "gtest/gtest.h"

namespace tacit {
namespace {

TEST(RegistryTest, HoldsWholeAggregatesUnderNamesOfTheirOwn) {
  const std::vector<std::string> names = AggregateNames();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const std::string& name : names) {
    const Aggregate* aggregate = FindAggregate(name);
    ASSERT_NE(aggregate, nullptr) << name;
    EXPECT_NE(aggregate->type, nullptr) << name;
    EXPECT_NE(aggregate->measure, nullptr) << name;
  }
}

TEST(RegistryTest, KnowsLowerCaseNamesOnly) {
  EXPECT_NE(FindAggregate("avg"), nullptr);
  EXPECT_EQ(FindAggregate("AVG"), nullptr);
  EXPECT_EQ(FindAggregate(""), nullptr);
}

}  // namespace
}  // namespace tacit
