#include "test/support/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace shardite::test {

namespace {

constexpr const char *DIRECTORY_PREFIX = "shardite-servers-";
constexpr auto STOP_PATIENCE = std::chrono::seconds(3);

void SweepDirectoriesOfTheDead(const std::filesystem::path &parent) {
  std::error_code ignored;
  for (const auto &entry : std::filesystem::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename();
    if (name.rfind(DIRECTORY_PREFIX, 0) != 0) continue;
    const pid_t owner = std::atoi(name.c_str() + std::strlen(DIRECTORY_PREFIX));
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) std::filesystem::remove_all(entry.path(), ignored);
  }
}

// In the child, between fork and exec: only what is safe in a copy of a program with threads.
[[noreturn]] void BecomeServer(char *const *arguments, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);
  setpgid(0, 0);  // Ctrl-C reaches the test, which then stops its servers
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  dup2(log, 1);
  dup2(log, 2);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

ServerDirectory::ServerDirectory() {
  const std::filesystem::path parent = std::filesystem::temp_directory_path();
  static std::once_flag swept;
  std::call_once(swept, SweepDirectoriesOfTheDead, parent);
  std::string pattern = parent / (DIRECTORY_PREFIX + std::to_string(getpid()) + "-XXXXXX");
  if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a directory in " + parent.string());
  path_ = pattern;
}

ServerDirectory::~ServerDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ServerProcess::ServerProcess(const std::string &program, const std::vector<std::string> &arguments, std::string log)
    : log_(std::move(log)) {
  if (access(program.c_str(), F_OK) != 0) {
    throw std::runtime_error("the server program is missing: " + program + " (run `make setup`)");
  }
  // npm leaves the programs of packages whose scripts are off without the permission.
  if (access(program.c_str(), X_OK) != 0) {
    using std::filesystem::perms;
    std::filesystem::permissions(program, perms::owner_exec, std::filesystem::perm_options::add);
  }
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char *> pointers;
  for (auto &word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int output = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) BecomeServer(pointers.data(), output, parent);
  close(output);
  if (pid_ < 0) throw std::runtime_error("cannot start " + program);
}

ServerProcess::~ServerProcess() {
  if (!IsRunning()) return;
  kill(pid_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + STOP_PATIENCE;
  while (IsRunning()) {
    if (std::chrono::steady_clock::now() > until) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      pid_ = -1;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

bool ServerProcess::IsRunning() {
  if (pid_ <= 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

std::string ServerProcess::LogTail() const {
  std::ifstream file(log_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.size() <= 1000 ? text : "..." + text.substr(text.size() - 1000);
}

uint16_t FreePort() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool bound = bind(socket_fd, reinterpret_cast<sockaddr *>(&address), length) == 0 &&
                     getsockname(socket_fd, reinterpret_cast<sockaddr *>(&address), &length) == 0;
  close(socket_fd);
  if (!bound) throw std::runtime_error("no free port on 127.0.0.1");
  return ntohs(address.sin_port);
}

std::string NodeModules() {
  const char *given = std::getenv("SHARDITE_NODE_MODULES");
  return given && *given ? given : SHARDITE_NODE_MODULES;
}

}  // namespace shardite::test
