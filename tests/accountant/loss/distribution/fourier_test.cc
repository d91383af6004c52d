#include "accountant/loss/distribution/fourier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace tacit {
namespace {

using Complex = std::complex<double>;

std::vector<Complex> Masses(size_t size) {
  std::vector<Complex> masses(size);
  uint64_t state = 1;
  for (Complex& mass : masses) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    mass = static_cast<double>(state >> 11) * 0x1p-53 / static_cast<double>(size);
  }
  return masses;
}

// Where the frequency stands that Forward leaves at place j.
size_t Reversed(size_t j, int bits) {
  size_t reversed = 0;
  for (int bit = 0; bit < bits; ++bit) reversed |= (j >> bit & 1) << (bits - 1 - bit);
  return reversed;
}

TEST(FourierTest, ErrsLessThanItSays) {
  for (const int bits : {1, 2, 5, 10}) {
    const size_t size = size_t{1} << bits;
    const Fourier fourier(bits);
    const std::vector<Complex> masses = Masses(size);
    std::vector<Complex> transformed = masses;
    fourier.Forward(transformed);
    double total = 0;
    for (const Complex& mass : masses) total += std::abs(mass);
    for (size_t j = 0; j < size; j += 1 + size / 64) {
      std::complex<long double> exact = 0;
      const size_t frequency = Reversed(j, bits);
      for (size_t k = 0; k < size; ++k) {
        const long double angle = -2 * std::numbers::pi_v<long double> *
                                  static_cast<long double>(frequency * k % size) / size;
        exact += std::polar(1.0L, angle) * static_cast<long double>(masses[k].real());
      }
      const std::complex<long double> found = transformed[j];
      EXPECT_LE(std::abs(found - exact), fourier.RelativeErrorUpper() * total) << bits << " " << j;
    }
    fourier.Inverse(transformed);
    for (size_t k = 0; k < size; ++k) {
      EXPECT_LE(std::abs(transformed[k] - masses[k]), 2 * fourier.RelativeErrorUpper() * total);
    }
  }
}

TEST(FourierTest, ProductsAreCyclicConvolutions) {
  const Fourier fourier(3);
  std::vector<Complex> one = {0.5, 0.25, 0, 0, 0, 0, 0, 0.25};
  std::vector<Complex> two = {0, 0, 1, 0, 0, 0, 0, 0};
  fourier.Forward(one);
  fourier.Forward(two);
  for (size_t j = 0; j < one.size(); ++j) one[j] *= two[j];
  fourier.Inverse(one);
  const std::vector<double> expected = {0, 0.25, 0.5, 0.25, 0, 0, 0, 0};
  for (size_t k = 0; k < one.size(); ++k) EXPECT_NEAR(one[k].real(), expected[k], 1e-15) << k;
}

TEST(FourierTest, OneEntryIsItself) {
  const Fourier fourier(0);
  std::vector<Complex> one = {0.75};
  fourier.Forward(one);
  fourier.Inverse(one);
  EXPECT_EQ(one[0], 0.75);
}

}  // namespace
}  // namespace tacit
