#include "server/publish_stream.h"

namespace tacit {

void PublishStream::Offer(const v1::PublishResponse& progress) {
  const std::lock_guard lock(mutex_);
  waiting_ = progress;
  Proceed();
}

void PublishStream::EndWith(const v1::PublishResponse& last) {
  const std::lock_guard lock(mutex_);
  waiting_ = last;
  end_ = grpc::Status::OK;
  Proceed();
}

void PublishStream::End(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  waiting_.reset();
  end_ = status;
  Proceed();
}

void PublishStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  if (!ok) waiting_.reset();  // nobody listens any more
  Proceed();
}

void PublishStream::Proceed() {
  if (writing_) return;
  if (waiting_.has_value()) {
    current_ = *std::exchange(waiting_, std::nullopt);
    writing_ = true;
    StartWrite(&current_);
  } else if (end_.has_value()) {
    Finish(*end_);
  }
}

}  // namespace tacit
