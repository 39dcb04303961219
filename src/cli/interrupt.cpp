#include "cli/interrupt.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.hpp"

namespace shardite {

InterruptWatcher::InterruptWatcher() {
  termios found;
  if (tcgetattr(STDIN_FILENO, &found) == 0) terminal_ = found;
  sigset_t watched;
  sigemptyset(&watched);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction disposition;
    // Ignored by who started us (nohup, a shell's &): a blocked signal would come nevertheless.
    if (sigaction(signal, nullptr, &disposition) == 0 && disposition.sa_handler == SIG_IGN) continue;
    sigaddset(&watched, signal);
  }
  pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  signals_ = signalfd(-1, &watched, SFD_CLOEXEC);
  stop_ = eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || stop_ < 0) throw FleetError("cannot watch for Ctrl-C: no file descriptor is left");
  thread_ = std::thread([this] { Watch(); });
}

InterruptWatcher::~InterruptWatcher() {
  const uint64_t one = 1;
  if (write(stop_, &one, sizeof one) == sizeof one) {
    thread_.join();
  } else {
    thread_.detach();
  }
  close(signals_);
  close(stop_);
}

void InterruptWatcher::Watch() {
  pollfd sources[] = {{signals_, POLLIN, 0}, {stop_, POLLIN, 0}};
  while (true) {
    if (poll(sources, 2, -1) < 0) continue;
    if (sources[1].revents) return;
    signalfd_siginfo received;
    if (read(signals_, &received, sizeof received) != sizeof received) continue;
    if (received.ssi_signo != SIGINT) DieBy(static_cast<int>(received.ssi_signo));
    const std::lock_guard lock(mutex_);
    if (!innermost_) _exit(EXIT_INTERRUPTED);
    innermost_->action_(++innermost_->times_);
  }
}

void InterruptWatcher::DieBy(int signal) const {
  // From the background it would stop us, and is not ours to set.
  if (terminal_ && tcgetpgrp(STDIN_FILENO) == getpgrp()) tcsetattr(STDIN_FILENO, TCSANOW, &*terminal_);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  ::signal(signal, SIG_DFL);
  kill(getpid(), signal);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  _exit(128 + signal);
}

InterruptWatcher::Scope::Scope(InterruptWatcher &watcher, Action action)
    : watcher_(watcher), action_(std::move(action)), outer_([&] {
        const std::lock_guard lock(watcher.mutex_);
        return watcher.innermost_;
      }()) {
  const std::lock_guard lock(watcher_.mutex_);
  watcher_.innermost_ = this;
}

InterruptWatcher::Scope::~Scope() {
  const std::lock_guard lock(watcher_.mutex_);
  watcher_.innermost_ = outer_;
}

}  // namespace shardite
