#pragma once
// A thread that beats every 10 ms while any scan is running: DuckDB does not look at interrupts while all tasks of a
// query are blocked, nor does it wake ours when a LIMIT is satisfied. Thread-safe.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/scan/task_waker.hpp"

namespace shardite {

class Heartbeat {
 public:
  Heartbeat() = default;
  ~Heartbeat();
  Heartbeat(const Heartbeat &) = delete;
  Heartbeat &operator=(const Heartbeat &) = delete;

  /// Beats for as long as the waker lives.
  void Add(const std::shared_ptr<TaskWaker> &waker);

 private:
  void Run();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::weak_ptr<TaskWaker>> wakers_;
  bool stopping_ = false;
  std::thread thread_;  // started by the first Add
};

}  // namespace shardite
