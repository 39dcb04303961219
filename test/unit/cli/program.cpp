#include "test/unit/cli/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace shardite::test {

namespace {

namespace files = std::filesystem;

/// A directory that goes away with the process.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (files::temp_directory_path() / "shardite-cli-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    files::remove_all(path_, ignored);
  }
  const std::string &Path() const { return path_; }

 private:
  std::string path_;
};

std::string ReadAll(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

[[noreturn]] void Become(const std::vector<std::string> &arguments, const std::string &directory) {
  dup2(open((directory + "/in").c_str(), O_RDONLY), 0);
  dup2(open((directory + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
  dup2(open((directory + "/err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
  std::vector<char *> argv = {const_cast<char *>("shardite")};
  for (const auto &argument : arguments) argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  execv(SHARDITE_PROGRAM, argv.data());
  _exit(127);
}

}  // namespace

ProgramRun RunShardite(const std::vector<std::string> &arguments, const std::string &input) {
  const TemporaryDirectory directory;
  std::ofstream(directory.Path() + "/in") << input;
  const pid_t child = fork();
  if (child == 0) Become(arguments, directory.Path());
  ProgramRun run;
  int status = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "shardite " << arguments.front() << " did not end within a minute";
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = ReadAll(directory.Path() + "/out");
  run.err = ReadAll(directory.Path() + "/err");
  return run;
}

const std::string &DemoDirectory() {
  static const TemporaryDirectory DIRECTORY;
  return DIRECTORY.Path();
}

const std::string &DemoFleet() {
  static const std::string FLEET = [] {
    const auto run =
        RunShardite({"demo", "--dir", DemoDirectory(), "--shards", "4", "--spans", "2000", "--logs", "2000"});
    EXPECT_EQ(run.code, 0) << run.err;
    return DemoDirectory() + "/fleet.toml";
  }();
  return FLEET;
}

}  // namespace shardite::test
