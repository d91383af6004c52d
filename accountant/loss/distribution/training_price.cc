#include "accountant/loss/distribution/training_price.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "accountant/loss/distribution/composition.h"
#include "accountant/loss/laplace_price.h"
#include "accountant/loss/renyi.h"
#include "accountant/loss/rounding.h"

namespace tacit {
namespace {

constexpr int64_t kNumeratorMax = int64_t{1} << 53;
constexpr int kDenominatorLog2Max = 62;
constexpr double kSigmaLeast = 0x1p-10;
constexpr double kSigmaMost = 0x1p20;
constexpr size_t kRememberedMax = 1024;

template <typename Tag>
std::optional<double> ValueOf(const Dyadic<Tag>& number) {
  if (number.numerator < 1 || number.numerator > kNumeratorMax || number.denominator_log2 < 0 ||
      number.denominator_log2 > kDenominatorLog2Max) {
    return std::nullopt;
  }
  return std::ldexp(static_cast<double>(number.numerator), -number.denominator_log2);
}

// At the finest grid on which the numerator is below 2^53, then in lowest terms.
template <typename Tag>
Dyadic<Tag> Rounded(double value, double (*round)(double)) {
  Dyadic<Tag> number;
  number.denominator_log2 = std::min(kDenominatorLog2Max, 52 - std::ilogb(value));
  number.numerator = static_cast<int64_t>(round(std::ldexp(value, number.denominator_log2)));
  while (number.numerator % 2 == 0 && number.denominator_log2 > 0) {
    number.numerator /= 2;
    --number.denominator_log2;
  }
  return number;
}

struct Job {
  double rate = 0;
  double sigma = 0;
};
std::optional<Job> JobOf(const SubsampledGaussianLoss& loss) {
  const std::optional<double> rate = ValueOf(loss.rate);
  const std::optional<double> sigma = ValueOf(loss.sigma);
  if (!rate.has_value() || *rate > 1 || !sigma.has_value() || *sigma < kSigmaLeast ||
      *sigma > kSigmaMost || loss.steps < 1 || loss.steps > kStepsMax) {
    return std::nullopt;
  }
  return Job{*rate, *sigma};
}

bool IsProved(const SubsampledGaussianLoss& loss) {
  const std::optional<Job> job = JobOf(loss);
  if (!job.has_value()) return false;
  return SubsampledGaussianDeltaUpper(job->rate, job->sigma, loss.steps, loss.epsilon,
                                      loss.delta) <= LowerOf(loss.delta);
}

// Values of a pure function, so that the ledger thread need not work out again what the caller's
// thread just did.
class Remembered {
 public:
  bool IsProvedBefore(const SubsampledGaussianLoss& loss) {
    const std::string key = ToText(loss);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const auto found = proved_.find(key);
      if (found != proved_.end()) return found->second;
    }
    const bool proved = IsProved(loss);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (proved_.size() >= kRememberedMax) proved_.clear();
    proved_[key] = proved;
    return proved;
  }

 private:
  std::mutex mutex_;
  absl::flat_hash_map<std::string, bool> proved_;  // by canonical text; guarded by mutex_
};

}  // namespace

std::optional<SamplingRate> RateAtLeast(double rate) {
  if (!(rate >= 0x1p-62 && rate <= 1)) return std::nullopt;
  return Rounded<SamplingRateTag>(rate, [](double value) { return std::ceil(value); });
}

std::optional<NoiseMultiplier> NoiseAtMost(double sigma) {
  if (!(sigma >= kSigmaLeast && sigma <= kSigmaMost)) return std::nullopt;
  return Rounded<NoiseMultiplierTag>(sigma, [](double value) { return std::floor(value); });
}

std::optional<Amount> Price(const SubsampledGaussianLoss& loss) {
  static Remembered& remembered = *new Remembered;
  if (!IsPriceable(loss.epsilon) || !IsClaimable(loss.delta)) return std::nullopt;
  if (!remembered.IsProvedBefore(loss)) return std::nullopt;
  return Amount{loss.epsilon, loss.delta};
}

double SubsampledGaussianRenyiUpper(const SubsampledGaussianLoss& loss, int64_t order) {
  const std::optional<Job> job = JobOf(loss);
  if (!job.has_value()) return std::numeric_limits<double>::infinity();
  return Up(SubsampledGaussianRenyiUpper(job->rate, job->sigma, order) *
            static_cast<double>(loss.steps));
}

double SubsampledGaussianRhoUpper(const SubsampledGaussianLoss& loss) {
  const std::optional<Job> job = JobOf(loss);
  if (!job.has_value()) return std::numeric_limits<double>::infinity();
  return Up(Up(Up(static_cast<double>(loss.steps) / job->sigma) / job->sigma) / 2);
}

std::optional<SubsampledGaussianLoss> TrainingLossFor(SamplingRate rate, NoiseMultiplier sigma,
                                                      int64_t steps, const Delta& delta) {
  SubsampledGaussianLoss loss{rate, sigma, steps, Epsilon(), delta};
  const std::optional<Job> job = JobOf(loss);
  if (!job.has_value()) return std::nullopt;
  const auto epsilon = SubsampledGaussianEpsilonUpper(job->rate, job->sigma, steps, delta);
  if (!epsilon.has_value()) return std::nullopt;
  loss.epsilon = std::max(*epsilon, Epsilon::FromPico(1));
  if (!Price(loss).has_value()) return std::nullopt;
  return loss;
}

}  // namespace tacit
