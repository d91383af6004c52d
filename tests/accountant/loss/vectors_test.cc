// Every row of the shared table has a handler, and every handler's rows hold. Skipped where the
// table is not; the other tests of this folder hold a handful of the same numbers.
#include <gtest/gtest.h>

#include <set>

#include "tests/accountant/loss/accounting_vectors.h"

namespace tacit {
namespace {

class VectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto vectors = ReadAccountingVectors();
    if (!vectors.has_value()) GTEST_SKIP() << "the shared vectors are not here";
    vectors_ = *vectors;
  }

  // A handler without rows is a failure too.
  void Check(const std::vector<Handler>& handlers) const {
    for (const Handler& handler : handlers) {
      int rows = 0;
      for (const Vector& vector : vectors_) {
        if (vector.mechanism != handler.mechanism || vector.quantity != handler.quantity) continue;
        SCOPED_TRACE(vector.name);
        handler.check(vector);
        ++rows;
      }
      EXPECT_GT(rows, 0) << handler.mechanism << " " << handler.quantity;
    }
  }

  std::vector<Vector> vectors_;
};

TEST_F(VectorsTest, Gaussian) { Check(GaussianHandlers()); }
TEST_F(VectorsTest, Selection) { Check(SelectionHandlers()); }
TEST_F(VectorsTest, Renyi) { Check(RenyiHandlers()); }
TEST_F(VectorsTest, Batches) { Check(BatchHandlers()); }
TEST_F(VectorsTest, Distributions) { Check(DistributionHandlers()); }
TEST_F(VectorsTest, Filters) { Check(FilterHandlers()); }

TEST_F(VectorsTest, EveryRowHasAHandler) {
  // Which rows of the data a query's debit falls on is the ledger's to say.
  std::set<std::pair<std::string, std::string>> handled = {{"ledger_cells", "dataset_spent_eps"}};
  for (const auto& handlers : {GaussianHandlers(), SelectionHandlers(), RenyiHandlers(),
                               BatchHandlers(), DistributionHandlers(), FilterHandlers()}) {
    for (const Handler& handler : handlers) {
      EXPECT_TRUE(handled.emplace(handler.mechanism, handler.quantity).second) << handler.quantity;
    }
  }
  for (const Vector& vector : vectors_) {
    EXPECT_TRUE(handled.contains({vector.mechanism, vector.quantity})) << vector.name;
  }
}

}  // namespace
}  // namespace tacit
