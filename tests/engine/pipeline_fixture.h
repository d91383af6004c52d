// A ledger, a schema and an in-memory snapshot: all that QueryRunner needs, without a server.
#ifndef TACIT_TESTS_ENGINE_PIPELINE_FIXTURE_H_
#define TACIT_TESTS_ENGINE_PIPELINE_FIXTURE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "engine/pipeline.h"
#include "tests/privacy/random_query.h"

namespace tacit {

class PipelineFixture : public testing::Test {
 protected:
  void SetUp() override {
    root_ = testing::TempDir() + "/pipeline_" +
            testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    ASSERT_TRUE(Accountant::Init(Paths()).ok());
    Open();
    LineageTerms terms{.dataset = schema_.id, .privacy_unit = "visits.subject"};
    terms.filter = Filter::kApproximate;
    terms.limit =
        Amount{*Epsilon::Parse("100", Rounding::kLimit), *Delta::Parse("0.5", Rounding::kLimit)};
    terms.analysts = {{AnalystId("*"), terms.limit, terms.limit.amount.epsilon}};
    ASSERT_TRUE(accountant_->AddPolicy(terms, "policy", "carol").ok());
    ASSERT_TRUE(accountant_->Publish(schema_.id, "carol").ok());
  }

  LedgerPaths Paths() const { return {root_ + "/ledger", root_ + "/anchor"}; }

  void Open() {
    accountant_.reset();
    absl::StatusOr<std::unique_ptr<Accountant>> opened = Accountant::Open(Paths());
    ASSERT_TRUE(opened.ok()) << opened.status();
    accountant_ = *std::move(opened);
  }

  QueryRequest Ask(const std::string& sql, const std::string& epsilon = "1") {
    return {.dataset = schema_.id,
            .analyst = AnalystId("alice"),
            .request = RequestId(std::to_string(++requests_)),
            .sql = sql,
            .epsilon = epsilon};
  }

  DatasetSnapshot Snapshot(const Rows& rows) const {
    DatasetSnapshot snapshot{.version = DataVersion(1)};
    snapshot.tables["visits"] = BuildTable(schema_, rows);
    return snapshot;
  }

  std::string Spent() const {
    return accountant_->DatasetBudget(schema_.id)->spent.epsilon.ToDecimal();
  }

  DatasetSchema schema_ = VisitsSchema({2, 2});
  std::string root_;
  std::unique_ptr<Accountant> accountant_;
  int requests_ = 0;
};

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_PIPELINE_FIXTURE_H_
