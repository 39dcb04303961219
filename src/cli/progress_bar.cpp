#include "cli/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace shardite {

namespace {
constexpr auto PATIENCE = std::chrono::seconds(1);
constexpr auto REDRAW = std::chrono::milliseconds(100);
constexpr size_t BAR_WIDTH = 30;
constexpr const char *CLEAR_LINE = "\r\033[K";
}  // namespace

ProgressBar::ProgressBar(std::function<FanOutProgress()> progress) : progress_(std::move(progress)) {
  if (isatty(2) == 1) thread_ = std::thread([this] { Draw(); });
}

void ProgressBar::Draw() {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, PATIENCE, [this] { return stopped_; })) return;
  bool drawn = false;
  do {
    const auto progress = progress_();
    if (progress.shards_asked == 0) continue;  // a query that asks no shard, or has not begun to
    const auto text = CLEAR_LINE + RenderProgress(progress, BAR_WIDTH);
    drawn = true;
    std::fwrite(text.data(), 1, text.size(), stderr);
  } while (!changed_.wait_for(lock, REDRAW, [this] { return stopped_; }));
  if (drawn) std::fputs(CLEAR_LINE, stderr);
}

void ProgressBar::Stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::string RenderProgress(const FanOutProgress &progress, size_t width) {
  const uint64_t asked = std::max<uint64_t>(progress.shards_asked, 1);
  const uint64_t done = std::min(progress.shards_done, asked);
  const auto filled = static_cast<size_t>(done * width / asked);
  std::string text = "[" + std::string(filled, '=');
  if (filled < width) text += ">" + std::string(width - filled - 1, ' ');
  return text + "] " + std::to_string(progress.shards_done) + " of " + std::to_string(progress.shards_asked) +
         " shards";
}

}  // namespace shardite
