#include "engine/scan/task_waker.hpp"

namespace shardite {

bool TaskWaker::Block(const duckdb::InterruptState &task, const std::function<bool()> &has_news) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (has_news()) return false;
  tasks_.push_back(task);
  return true;
}

void TaskWaker::Wake() {
  std::vector<duckdb::InterruptState> tasks;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (closed_) return;
    tasks.swap(tasks_);
  }
  for (const auto &task : tasks) task.Callback();
}

void TaskWaker::Beat() {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (closed_ || tasks_.empty() || !must_wake_()) return;
  }
  Wake();
}

void TaskWaker::Close() {
  const std::lock_guard<std::mutex> guard(mutex_);
  closed_ = true;
  tasks_.clear();
}

}  // namespace shardite
