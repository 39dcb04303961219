#include "test/oracle/shard_files.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

namespace shardite::test {
namespace {

struct CloseDatabase {
  void operator()(sqlite3 *database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

void WriteShardFile(const ShardDefinition &shard, const std::string &path) {
  sqlite3 *handle = nullptr;
  const int opened = sqlite3_open(path.c_str(), &handle);
  const Database database(handle);
  if (opened != SQLITE_OK) throw std::runtime_error("cannot create " + path);
  // One transaction: a commit per INSERT would cost a sync each.
  const std::string script = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;\n" + shard.sql + "\n;COMMIT;";
  char *message = nullptr;
  if (sqlite3_exec(handle, script.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    const std::string text = message ? message : "?";
    sqlite3_free(message);
    throw std::runtime_error("shard " + shard.id + ": " + text + "\n" + shard.sql.substr(0, 2000));
  }
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "shardite-test-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a directory like " + pattern);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> WriteShardFiles(const FleetDefinition &fleet, const std::string &directory) {
  std::filesystem::create_directories(directory);
  std::vector<std::string> paths;
  for (const auto &shard : fleet.shards) {
    paths.push_back(directory + "/shard-" + std::to_string(paths.size()) + ".db");
    if (shard.file.empty()) {
      WriteShardFile(shard, paths.back());
    } else {
      std::filesystem::copy_file(shard.file, paths.back());
    }
  }
  return paths;
}

std::string FleetFileText(const FleetDefinition &fleet, const std::vector<std::string> &urls) {
  std::string text = "name = \"" + fleet.name + "\"\n" + fleet.toml;
  for (size_t i = 0; i < fleet.shards.size(); ++i) {
    const auto &shard = fleet.shards[i];
    text += "\n[[shards]]\nid = \"" + shard.id + "\"\nurl = \"" + urls[i] + "\"\n";
    if (!shard.from.empty()) text += "from = " + shard.from + "\n";
    if (!shard.until.empty()) text += "until = " + shard.until + "\n";
  }
  return text;
}

}  // namespace shardite::test
