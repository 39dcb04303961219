#pragma once
// Compares the times that were measured in a shard's table with what the fleet file says of its slice.

#include <vector>

#include "fleet/fleet_spec.hpp"
#include "fleet/schema.hpp"
#include "remote/finding.hpp"

namespace shardite {

/// `table` was introspected with MeasureDepth::FULL; its rows may lie in `allowed`: the slice with its lateness, or all
/// slices of a database that several shards share.
std::vector<Finding> CheckTimes(const ShardSpec &shard, const TableSpec &spec, const ShardTable &table,
                                const Slice &allowed);

}  // namespace shardite
