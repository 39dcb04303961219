#pragma once
// Makes a fleet out of sources that nobody has described yet: asks every shard for its tables, finds the time columns,
// reads their full extents, and lays the slices accordingly. Reads every shard completely once; blocks meanwhile.

#include <string>
#include <vector>

#include "fleet/fleet_writer.hpp"
#include "remote/driver_registry.hpp"
#include "remote/introspect.hpp"

namespace shardite {

struct DiscoverOptions {
  std::string name;               // of the fleet; "": "fleet"
  std::string token_environment;  // variable with the token of the libsql sources; "": none
  std::string user;               // of the rqlite sources
  std::string password_environment;
  std::string ca;  // a PEM file: who signed the servers' certificates; "": the system's authorities
  CallOptions call = {Deadline::After(std::chrono::hours(1)), CancelToken()};  // every row is read
};

struct Discovery {
  FleetSpec fleet;         // shards from the oldest to the newest
  FleetComments comments;  // what was measured, for WriteFleetFile
};

/// `sources`: SQLite files, globs, shard urls. Throws FleetError when a source does not exist, a shard does not answer,
/// there is no table at all, or a table's types conflict.
Discovery DiscoverFleet(const std::vector<std::string> &sources, const DriverRegistry &drivers,
                        const DiscoverOptions &options);

}  // namespace shardite
