#include "engine/scan/heartbeat.hpp"

#include <algorithm>
#include <chrono>

namespace shardite {

namespace {
constexpr std::chrono::milliseconds INTERVAL(10);
}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Heartbeat::Add(const std::shared_ptr<TaskWaker> &waker) {
  const std::lock_guard<std::mutex> guard(mutex_);
  wakers_.push_back(waker);
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_all();
}

// Beats without the lock: a task that is woken may end its query, and with it the scan that it belongs to.
void Heartbeat::Run() {
  std::unique_lock<std::mutex> guard(mutex_);
  while (!stopping_) {
    if (wakers_.empty()) {
      changed_.wait(guard);
      continue;
    }
    changed_.wait_for(guard, INTERVAL);
    wakers_.erase(std::remove_if(wakers_.begin(), wakers_.end(), [](const auto &waker) { return waker.expired(); }),
                  wakers_.end());
    std::vector<std::shared_ptr<TaskWaker>> living;
    for (const auto &waker : wakers_) {
      if (auto locked = waker.lock()) living.push_back(std::move(locked));
    }
    guard.unlock();
    for (const auto &waker : living) waker->Beat();
    living.clear();
    guard.lock();
  }
}

}  // namespace shardite
