#pragma once
// Verifies what a fleet file promises of a look-up (fleet/lookup.hpp): reads the look-up table of every shard, then the
// keys and times of every shard's table, in ranges of rowids. Holds every key of the look-up in memory; blocks.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "fleet/lookup.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// One shard (of those that share a database only one) with its tables; nullptr: it has none such.
struct LookupShard {
  ShardClient *client = nullptr;
  const ShardTable *table = nullptr;
  const SchemaVariant *variant = nullptr;  // of the table
  const ShardTable *lookup_table = nullptr;
  const SchemaVariant *lookup_variant = nullptr;
};

/// What is wrong on one shard; keys are counted once, and one of them is shown as SQL would write it.
struct LookupFaults {
  uint64_t outside = 0;  // keys with a row outside of their time, or without a time: queries miss that row
  std::string outside_example;
  uint64_t unknown = 0;  // keys that the look-up does not have: queries ask every shard for them
  std::string unknown_example;
};

/// Shard number `shard` of the two tables; `tables` are what it has.
LookupShard LookupShardOf(ShardClient &client, const std::vector<ShardTable> &tables, size_t shard,
                          const LogicalTable &table, const LogicalTable &lookup_table);

/// For people: `2 keys of "TraceId" have rows outside the time that "otel_traces_trace_id_ts" knows, such as 'f00'`.
std::string DescribeOutside(const LookupSpec &spec, const LookupFaults &faults);
std::string DescribeUnknown(const LookupSpec &spec, const LookupFaults &faults);

/// One entry for each shard, in their order. An error when a shard cannot be read.
Result<std::vector<LookupFaults>> CheckLookup(const LogicalTable &table, const Lookup &lookup,
                                              const std::vector<LookupShard> &shards, const CallOptions &options);

}  // namespace shardite
