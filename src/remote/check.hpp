#pragma once
// Compares what a fleet file says with what its shards hold: reachable, tables, schemas, slices, storage classes. Reads
// every shard completely; blocks meanwhile.

#include <vector>

#include "fleet/fleet_state.hpp"
#include "remote/driver_registry.hpp"
#include "remote/finding.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

struct CheckResult {
  std::vector<Finding> findings;  // in the order of the fleet; at least one for each shard
  FleetState certified;           // what may be recorded of the shards that could be read
};

/// Never throws for what is wrong with a shard.
CheckResult CheckFleet(const FleetSpec &fleet, const DriverRegistry &drivers, const CallOptions &options);

}  // namespace shardite
