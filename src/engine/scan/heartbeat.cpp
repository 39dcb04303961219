#include "engine/scan/heartbeat.hpp"

#include <chrono>

namespace shardite {

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

uint64_t Heartbeat::Add(std::function<void()> beat) {
  const std::lock_guard<std::mutex> guard(mutex_);
  beats_[++last_id_] = std::move(beat);
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_all();
  return last_id_;
}

void Heartbeat::Remove(uint64_t id) {
  const std::lock_guard<std::mutex> guard(mutex_);
  beats_.erase(id);
}

void Heartbeat::Run() {
  std::unique_lock<std::mutex> guard(mutex_);
  while (!stopping_) {
    if (beats_.empty()) {
      changed_.wait(guard);
      continue;
    }
    changed_.wait_for(guard, std::chrono::milliseconds(50));
    for (auto &[id, beat] : beats_) beat();
  }
}

}  // namespace shardite
