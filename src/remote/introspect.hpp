#pragma once
// Asks shards what they hold, many at a time: what attaching and discovery stand on.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fleet/introspection.hpp"
#include "remote/shard_client.hpp"
#include "sqlite/capabilities.hpp"

namespace shardite {

/// What one shard answered; an error is kept, so that one dead shard does not stop a query that never asks it.
struct ShardSchema {
  std::vector<ShardTable> tables;
  std::optional<ShardError> error;
};

/// Two requests to each shard, all shards in flight together: the structure of its tables, then their extents, measured
/// as deep as `depth` says. `tables`: the specs of the fleet file, empty for every table. Blocks until all have
/// answered or `options` ends it.
std::vector<ShardSchema> IntrospectShards(const std::vector<std::shared_ptr<ShardClient>> &clients,
                                          const std::vector<TableSpec> &tables, const CallOptions &options,
                                          MeasureDepth depth = MeasureDepth::CHEAP);

/// Profiles by ProfileKey(); safe from any thread.
class ProfileCache {
 public:
  std::optional<ServerProfile> Find(const std::string &key) const;
  void Keep(const std::string &key, ServerProfile profile);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ServerProfile> profiles_;
};

/// A server's profile, asked once per Server() and kept for the life of the process' registry.
Result<ServerProfile> ProbeServer(ShardClient &client, const CallOptions &options);
/// What of it decides on the form of SQL.
Capabilities CapabilitiesOf(const ServerProfile &profile);

}  // namespace shardite
