#pragma once
// A bar on stderr that counts shards, when stderr is a terminal and the work takes longer than a second.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "engine/statistics.hpp"

namespace shardite {

class ProgressBar {
 public:
  /// Calls `progress` ten times a second from a thread of its own.
  explicit ProgressBar(std::function<FanOutProgress()> progress);
  ~ProgressBar() { Stop(); }
  ProgressBar(const ProgressBar &) = delete;
  ProgressBar &operator=(const ProgressBar &) = delete;

  /// Ends and clears the bar; before anything else is printed. May be called again.
  void Stop();

 private:
  void Draw();

  const std::function<FanOutProgress()> progress_;
  std::mutex mutex_;  // guards stopped_
  std::condition_variable changed_;
  bool stopped_ = false;
  std::thread thread_;
};

/// "[=====>    ] 12 of 24 shards": `width` characters for the bar.
std::string RenderProgress(const FanOutProgress &progress, size_t width);

}  // namespace shardite
