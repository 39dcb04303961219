#pragma once
// A directory of small SQLite files, made by SQL and removed with the test.

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace shardite {

class ScratchDatabases {
 public:
  explicit ScratchDatabases(const std::string &name)
      : directory_(std::filesystem::temp_directory_path() / ("shardite-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~ScratchDatabases() { std::filesystem::remove_all(directory_); }
  ScratchDatabases(const ScratchDatabases &) = delete;
  ScratchDatabases &operator=(const ScratchDatabases &) = delete;

  std::string Path(const std::string &name) const { return (directory_ / name).string(); }

  /// Runs SQL on the file, which is made when missing.
  void Run(const std::string &name, const std::string &sql) const {
    sqlite3 *database = nullptr;
    ASSERT_EQ(sqlite3_open(Path(name).c_str(), &database), SQLITE_OK);
    char *message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(database);
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace shardite
