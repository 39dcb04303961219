#include "bench/harness/child_process.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/samples.hpp"

namespace shardite::bench {

namespace {

// Not ru_maxrss: Linux counts the memory of the process that forked towards it.
double PeakMegabytesOf(const std::string &process) {
  std::ifstream status("/proc/" + process + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;  // it has just ended
}

}  // namespace

double PeakMegabytes() { return PeakMegabytesOf("self"); }

ChildOutcome RunChild(const std::vector<std::string> &arguments, const std::string &output) {
  auto words = arguments;
  std::vector<char *> pointers;
  for (auto &word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) throw std::runtime_error("cannot write " + output);
  const Stopwatch stopwatch;
  const pid_t child = vfork();  // returns here only after exec, so that only the program's own memory is seen
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, 1);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  close(out);
  if (child < 0) throw std::runtime_error("cannot start " + arguments[0]);
  ChildOutcome outcome;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    outcome.peak_megabytes = std::max(outcome.peak_megabytes, PeakMegabytesOf(std::to_string(child)));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  outcome.milliseconds = stopwatch.Milliseconds();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(arguments[0] + " has failed");
  return outcome;
}

}  // namespace shardite::bench
