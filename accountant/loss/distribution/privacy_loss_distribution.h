// How the privacy loss of one or several mechanisms is distributed, from above. For what is
// committed to before any answer: an adaptive history must not be priced by it. Proof:
// privacy_loss_distribution.proof.md.
//
// Claim: for every epsilon, DeltaUpper is at least the delta of the ordered pair of outputs that
// the curves describe, however much rounding and cutting went into it. Needs: curves that bound the
// same ordered pair on both sides; independent noise. Errors: nullopt where it cannot tell.
#ifndef TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_PRIVACY_LOSS_DISTRIBUTION_H_
#define TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_PRIVACY_LOSS_DISTRIBUTION_H_

#include <optional>
#include <vector>

#include "accountant/loss/distribution/delta_curves.h"
#include "accountant/loss/units.h"

namespace tacit {

class PrivacyLossDistribution {
 public:
  // A loss in steps, and at least the probability of it or more.
  struct Atom {
    double loss = 0;
    double survival = 0;
  };

  // Losses are whole and grow, survivals fall from 1. What is left is infinite.
  PrivacyLossDistribution(int step_log2, std::vector<Atom> atoms, double infinite);

  // One mechanism, on losses that are a step apart near 0 and an octave's 2^octave_log2-th further
  // out. Where less than `tail` is left, losses are cut off: finite to infinite above, up to the
  // first below. nullopt: no curve, or too many losses.
  static std::optional<PrivacyLossDistribution> Of(const DeltaCurve& curve, int step_log2,
                                                   int octave_log2, double tail);

  // The width of the interval that holds all of one mechanism's loss but about `tail`.
  static double WidthOf(const DeltaCurve& curve, double tail);

  double DeltaUpper(const Epsilon& epsilon) const;
  // The least epsilon whose DeltaUpper is at most delta.
  std::optional<Epsilon> EpsilonUpper(const Delta& delta) const;

  const std::vector<Atom>& atoms() const { return atoms_; }
  double infinite() const { return infinite_; }
  // At least the probability of atoms()[k].loss.
  double MassOf(size_t k) const;

 private:
  double step_;
  std::vector<Atom> atoms_;
  double infinite_;
  std::vector<double> delta_;  // at each loss
};

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_PRIVACY_LOSS_DISTRIBUTION_H_
