#include "engine/privacy/mechanisms/registry.h"

#include <gtest/gtest.h>

#include <set>

namespace tacit {
namespace {

TEST(RegistryTest, EveryMechanismIsWholeAndNamedOnce) {
  std::set<std::string_view> names;
  for (const Mechanism* mechanism : AllMechanisms()) {
    ASSERT_NE(mechanism->calibrate, nullptr);
    ASSERT_NE(mechanism->sample, nullptr);
    ASSERT_NE(mechanism->scale, nullptr);
    ASSERT_NE(mechanism->half_width, nullptr);
    EXPECT_TRUE(names.insert(mechanism->name).second) << mechanism->name;
  }
}

TEST(RegistryTest, AMechanismOwnsWhatItCalibrates) {
  for (const Mechanism* mechanism : AllMechanisms()) {
    const auto loss = mechanism->calibrate(3, Epsilon::FromPico(500'000'000'000));
    ASSERT_TRUE(loss.ok());
    EXPECT_EQ(&MechanismOf(*loss), mechanism);
    EXPECT_GT(mechanism->scale(*loss), 0);
  }
}

TEST(RegistryDeathTest, ALossWithoutAMechanismStopsTheProcess) {
  EXPECT_DEATH(MechanismOf(PureLoss{}), "loss without a mechanism");
}

}  // namespace
}  // namespace tacit
