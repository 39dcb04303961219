#pragma once
// Which url scheme is served by which driver. Built at the edge (main, tests) and passed in; tests add their own
// schemes. A new driver is one line in DefaultDrivers().

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "fleet/fleet_spec.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// Makes the client of one shard. Cheap: no I/O happens before the first Send. Reads the shard's secrets (throws
/// FleetError when one is missing).
using ClientFactory = std::function<std::shared_ptr<ShardClient>(const ShardSpec &shard, const FleetSpec &fleet)>;

class DriverRegistry {
 public:
  void Register(const std::string &scheme, ClientFactory factory);
  /// Throws FleetError naming shard and scheme when no driver serves it, listing those that exist.
  std::shared_ptr<ShardClient> Connect(const ShardSpec &shard, const FleetSpec &fleet) const;

 private:
  std::map<std::string, ClientFactory> factories_;
};

/// sqlite, libsql, libsql+http, rqlite, rqlite+http; one I/O thread and one set of limits shared by its clients.
std::shared_ptr<DriverRegistry> DefaultDrivers();

}  // namespace shardite
