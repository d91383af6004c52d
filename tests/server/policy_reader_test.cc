#include "server/policy_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "accountant/refusal.h"
#include "tests/server/running_server.h"

namespace tacit {
namespace {

using Change = std::function<void(v1::Policy&)>;

v1::Policy Standard() { return RunningServer().StandardPolicy(); }

// The field blamed after `change`; "" when the policy is still good.
std::string Blamed(const Change& change) {
  v1::Policy policy = Standard();
  change(policy);
  const absl::StatusOr<ReadPolicy> read = ReadPolicyMessage(policy);
  if (read.ok()) return "";
  EXPECT_EQ(ReasonOf(read.status()), Reason::kPolicyInvalid);
  EXPECT_FALSE(DetailOf(read.status()).fix.empty()) << read.status();
  return DetailOf(read.status()).field;
}

TEST(PolicyReaderTest, ReadsSchemaAndTerms) {
  const auto read = ReadPolicyMessage(Standard());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->terms.privacy_unit, "people.pid visits.subject");
  EXPECT_EQ(read->terms.limit.amount.epsilon.ToDecimal(), "3");
  EXPECT_EQ(read->schema.tables[0].limits, (ContributionLimits{1, 1}));
  EXPECT_EQ(read->schema.tables[1].limits, (ContributionLimits{3, 2}));
  EXPECT_EQ(read->schema.tables[1].unit_column, 0);
  v1::Policy by_row = Standard();
  by_row.mutable_tables()->RemoveLast();
  by_row.mutable_tables(0)->clear_max_groups_per_unit();
  by_row.mutable_tables(0)->clear_max_rows_per_group();
  by_row.mutable_tables(0)->set_unit_is_row(true);
  EXPECT_EQ(ReadPolicyMessage(by_row)->terms.privacy_unit, "people:row");
  EXPECT_EQ(ReadPolicyMessage(by_row)->schema.tables[0].limits, (ContributionLimits{1, 1}));
}

TEST(PolicyReaderTest, WhatIsMissingIsAnErrorNotADefault) {
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.clear_dataset(); }), "dataset");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.clear_source(); }), "source");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.clear_filter(); }), "filter");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.clear_tables(); }), "tables");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(0)->clear_unit(); }), "tables.people.unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(0)->set_unit_is_row(false); }),
            "tables.people.unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(0)->clear_invalid_rows(); }),
            "tables.people.invalid_rows");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(1)->clear_max_groups_per_unit(); }),
            "tables.visits.max_groups_per_unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(1)->clear_max_rows_per_group(); }),
            "tables.visits.max_rows_per_group");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(0)->mutable_columns(1)->clear_type(); }),
            "tables.people.columns.age.type");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.clear_budgets(); }), "budget");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets()->RemoveLast(); }), "budget");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets(0)->clear_epsilon(); }),
            "budget[0].epsilon");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets(1)->clear_max_epsilon_per_query(); }),
            "budget[1].max_epsilon_per_query");
}

TEST(PolicyReaderTest, BadBoundsAreBlamed) {
  const auto bounds = [](double lower, double upper) {
    return Blamed([&](v1::Policy& p) {
      v1::Column* income = p.mutable_tables(0)->mutable_columns(3);
      income->mutable_bounds()->set_lower(lower);
      income->mutable_bounds()->set_upper(upper);
    });
  };
  const std::string field = "tables.people.columns.income.bounds";
  EXPECT_EQ(bounds(2, 1), field);
  EXPECT_EQ(bounds(std::nan(""), 1), field);
  EXPECT_EQ(bounds(0, std::numeric_limits<double>::infinity()), field);
  EXPECT_EQ(bounds(0, 1e200), field);
  EXPECT_EQ(bounds(1, 1), "");
  EXPECT_EQ(Blamed([](v1::Policy& p) {
              p.mutable_tables(0)->mutable_columns(1)->mutable_bounds()->set_upper(1.5);
            }),
            "tables.people.columns.age.bounds");
  EXPECT_EQ(
      Blamed([](v1::Policy& p) { p.mutable_tables(0)->mutable_columns(2)->mutable_bounds(); }),
      "tables.people.columns.sex.bounds");
}

TEST(PolicyReaderTest, DateBoundsAreTwoDaysInOrder) {
  const auto blamed = [](v1::Column::Type type, const char* lower, const char* upper) {
    return Blamed([&](v1::Policy& p) {
      v1::Column* age = p.mutable_tables(0)->mutable_columns(1);
      age->set_type(type);
      age->clear_bounds();
      age->mutable_bounds()->set_lower_date(lower);
      age->mutable_bounds()->set_upper_date(upper);
    });
  };
  const std::string field = "tables.people.columns.age.bounds";
  EXPECT_EQ(blamed(v1::Column::TYPE_DATE, "2024-01-01", "2024-02-29"), "");
  EXPECT_EQ(blamed(v1::Column::TYPE_DATE, "2024-02-29", "2024-02-29"), "");
  EXPECT_EQ(blamed(v1::Column::TYPE_DATE, "2024-02-29", "2024-01-01"), field);
  EXPECT_EQ(blamed(v1::Column::TYPE_DATE, "2023-02-29", "2024-01-01"), field);
  EXPECT_EQ(blamed(v1::Column::TYPE_DATE, "2024-01-01", ""), field);
  EXPECT_EQ(blamed(v1::Column::TYPE_INTEGER, "2024-01-01", "2024-02-29"), field);
}

TEST(PolicyReaderTest, BadKeysAndUnitsAreBlamed) {
  const auto sex = [](v1::Policy& p) { return p.mutable_tables(0)->mutable_columns(2); };
  EXPECT_EQ(Blamed([&](v1::Policy& p) { sex(p)->add_values()->set_text("F"); }),
            "tables.people.columns.sex.values[2]");
  EXPECT_EQ(Blamed([&](v1::Policy& p) { sex(p)->add_values()->set_integer(1); }),
            "tables.people.columns.sex.values[2]");
  EXPECT_EQ(Blamed([&](v1::Policy& p) { sex(p)->add_values()->set_text("\xff"); }),
            "tables.people.columns.sex.values[2]");
  EXPECT_EQ(Blamed([&](v1::Policy& p) { sex(p)->add_values(); }),
            "tables.people.columns.sex.values[2]");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(1)->set_unit_column("nobody"); }),
            "tables.visits.unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(1)->set_unit_column("cost"); }),
            "tables.visits.unit");
  EXPECT_EQ(
      Blamed([](v1::Policy& p) { p.mutable_tables(1)->mutable_columns(0)->set_nullable(true); }),
      "tables.visits.unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) {
              p.mutable_tables()->DeleteSubrange(0, 1);
              p.mutable_tables(0)->set_unit_is_row(true);
            }),
            "tables.visits.max_groups_per_unit");
  // Rows of one table and people of another cannot share a budget, nor can two kinds of id.
  EXPECT_EQ(Blamed([](v1::Policy& p) {
              p.mutable_tables(0)->clear_max_groups_per_unit();
              p.mutable_tables(0)->clear_max_rows_per_group();
              p.mutable_tables(0)->set_unit_is_row(true);
            }),
            "tables.visits.unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) {
              p.mutable_tables(0)->mutable_columns(0)->set_type(v1::Column::TYPE_TEXT);
            }),
            "tables.visits.unit");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_tables(1)->set_name("people"); }),
            "tables.people");
}

TEST(PolicyReaderTest, CellsAreThoseOfOneTableAndFixed) {
  const auto parted = [](v1::Policy& p, int table) {
    v1::Column& region = *p.mutable_tables(table)->add_columns();
    region.set_name("region");
    region.set_type(v1::Column::TYPE_INTEGER);
    for (const int64_t value : {2, 1, 3}) region.add_values()->set_integer(value);
    p.mutable_tables(table)->add_partition_columns("region");
  };
  v1::Policy policy = Standard();
  parted(policy, 0);
  const auto read = ReadPolicyMessage(policy);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->terms.partition.columns, "\"people\" \"region\" in [1, 2, 3]");
  EXPECT_EQ(read->terms.partition.cells, 3);
  const std::string all = "tables.people.partition_columns";
  const auto column = [](v1::Policy& p) -> v1::Column& {
    return *p.mutable_tables(0)->mutable_columns(p.tables(0).columns_size() - 1);
  };
  const auto blamed = [&](const Change& change) {
    return Blamed([&](v1::Policy& p) {
      parted(p, 0);
      change(p);
    });
  };
  EXPECT_EQ(blamed([&](v1::Policy& p) { column(p).set_nullable(true); }), all + ".region");
  EXPECT_EQ(blamed([&](v1::Policy& p) { column(p).clear_values(); }), all + ".region");
  EXPECT_EQ(blamed([&](v1::Policy& p) { column(p).set_name("else"); }), all + ".region");
  EXPECT_EQ(blamed([&](v1::Policy& p) {
              column(p).set_type(v1::Column::TYPE_REAL);
              column(p).clear_values();
              for (const double value : {0.5, 1.5}) column(p).add_values()->set_real(value);
            }),
            "tables.people.columns.region.values[0]");  // so no cell is of reals
  EXPECT_EQ(blamed([](v1::Policy& p) { p.mutable_tables(0)->add_partition_columns("region"); }),
            all + ".region");
  EXPECT_EQ(blamed([&](v1::Policy& p) { column(p).mutable_values()->DeleteSubrange(1, 2); }), all);
  EXPECT_EQ(blamed([&](v1::Policy& p) {
              for (int i = 4; i < 5000; ++i) column(p).add_values()->set_integer(i);
            }),
            all);
  EXPECT_EQ(blamed([](v1::Policy& p) { p.set_lineage("other"); }), all);
  EXPECT_EQ(blamed([&](v1::Policy& p) { parted(p, 1); }), "tables.visits.partition_columns");
}

TEST(PolicyReaderTest, BadBudgetsAreBlamed) {
  for (const std::string epsilon : {"0", "-1", "nan", "inf", "1e999", "three"}) {
    EXPECT_EQ(Blamed([&](v1::Policy& p) { p.mutable_budgets(0)->set_epsilon(epsilon); }),
              "budget[0].epsilon")
        << epsilon;
  }
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets(0)->set_delta("1e-6"); }),
            "budget[0].delta");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.set_filter(v1::Policy::FILTER_APPROXIMATE); }),
            "budget[0].delta");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets(1)->set_max_epsilon_per_query("5"); }),
            "budget[1].max_epsilon_per_query");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets(1)->set_scope("analyst:a b"); }),
            "budget[1].scope");
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.mutable_budgets(1)->set_scope("role:x"); }),
            "budget[1].members");
}

TEST(PolicyReaderTest, TheSourceStaysInsideTheDataDirectory) {
  for (const std::string source : {"/etc/passwd", "../x.db", "a/../../x.db", ""}) {
    EXPECT_EQ(Blamed([&](v1::Policy& p) { p.set_source(source); }), "source") << source;
  }
  EXPECT_EQ(Blamed([](v1::Policy& p) { p.set_source("sub/x.db"); }), "");
}

TEST(PolicyReaderTest, DatasetNamesHaveOneForm) {
  EXPECT_EQ(ParseDatasetName("datasets/fair-2")->value(), "fair-2");
  for (const std::string name :
       {"fair", "datasets/", "datasets/Fair", "datasets/a/b", "datasets/../x", ""}) {
    EXPECT_EQ(ReasonOf(ParseDatasetName(name).status()), Reason::kRequest) << name;
  }
}

}  // namespace
}  // namespace tacit
