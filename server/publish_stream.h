// The stream of a publish: progress while gRPC can take it, then the end.
#ifndef TACIT_SERVER_PUBLISH_STREAM_H_
#define TACIT_SERVER_PUBLISH_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <mutex>
#include <optional>

#include "tacit/v1/dataset.pb.h"

namespace tacit {

// One write at a time, as gRPC asks; progress that comes faster replaces what still waits. Made
// with new; deletes itself in OnDone. Thread-safe. A client that goes away stops nothing: the
// publish runs on.
class PublishStream final : public grpc::ServerWriteReactor<v1::PublishResponse> {
 public:
  void Offer(const v1::PublishResponse& progress);
  // Sends a last message, then ends well. Nothing may be called after an End.
  void EndWith(const v1::PublishResponse& last);
  void End(const grpc::Status& status);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void Proceed();  // with mutex_ held

  std::mutex mutex_;  // guards all below
  bool writing_ = false;
  v1::PublishResponse current_;
  std::optional<v1::PublishResponse> waiting_;
  std::optional<grpc::Status> end_;
};

}  // namespace tacit

#endif  // TACIT_SERVER_PUBLISH_STREAM_H_
