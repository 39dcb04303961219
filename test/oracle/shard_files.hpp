#pragma once
// A fleet definition as SQLite files in a directory: the one source from which the servers and the oracle are filled.

#include <string>
#include <vector>

#include "test/oracle/fleet_definition.hpp"

namespace shardite::test {

/// A directory that is removed with its contents.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;
  const std::string &Path() const { return path_; }

 private:
  std::string path_;
};

/// Makes one SQLite file per shard, in order: DIRECTORY/shard-0.db, ... Throws std::runtime_error with SQLite's
/// message, shard and statement.
std::vector<std::string> WriteShardFiles(const FleetDefinition &fleet, const std::string &directory);

/// The fleet file's text, with the shard i at urls[i].
std::string FleetFileText(const FleetDefinition &fleet, const std::vector<std::string> &urls);

}  // namespace shardite::test
