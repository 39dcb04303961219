#pragma once
// Ctrl-C. SIGINT is blocked in every thread and read by one of our own, so that what it does runs as ordinary code.
// SIGTERM and SIGHUP likewise: they end the process at once, but give the terminal back as it was found.
// Make the watcher before any other thread starts (threads inherit the block).

#include <sys/types.h>
#include <termios.h>

#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace shardite {

constexpr int EXIT_INTERRUPTED = 130;

class InterruptWatcher {
 public:
  InterruptWatcher();
  ~InterruptWatcher();
  InterruptWatcher(const InterruptWatcher &) = delete;
  InterruptWatcher &operator=(const InterruptWatcher &) = delete;

  /// While it lives, Ctrl-C calls `action` with 1, 2, .. : how often it was pressed. Outside of every scope it ends the
  /// process with code 130. Scopes may nest; the innermost one is served.
  class Scope {
   public:
    using Action = std::function<void(int times)>;
    Scope(InterruptWatcher &watcher, Action action);
    ~Scope();
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

   private:
    friend class InterruptWatcher;
    InterruptWatcher &watcher_;
    const Action action_;
    int times_ = 0;
    Scope *const outer_;
  };

 private:
  void Watch();
  /// Ends the process as if nobody had watched for the signal.
  [[noreturn]] void DieBy(int signal) const;

  int signals_ = -1, stop_ = -1;  // descriptors
  std::optional<termios> terminal_;
  std::mutex mutex_;  // guards innermost_
  Scope *innermost_ = nullptr;
  std::thread thread_;
};

}  // namespace shardite
