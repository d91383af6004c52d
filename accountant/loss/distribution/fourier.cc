#include "accountant/loss/distribution/fourier.h"

#include <cmath>
#include <numbers>

#include "accountant/check.h"

namespace tacit {
using Complex = std::complex<double>;

Fourier::Fourier(int size_log2) : size_log2_(size_log2) {
  TACIT_CHECK(size_log2 >= 0 && size_log2 <= 24);
  roots_.resize((size_t{1} << size_log2) / 2);
  for (size_t k = 0; k < roots_.size(); ++k) {
    const double angle = std::numbers::pi * static_cast<double>(k) / roots_.size();
    roots_[k] = {std::cos(angle), -std::sin(angle)};
  }
}

// Gentleman and Sande: natural order in, bit-reversed order out.
void Fourier::Forward(std::vector<Complex>& values) const {
  TACIT_CHECK(values.size() == size_t{1} << size_log2_);
  size_t stride = 1;
  for (size_t half = values.size() / 2; half > 0; half /= 2, stride *= 2) {
    for (size_t block = 0; block < values.size(); block += 2 * half) {
      for (size_t k = block; k < block + half; ++k) {
        const Complex difference = values[k] - values[k + half];
        values[k] += values[k + half];
        values[k + half] = difference * roots_[(k - block) * stride];
      }
    }
  }
}

// Cooley and Tukey: the same steps backwards.
void Fourier::Inverse(std::vector<Complex>& values) const {
  TACIT_CHECK(values.size() == size_t{1} << size_log2_);
  size_t stride = values.size() / 2;
  for (size_t half = 1; half < values.size(); half *= 2, stride /= 2) {
    for (size_t block = 0; block < values.size(); block += 2 * half) {
      for (size_t k = block; k < block + half; ++k) {
        const Complex turned = values[k + half] * std::conj(roots_[(k - block) * stride]);
        values[k + half] = values[k] - turned;
        values[k] += turned;
      }
    }
  }
  const double share = std::ldexp(1, -size_log2_);
  for (Complex& value : values) value *= share;
}

double Fourier::RelativeErrorUpper() const { return 0x1p-49 * size_log2_; }

}  // namespace tacit
