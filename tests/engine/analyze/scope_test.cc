#include "engine/analyze/scope.h"

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

SyntaxNode Name(std::string name, std::string qualifier = "") {
  return {.kind = SyntaxKind::kColumn,
          .position = 5,
          .name = std::move(name),
          .qualifier = std::move(qualifier)};
}

class ScopeTest : public testing::Test {
 protected:
  const DatasetSchema schema_ = GoldenSchema("visits");
  RowScope rows_{schema_.tables[0], ""};
};

TEST_F(ScopeTest, ResolvesColumnsByExactName) {
  const auto column = rows_.BindColumn(Name("weight"));
  ASSERT_TRUE(column.ok());
  EXPECT_EQ(column->expression->index, 5);
  EXPECT_EQ(column->expression->type, ValueType::kFloat64);
  EXPECT_TRUE(column->expression->nullable);
  EXPECT_EQ(ReasonOf(rows_.BindColumn(Name("Weight")).status()), Reason::kUnknownColumn);
  EXPECT_EQ(DetailOf(rows_.BindColumn(Name("wieght")).status()).fix, "did you mean weight?");
}

TEST_F(ScopeTest, TakesTheAliasOnlyWhereThereIsOne) {
  EXPECT_TRUE(rows_.Resolve(Name("y", "visits")).ok());
  RowScope aliased(schema_.tables[0], "v");
  EXPECT_TRUE(aliased.Resolve(Name("y", "v")).ok());
  EXPECT_EQ(ReasonOf(aliased.Resolve(Name("y", "visits")).status()), Reason::kUnknownTable);
}

TEST_F(ScopeTest, GivesTheUnitColumnNoMeaningInRows) {
  rows_.set_clause("WHERE");
  const auto status = rows_.BindColumn(Name("subject")).status();
  EXPECT_EQ(ReasonOf(status), Reason::kUnitColumn);
  EXPECT_EQ(DetailOf(status).position, 5);
}

TEST_F(ScopeTest, TellsLaterAggregatesFromUnknownFunctions) {
  const auto refuse = [](const char* name) {
    return std::string(RefuseFunction({.kind = SyntaxKind::kCall, .name = name}).message());
  };
  EXPECT_NE(refuse("mode").find("MODE is not supported yet"), std::string::npos);
  EXPECT_NE(refuse("pg_sleep").find("ask for COUNT, SUM"), std::string::npos);
  EXPECT_NE(refuse("cuont").find("did you mean count?"), std::string::npos);
}

// Two columns may print alike; they are still two aggregates.
TEST_F(ScopeTest, TellsCallsApartByColumnNotByText) {
  DatasetSchema schema = schema_;
  schema.tables[0].columns.push_back({.name = "y + age", .bounds = ValueBounds{0, 5}});
  const auto query = Bind("SELECT SUM(y + age), SUM(\"y + age\") FROM visits", schema);
  ASSERT_TRUE(query.ok()) << query.status();
  ASSERT_EQ(query->statistics.size(), 2u);
  EXPECT_EQ(query->statistics[0].bounds, (ValueBounds{18, 160}));
  EXPECT_EQ(query->statistics[1].bounds, (ValueBounds{0, 5}));
}

TEST_F(ScopeTest, FindsOutputsUnlessTwoDiffer) {
  EXPECT_TRUE(Bind("SELECT SUM(y) AS a, SUM(y) AS a FROM visits ORDER BY a", schema_).ok());
  EXPECT_EQ(
      ReasonOf(Bind("SELECT SUM(y) AS a, SUM(age) AS a FROM visits ORDER BY a", schema_).status()),
      Reason::kUnsupported);
}

}  // namespace
}  // namespace tacit
