#pragma once
// A thread that calls back every 50 ms while anyone wants it: DuckDB does not look at interrupts while all tasks of a
// query are blocked. Thread-safe; Remove() returns only when that callback is not running.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace shardite {

class Heartbeat {
 public:
  Heartbeat() = default;
  ~Heartbeat();
  Heartbeat(const Heartbeat &) = delete;
  Heartbeat &operator=(const Heartbeat &) = delete;

  uint64_t Add(std::function<void()> beat);
  void Remove(uint64_t id);

 private:
  void Run();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, std::function<void()>> beats_;
  uint64_t last_id_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // started by the first Add
};

}  // namespace shardite
