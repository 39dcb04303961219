#include "remote/file_state.hpp"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace shardite {

namespace {

constexpr size_t HEADER_BYTES = 100;
// File systems note changes by a clock that moves in steps: of milliseconds, of two seconds at most.
constexpr auto CLOCK_STEP = std::chrono::seconds(2);

int64_t BigEndian(const unsigned char *bytes) {
  return int64_t{bytes[0]} << 24 | int64_t{bytes[1]} << 16 | int64_t{bytes[2]} << 8 | int64_t{bytes[3]};
}

// SQLite keeps the log beside the file itself, not beside a symbolic link to it.
bool HasLog(const std::string &path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  struct stat status {};
  return !real || (::stat((std::string(real.get()) + "-wal").c_str(), &status) == 0 && status.st_size > 0);
}

}  // namespace

std::optional<FileState> ReadFileState(const std::string &path) {
  // The log first: what is moved from it into the file changes the file before the log is gone.
  if (HasLog(path)) return std::nullopt;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  struct stat status {};
  unsigned char header[HEADER_BYTES];
  const bool read = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                    ::pread(file, header, sizeof header, 0) == static_cast<ssize_t>(sizeof header);
  ::close(file);
  if (!read) return std::nullopt;
  FileState state;
  state.size = status.st_size;
  state.inode = static_cast<int64_t>(status.st_ino);
  state.changed = int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec;
  state.change_counter = BigEndian(header + 24);
  state.version_valid_for = BigEndian(header + 92);
  return state;
}

std::optional<FileState> ReadSettledFileState(const std::string &path) {
  const auto state = ReadFileState(path);
  if (!state) return state;
  const auto age = std::chrono::system_clock::now().time_since_epoch() - std::chrono::nanoseconds(state->changed);
  if (age >= CLOCK_STEP) return state;
  if (age.count() < 0) return std::nullopt;  // the clock has been set back: no change would show for sure
  std::this_thread::sleep_for(CLOCK_STEP - age);
  const auto later = ReadFileState(path);
  return later == state ? later : std::nullopt;
}

}  // namespace shardite
