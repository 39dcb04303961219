#pragma once
// What a query sees of a fleet: one immutable snapshot, taken when the fleet is attached and held by every bound
// scan. Shards are numbered as in the fleet's spec. Everything here may be read from any thread.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/scan/certificates.hpp"
#include "fleet/lookup.hpp"
#include "fleet/prune.hpp"
#include "fleet/schema.hpp"
#include "remote/driver_registry.hpp"
#include "remote/introspect.hpp"

namespace shardite {

struct FleetSnapshot;
struct TableSnapshot;

/// The look-up that the fleet file declares for a table.
struct TableLookup {
  const TableSnapshot *table = nullptr;  // nullptr: no shard that answered has it
  Lookup columns;
};

/// One logical table of the fleet, with what pruning and paging need of every shard.
struct TableSnapshot {
  const FleetSnapshot *fleet = nullptr;  // kept alive by whoever holds the table through Share()
  LogicalTable logical;
  SliceIndex slices{{}};
  /// The shard's own table, by shard number: rowids, indexes, counts; nullopt where it has none or was not reached.
  std::vector<std::optional<ShardTable>> shards;
  std::optional<TableLookup> lookup;
};

struct FleetSnapshot : std::enable_shared_from_this<FleetSnapshot> {
  FleetSpec spec;
  std::vector<std::shared_ptr<ShardClient>> clients;
  /// Why a shard could not be introspected; a query that asks it fails with this, one that prunes it does not.
  std::vector<std::optional<ShardError>> errors;
  std::vector<std::unique_ptr<TableSnapshot>> tables;
  std::vector<Capabilities> capabilities;  // of each shard's server
  Certificates certificates;

  const TableSnapshot *FindTable(const std::string &name) const;  // names ignore case
  std::shared_ptr<const TableSnapshot> Share(const TableSnapshot &table) const { return {shared_from_this(), &table}; }
};

/// Connects to every shard, asks what tables they have and reconciles them. Throws FleetError.
std::shared_ptr<const FleetSnapshot> TakeSnapshot(FleetSpec spec, const DriverRegistry &drivers,
                                                  const CallOptions &options);

}  // namespace shardite
