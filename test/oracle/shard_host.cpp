#include <stdexcept>

#include "test/oracle/test_bed.hpp"
#include "test/support/servers.hpp"

namespace shardite::test {
namespace {

class FileHost : public ShardHost {
 public:
  std::vector<std::string> Place(const std::vector<std::string> &files) override {
    std::vector<std::string> urls;
    for (const auto &file : files) urls.push_back("sqlite:" + file);
    return urls;
  }
};

/// A namespace per shard, new names each time: what an earlier fleet left in any cache cannot come back.
class SqldHost : public ShardHost {
 public:
  std::vector<std::string> Place(const std::vector<std::string> &files) override {
    for (const auto &name : names_) server_.DropNamespace(name);
    names_.clear();
    ++generation_;
    std::vector<std::string> urls;
    for (const auto &file : files) {
      names_.push_back("fleet" + std::to_string(generation_) + "-" + std::to_string(names_.size()));
      server_.LoadSqliteFile(names_.back(), file);
      urls.push_back(server_.Url(names_.back()));
    }
    return urls;
  }

 private:
  SqldServer server_;
  std::vector<std::string> names_;
  int generation_ = 0;
};

/// A node per shard; nodes stay and are filled anew.
class RqliteHost : public ShardHost {
 public:
  std::vector<std::string> Place(const std::vector<std::string> &files) override {
    if (nodes_.size() < files.size()) {
      for (auto &node : StartRqliteNodes(files.size() - nodes_.size())) nodes_.push_back(std::move(node));
    }
    std::vector<std::string> urls;
    for (size_t i = 0; i < files.size(); ++i) {
      nodes_[i]->LoadSqliteFile(files[i]);
      urls.push_back(nodes_[i]->Url());
    }
    return urls;
  }

 private:
  std::vector<std::unique_ptr<RqliteNode>> nodes_;
};

}  // namespace

std::unique_ptr<ShardHost> StartHost(Driver driver) {
  switch (driver) {
    case Driver::FILE: return std::make_unique<FileHost>();
    case Driver::SQLD: return std::make_unique<SqldHost>();
    case Driver::RQLITE: return std::make_unique<RqliteHost>();
  }
  throw std::runtime_error("unknown driver");
}

}  // namespace shardite::test
