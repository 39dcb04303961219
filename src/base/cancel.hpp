#pragma once
// Deadline and cancel token: every wait and every request has both. Copies of a token share one flag; all functions
// may be called from any thread. Whoever waits polls at least every 50 ms.

#include <atomic>
#include <chrono>
#include <memory>

namespace shardite {

using Clock = std::chrono::steady_clock;

class CancelToken {
 public:
  CancelToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
  void Cancel() const { flag_->store(true, std::memory_order_relaxed); }
  bool IsCancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

class Deadline {
 public:
  static Deadline After(std::chrono::milliseconds wait) { return Deadline(Clock::now() + wait); }
  bool Expired() const { return Clock::now() >= at_; }
  Clock::time_point At() const { return at_; }
  /// What is left of it, never negative.
  std::chrono::milliseconds Remaining() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - Clock::now());
    return left.count() > 0 ? left : std::chrono::milliseconds(0);
  }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace shardite
