#pragma once
// The driver of sqlite: urls: files on this machine, read by a small pool of threads. See docs/drivers.md.

#include <memory>
#include <string>

#include "fleet/fleet_spec.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// The threads and open connections that all file shards of one registry share.
class SqliteFiles {
 public:
  SqliteFiles();
  /// Statements that run are interrupted, those that wait are told CANCELLED.
  ~SqliteFiles();
  SqliteFiles(const SqliteFiles &) = delete;
  SqliteFiles &operator=(const SqliteFiles &) = delete;

  struct Pool;
  const std::shared_ptr<Pool> &GetPool() const { return pool_; }

 private:
  std::shared_ptr<Pool> pool_;
  struct Threads;
  std::unique_ptr<Threads> threads_;
};

class ProfileCache;

/// Throws FleetError when the url carries settings (there are none).
std::shared_ptr<ShardClient> MakeSqliteFileClient(const ShardSpec &shard, const FleetSpec &fleet,
                                                  std::shared_ptr<SqliteFiles> files,
                                                  std::shared_ptr<ProfileCache> profiles);

}  // namespace shardite
