#pragma once
// A server program that a test starts and that never outlives it: stopped by pid with SIGTERM, then SIGKILL, and by the
// kernel when the thread that started it dies. Its files lie in a temporary directory that goes with it.

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace shardite::test {

/// A directory under TMPDIR, deleted with everything in it. Those of test programs that were killed are swept up by the
/// next one.
class ServerDirectory {
 public:
  ServerDirectory();
  ~ServerDirectory();
  ServerDirectory(const ServerDirectory &) = delete;
  ServerDirectory &operator=(const ServerDirectory &) = delete;
  const std::string &Path() const { return path_; }

 private:
  std::string path_;
};

class ServerProcess {
 public:
  /// Runs program with arguments; both its outputs go to `log`. Throws std::runtime_error when the program is missing.
  ServerProcess(const std::string &program, const std::vector<std::string> &arguments, std::string log);
  ~ServerProcess();
  ServerProcess(const ServerProcess &) = delete;
  ServerProcess &operator=(const ServerProcess &) = delete;

  bool IsRunning();
  pid_t Pid() const { return pid_; }
  /// The last lines of its log, for messages.
  std::string LogTail() const;

 private:
  pid_t pid_ = -1;
  std::string log_;
};

/// A port of 127.0.0.1 that was free a moment ago.
uint16_t FreePort();

/// Where npm put the servers: SHARDITE_NODE_MODULES of the environment, else of the build.
std::string NodeModules();

}  // namespace shardite::test
