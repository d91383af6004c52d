#include "engine/privacy/mechanisms/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "tests/support/tape.h"

namespace tacit {
namespace {

TEST(RegistryTest, EveryMechanismIsWholeAndNamedOnce) {
  std::set<std::string_view> names;
  for (const Mechanism* mechanism : AllMechanisms()) {
    ASSERT_NE(mechanism->owns, nullptr);
    ASSERT_NE(mechanism->sample, nullptr);
    ASSERT_NE(mechanism->scale, nullptr);
    ASSERT_NE(mechanism->half_width, nullptr);
    EXPECT_TRUE(names.insert(mechanism->name).second) << mechanism->name;
  }
}

// The two kinds of noise, and nothing between them.
TEST(RegistryTest, EachNoiseHasOneOwner) {
  const NoiseScale noises[] = {LaplaceScale{3, 1}, GaussianSigma{7}};
  const std::string_view names[] = {"discrete_laplace", "discrete_gaussian"};
  const double scales[] = {1.5, 7};
  for (size_t i = 0; i < 2; ++i) {
    int owners = 0;
    for (const Mechanism* mechanism : AllMechanisms()) owners += mechanism->owns(noises[i]);
    EXPECT_EQ(owners, 1);
    EXPECT_TRUE(MechanismOf(noises[i]).owns(noises[i]));
    EXPECT_EQ(MechanismOf(noises[i]).name, names[i]);
    EXPECT_EQ(MechanismOf(noises[i]).scale(noises[i]), scales[i]);
    RandomBits random = TapeForTest::Open(1);
    std::vector<__int128> draws(1000);
    MechanismOf(noises[i]).sample(noises[i], random, absl::MakeSpan(draws));
    EXPECT_GT(std::count_if(draws.begin(), draws.end(), [](__int128 x) { return x != 0; }), 300);
  }
}

// The digest of a certificate covers this text.
TEST(RegistryTest, NoiseHasACanonicalText) {
  EXPECT_EQ(ToText(NoiseScale(LaplaceScale{5, 0})), "Laplace 5/2^0");
  EXPECT_EQ(ToText(NoiseScale(LaplaceScale{5, 3})), "Laplace 5/2^3");
  EXPECT_EQ(ToText(NoiseScale(GaussianSigma{12})), "Gaussian 12");
}

}  // namespace
}  // namespace tacit
