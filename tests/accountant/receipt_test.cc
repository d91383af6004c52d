#include "accountant/receipt.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

// A receipt cannot be defaulted, copied, assigned, or forged from its parts.
static_assert(!std::is_default_constructible_v<SpendReceipt>);
static_assert(!std::is_copy_constructible_v<SpendReceipt>);
static_assert(!std::is_copy_assignable_v<SpendReceipt>);
static_assert(!std::is_move_assignable_v<SpendReceipt>);
static_assert(!std::is_constructible_v<SpendReceipt, Digest, DataVersion, RequestId>);
static_assert(!std::is_aggregate_v<SpendReceipt>);
static_assert(!std::is_trivially_copyable_v<SpendReceipt>);
static_assert(std::is_nothrow_move_constructible_v<SpendReceipt>);
// Names of different kinds do not mix, and amounts have nothing to do with double.
static_assert(!std::is_convertible_v<AnalystId, DatasetId>);
static_assert(!std::is_convertible_v<DataVersion, PolicyVersion>);
static_assert(!std::is_convertible_v<std::string, RequestId>);
static_assert(!std::is_constructible_v<Epsilon, double>);
static_assert(!std::is_convertible_v<Epsilon, double>);
static_assert(!std::is_constructible_v<Delta, double>);

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<SpendReceipt>);

TEST(ReceiptTest, MovingVoidsTheSource) {
  const auto accountant = sample::NewLedger(sample::FreshPaths());
  auto result = accountant->Spend(sample::Ask("r1", "0.5"));
  ASSERT_TRUE(result.ok());
  auto& first = std::get<SpendReceipt>(*result);
  const SpendReceipt second(std::move(first));
  EXPECT_TRUE(second.valid());
  EXPECT_FALSE(first.valid());  // NOLINT: what a moved-from receipt is, is the point
}

}  // namespace
}  // namespace tacit
