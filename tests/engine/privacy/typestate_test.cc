// What the compiler refuses: tokens cannot be forged, copied or printed.
#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

#include "accountant/receipt.h"
#include "engine/privacy/bound.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/perturb.h"
#include "engine/privacy/sealed.h"

namespace tacit {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

template <typename T>
constexpr bool kIsToken = !std::is_default_constructible_v<T> && !std::is_aggregate_v<T> &&
                          !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
                          std::is_move_constructible_v<T> && !Printable<T>;

static_assert(kIsToken<SpendReceipt>);
static_assert(kIsToken<Certificate>);
static_assert(kIsToken<Release>);
static_assert(kIsToken<Sealed<PartialSums>>);
static_assert(!std::is_constructible_v<SpendReceipt, Digest, DataVersion, RequestId>);
static_assert(!std::is_constructible_v<Sealed<PartialSums>, PartialSums>);
static_assert(!std::is_convertible_v<double, Epsilon> && !std::is_convertible_v<Epsilon, double>);
static_assert(!std::is_convertible_v<std::string, AnalystId>);
static_assert(!std::is_convertible_v<AnalystId, DatasetId>);

template <typename T>
concept ContentReadable = requires(T& sealed) {
  sealed.content_;
};
static_assert(!ContentReadable<Sealed<PartialSums>>);

TEST(TypestateTest, HoldsAtCompileTime) { SUCCEED(); }

}  // namespace
}  // namespace tacit
