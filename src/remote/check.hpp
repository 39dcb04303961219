#pragma once
// Compares what a fleet file says with what its shards hold: reachable, tables, schemas, slices, storage classes. Reads
// every shard completely; blocks meanwhile.

#include <string>
#include <vector>

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

/// In the order of the fleet; at least one finding for each shard. Never throws for what is wrong with a shard.
std::vector<Finding> CheckFleet(const FleetSpec &fleet, const DriverRegistry &drivers, const CallOptions &options);

}  // namespace shardite
