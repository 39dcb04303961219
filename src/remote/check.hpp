#pragma once
// Compares what a fleet file says with what its shards hold: reachable, tables, schemas, slices, storage classes. Reads
// every shard completely; blocks meanwhile.

#include <string>
#include <vector>

#include "fleet/fleet_state.hpp"
#include "remote/driver_registry.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// OK: as declared. WARNING: answers are right, but something is worth knowing. ERROR: queries fail or miss rows.
enum class Severity { OK, WARNING, ERROR };
const char *SeverityName(Severity severity);  // "ok", "warning", "error"

struct Finding {
  Severity severity = Severity::OK;
  std::string shard;  // its id; "" for what concerns several
  std::string table;  // "" for the shard as a whole
  std::string message;
};

struct CheckResult {
  std::vector<Finding> findings;  // in the order of the fleet; at least one for each shard
  FleetState certified;           // what may be recorded of the shards that could be read
};

/// Never throws for what is wrong with a shard.
CheckResult CheckFleet(const FleetSpec &fleet, const DriverRegistry &drivers, const CallOptions &options);

}  // namespace shardite
