#include "engine/analyze/read_call.h"

#include "accountant/refusal.h"
#include "engine/analyze/aggregates/registry.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

class ReadCallTest : public testing::Test {
 protected:
  // The call in SELECT `expression`.
  absl::StatusOr<AggregateCall> Read(const std::string& expression,
                                     const std::vector<Value>& values = {}) {
    const auto statement = Parse("SELECT " + expression + " FROM visits");
    if (!statement.ok()) return statement.status();
    const SyntaxNode& node = statement->targets[0].expression;
    const Aggregate* aggregate = FindAggregate(node.name);
    EXPECT_NE(aggregate, nullptr) << expression;
    Parameters parameters(values);
    return ReadCall(*aggregate, node, rows_, parameters);
  }

  std::string TextOf(const std::string& expression) {
    const auto call = Read(expression);
    EXPECT_TRUE(call.ok()) << call.status();
    return call.ok() ? call->text : "";
  }

  Quantile QuantileOf(const std::string& fraction, const std::string& direction = "",
                      const std::vector<Value>& values = {}) {
    const auto call = Read(
        "PERCENTILE_CONT(" + fraction + ") WITHIN GROUP (ORDER BY y " + direction + ")", values);
    EXPECT_TRUE(call.ok()) << call.status();
    return call.ok() ? call->quantile : Quantile{};
  }

  Reason WhyNot(const std::string& expression, const std::vector<Value>& values = {}) {
    return ReasonOf(Read(expression, values).status());
  }

  const DatasetSchema schema_ = GoldenSchema("visits");
  RowScope rows_{schema_.tables[0], ""};
};

TEST_F(ReadCallTest, NamesCallsForPeople) {
  EXPECT_EQ(TextOf("COUNT(*)"), "count(*)");
  EXPECT_EQ(TextOf("SUM(y + age)"), "sum(y + age)");
  EXPECT_EQ(TextOf("COUNT(DISTINCT site)"), "count(distinct site)");
  EXPECT_EQ(TextOf("COUNT(DISTINCT subject)"), "count(distinct subject)");
  EXPECT_EQ(TextOf("COUNT(DISTINCT subject) FILTER (WHERE smoker)"),
            "count(distinct CASE WHEN smoker THEN subject ELSE NULL END)");
  EXPECT_EQ(TextOf("CORR(y, age)"), "corr(y, age)");
  EXPECT_EQ(TextOf("PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY y DESC)"),
            "percentile_cont(0.9) within group (order by y desc)");
}

TEST_F(ReadCallTest, AFractionIsReducedAndInHalvesAtTheEnds) {
  EXPECT_EQ(QuantileOf("0.5"), (Quantile{1, 2}));
  EXPECT_EQ(QuantileOf("0.95"), (Quantile{19, 20}));
  EXPECT_EQ(QuantileOf("0.999"), (Quantile{999, 1000}));
  EXPECT_EQ(QuantileOf("0"), (Quantile{0, 2}));
  EXPECT_EQ(QuantileOf("0.0"), (Quantile{0, 2}));
  EXPECT_EQ(QuantileOf("1"), (Quantile{2, 2}));
  // From the other end.
  EXPECT_EQ(QuantileOf("0.95", "DESC"), (Quantile{1, 20}));
  EXPECT_EQ(QuantileOf("0", "DESC"), (Quantile{2, 2}));
  EXPECT_EQ(QuantileOf("0.25", "ASC"), (Quantile{1, 4}));
  EXPECT_EQ(QuantileOf("$1", "", {Value(0.125)}), (Quantile{1, 8}));
  EXPECT_EQ(QuantileOf("$1", "", {Value(int64_t{1})}), (Quantile{2, 2}));
  for (int64_t thousandths = 0; thousandths <= 1000; ++thousandths) {
    const Quantile quantile =
        QuantileOf("$1", "", {Value(static_cast<double>(thousandths) / 1000)});
    EXPECT_EQ(1000 * quantile.numerator, thousandths * quantile.denominator);
  }
}

TEST_F(ReadCallTest, RefusesWhatIsNoFraction) {
  const auto why = [&](const std::string& fraction, const std::vector<Value>& values = {}) {
    return WhyNot("PERCENTILE_DISC(" + fraction + ") WITHIN GROUP (ORDER BY y)", values);
  };
  EXPECT_EQ(why("1.0001"), Reason::kLiteralRange);
  EXPECT_EQ(why("-1"), Reason::kLiteralRange);
  EXPECT_EQ(why("0.9999"), Reason::kLiteralRange);
  EXPECT_EQ(why("1e-300"), Reason::kLiteralRange);
  EXPECT_EQ(why("9223372036854775807"), Reason::kLiteralRange);
  EXPECT_EQ(why("TRUE"), Reason::kTypeMismatch);
  EXPECT_EQ(why("NULL"), Reason::kTypeMismatch);
  EXPECT_EQ(why("$1", {Value(std::string("0.5"))}), Reason::kTypeMismatch);
  EXPECT_EQ(why("$2", {Value(0.5)}), Reason::kParameter);
  EXPECT_EQ(why("age"), Reason::kUnsupported);
  EXPECT_EQ(why("0.5 + 0.1"), Reason::kUnsupported);
}

TEST_F(ReadCallTest, RefusesAnotherForm) {
  EXPECT_EQ(WhyNot("PERCENTILE_CONT(0.5)"), Reason::kUnsupported);
  EXPECT_EQ(WhyNot("PERCENTILE_CONT(0.5, 0.6) WITHIN GROUP (ORDER BY y)"), Reason::kUnsupported);
  EXPECT_EQ(WhyNot("MEDIAN(y) WITHIN GROUP (ORDER BY y)"), Reason::kUnsupported);
  EXPECT_EQ(WhyNot("CORR(y)"), Reason::kUnsupported);
  EXPECT_EQ(WhyNot("CORR(DISTINCT y, age)"), Reason::kUnsupported);
  EXPECT_EQ(WhyNot("SUM(y, age)"), Reason::kUnsupported);
  EXPECT_EQ(WhyNot("SUM()"), Reason::kUnsupported);
}

TEST_F(ReadCallTest, FilterMakesDroppedRowsNull) {
  const auto sum = Read("SUM(y) FILTER (WHERE y BETWEEN 3 AND 8)");
  ASSERT_TRUE(sum.ok());
  EXPECT_TRUE(sum->range.nullable);
  EXPECT_EQ(sum->range.interval.lower, 3);
  EXPECT_EQ(sum->range.interval.upper, 8);
  const auto units = Read("COUNT(DISTINCT subject) FILTER (WHERE smoker)");
  ASSERT_TRUE(units.ok());
  EXPECT_TRUE(units->of_unit);
  ASSERT_NE(units->argument, nullptr);
  EXPECT_EQ(units->argument->kind, ExpressionKind::kCase);
  const auto all = Read("COUNT(DISTINCT subject)");
  EXPECT_EQ(all->argument, nullptr);
  EXPECT_FALSE(IsSameCall(*units, *all));
  // Both of two arguments, which are NULL together where neither is otherwise.
  const auto pair = Read("CORR(y, weight) FILTER (WHERE weight BETWEEN 30 AND 150)");
  ASSERT_TRUE(pair.ok());
  ASSERT_EQ(pair->sides.size(), 2u);
  EXPECT_TRUE(pair->sides[0].range.nullable && pair->sides[1].range.nullable);
  EXPECT_TRUE(pair->sides[0].null_by_filter);
  EXPECT_FALSE(pair->sides[1].null_by_filter);
  EXPECT_EQ(pair->sides[1].range.interval.lower, 30);
  EXPECT_EQ(pair->sides[1].range.interval.upper, 150);
  EXPECT_FALSE(Read("CORR(y, age)")->sides[0].null_by_filter);
}

TEST_F(ReadCallTest, TellsCallsApart) {
  const auto same = [&](const std::string& a, const std::string& b) {
    return IsSameCall(*Read(a), *Read(b));
  };
  EXPECT_TRUE(same("CORR(y, age)", "CORR(visits.y, age)"));
  EXPECT_FALSE(same("CORR(y, age)", "CORR(age, y)"));
  EXPECT_FALSE(same("CORR(y, age)", "COVAR_POP(y, age)"));
  const std::string order = " WITHIN GROUP (ORDER BY y)";
  EXPECT_TRUE(same("PERCENTILE_CONT(0.9)" + order, "PERCENTILE_CONT(0.900)" + order));
  EXPECT_FALSE(same("PERCENTILE_CONT(0.9)" + order, "PERCENTILE_CONT(0.8)" + order));
  EXPECT_FALSE(same("PERCENTILE_CONT(0.9)" + order, "PERCENTILE_DISC(0.9)" + order));
  EXPECT_FALSE(
      same("PERCENTILE_CONT(0.9)" + order, "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY age)"));
}

TEST_F(ReadCallTest, NamesUnboundedColumnsOfTheSideTheyStandOn) {
  const auto pair = Read("CORR(weight, y)");
  ASSERT_TRUE(pair.ok());
  EXPECT_EQ(pair->sides[0].unbounded_columns, std::vector<std::string>{"weight"});
  EXPECT_TRUE(pair->sides[1].unbounded_columns.empty());
}

}  // namespace
}  // namespace tacit
