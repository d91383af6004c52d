// How every call runs: authenticated, queued with a bound, worked on by the pool, answered through
// the error door. gRPC's own threads never wait and never compute.
#ifndef TACIT_SERVER_CALL_H_
#define TACIT_SERVER_CALL_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "accountant/refusal.h"
#include "server/authenticate.h"
#include "server/error_door.h"

namespace tacit {

// The most calls that may wait or run at once; more are refused, so that memory stays bounded.
inline constexpr int kCallsInFlightMax = 256;

// What all services share. Outlives every call.
struct CallContext {
  const Authenticator& authenticator;
  boost::asio::thread_pool& pool;
  std::atomic<int> calls_in_flight{0};
};

CallMetadata MetadataOf(const grpc::CallbackServerContext& context);

// OK when the caller still waits. Asked before work begins and never after a debit.
absl::Status CheckDeadline(std::chrono::system_clock::time_point deadline);

// Takes a place for a call, or refuses with kLimit.
absl::Status EnterCall(CallContext& calls);
inline void LeaveCall(CallContext& calls) { calls.calls_in_flight.fetch_sub(1); }

// Runs `body(principal)` on the pool and finishes the call with its status.
template <typename Body>
grpc::ServerUnaryReactor* RunUnary(CallContext& calls, grpc::CallbackServerContext* context,
                                   Body body) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<Principal> principal =
      calls.authenticator.Authenticate(MetadataOf(*context));
  if (!principal.ok()) {
    reactor->Finish(ToGrpc(principal.status()));
    return reactor;
  }
  if (const absl::Status entered = EnterCall(calls); !entered.ok()) {
    reactor->Finish(ToGrpc(entered));
    return reactor;
  }
  boost::asio::post(calls.pool,
                    [&calls, context, reactor, who = *principal, work = std::move(body)] {
                      absl::Status status = CheckDeadline(context->deadline());
                      if (status.ok()) status = work(who);
                      LeaveCall(calls);
                      reactor->Finish(ToGrpc(status));
                    });
  return reactor;
}

}  // namespace tacit

#endif  // TACIT_SERVER_CALL_H_
