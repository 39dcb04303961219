#pragma once
// shardite's own drivers, with a list of the statements that went through them: what a peer then sends again.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "remote/driver_registry.hpp"

namespace shardite::bench {

struct SentStatement {
  ShardUrl url;
  std::string sql;
};

class StatementLog {
 public:
  void Add(const ShardUrl &url, const Statement &statement);
  /// Pages and partials since the last call, in the order they were sent; probes and schemas are left out.
  std::vector<SentStatement> Take();

 private:
  std::mutex mutex_;
  std::vector<SentStatement> statements_;
};

/// DefaultDrivers() for libsql+http and rqlite+http, recorded.
std::shared_ptr<DriverRegistry> RecordingDrivers(std::shared_ptr<StatementLog> log);

}  // namespace shardite::bench
