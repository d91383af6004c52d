// Proof of payment for training steps. Only the accountant makes it; one receipt is one step.
#ifndef TACIT_ACCOUNTANT_LEASE_LEASE_H_
#define TACIT_ACCOUNTANT_LEASE_LEASE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "accountant/ids.h"

namespace tacit {

// The training job that a lease is for; its leases are linked by it and by nothing else.
using JobId = Name<struct JobTag>;

// Claim:  a valid StepReceipt exists only after the LEASE row that pays for its step is durable in
//         ledger and anchor, and for each step of each such row at most one is ever made.
// Needs:  nothing of the holder; it can only be moved, and moving voids the source.
// Errors: none.
// Proof:  private constructors, made by StepLease alone, that by Accountant alone;
//         ledger/ledger.proof.md.
class StepReceipt {
 public:
  StepReceipt(StepReceipt&& other) noexcept
      : certificate_(other.certificate_),
        data_version_(other.data_version_),
        request_(std::move(other.request_)),
        step_(other.step_),
        valid_(std::exchange(other.valid_, false)) {}
  StepReceipt& operator=(StepReceipt&&) = delete;
  StepReceipt(const StepReceipt&) = delete;
  StepReceipt& operator=(const StepReceipt&) = delete;

  const Digest& certificate() const { return certificate_; }
  DataVersion data_version() const { return data_version_; }
  const RequestId& request() const { return request_; }
  int64_t step() const { return step_; }  // of its lease, from 1
  bool valid() const { return valid_; }   // false once moved away

 private:
  friend class StepLease;
  StepReceipt(const Digest& certificate, DataVersion data_version, RequestId request, int64_t step)
      : certificate_(certificate),
        data_version_(data_version),
        request_(std::move(request)),
        step_(step),
        valid_(true) {}

  Digest certificate_;
  DataVersion data_version_;
  RequestId request_;
  int64_t step_;
  bool valid_;
};

// The steps of one lease that have not been taken yet. Belongs to one thread at a time. Whoever
// drops it loses them; hold it until the outcome is stored, so that a retry reads as running.
class StepLease {
 public:
  StepLease(StepLease&& other) noexcept
      : certificate_(other.certificate_),
        data_version_(other.data_version_),
        request_(std::move(other.request_)),
        steps_(other.steps_),
        taken_(std::exchange(other.taken_, other.steps_)),
        held_(std::move(other.held_)) {}
  StepLease& operator=(StepLease&&) = delete;
  StepLease(const StepLease&) = delete;
  StepLease& operator=(const StepLease&) = delete;

  // The next step. nullopt: all were taken, or the lease was moved away.
  std::optional<StepReceipt> Next();
  int64_t steps() const { return steps_; }
  int64_t left() const { return steps_ - taken_; }
  const RequestId& request() const { return request_; }

 private:
  friend class Accountant;
  StepLease(const Digest& certificate, DataVersion data_version, RequestId request, int64_t steps,
            std::shared_ptr<const bool> held)
      : certificate_(certificate),
        data_version_(data_version),
        request_(std::move(request)),
        steps_(steps),
        held_(std::move(held)) {}

  Digest certificate_;
  DataVersion data_version_;
  RequestId request_;
  int64_t steps_;
  int64_t taken_ = 0;
  std::shared_ptr<const bool> held_;  // tells the accountant that someone still has it
};

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LEASE_LEASE_H_
