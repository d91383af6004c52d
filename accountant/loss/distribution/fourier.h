// The discrete Fourier transform of 2^n complex numbers, in an order of its own: good for
// convolutions, where what is multiplied pointwise stands in the same order.
#ifndef TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_FOURIER_H_
#define TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_FOURIER_H_

#include <complex>
#include <vector>

namespace tacit {

class Fourier {
 public:
  explicit Fourier(int size_log2);  // CHECKs 0 <= size_log2 <= 24

  // In place. Inverse(Forward(v)) is v. CHECKs the size.
  void Forward(std::vector<std::complex<double>>& values) const;
  void Inverse(std::vector<std::complex<double>>& values) const;

  // No entry of Forward errs by more than this times the sum of the magnitudes that it was given;
  // no entry of Inverse by more than this times their mean.
  double RelativeErrorUpper() const;

 private:
  int size_log2_;
  std::vector<std::complex<double>> roots_;  // e^(-2 pi i k / size), the first half
};

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_FOURIER_H_
