// A private value on its way to noise: it can be carried and merged, not looked at.
#ifndef TACIT_ENGINE_PRIVACY_SEALED_H_
#define TACIT_ENGINE_PRIVACY_SEALED_H_

#include <utility>

namespace tacit {

// Claim:  the content of a Sealed<T> leaves only through Perturb. Needs: nothing. Errors: none.
// Proof:  private constructor and accessor; UnitBounder, a friend, makes and merges, Perturber
//         opens; typestate_test pins that it cannot be copied, printed or read elsewhere.
template <typename T>
class Sealed {
 public:
  Sealed(Sealed&&) noexcept = default;
  Sealed& operator=(Sealed&&) noexcept = default;
  Sealed(const Sealed&) = delete;
  Sealed& operator=(const Sealed&) = delete;

 private:
  friend class UnitBounder;
  friend class Perturber;
  friend struct SealBreakerForTest;  // defined in the test tree alone: compares neighbours before
                                     // noise
  explicit Sealed(T content) : content_(std::move(content)) {}
  T content_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_SEALED_H_
