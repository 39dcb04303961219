#pragma once
// Whether the tables that a scan reads are those that were seen when the fleet was attached. What is pushed relies on
// how a table is declared: on STRICT, on types, on collations. So every answer brings along what StructureSql gives,
// and one that comes from a table declared otherwise is never used. Safe from any thread.

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "fleet/schema.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// What a scan's request failed with, and what to do where the schema is the reason.
ShardError WithRemedy(ShardError error);

class StructureWatch {
 public:
  /// Takes from the page what StructureSql gave. Throws FleetError where the table is declared otherwise than when the
  /// fleet was attached, or where rowids, by which a shard is read in parts, may have changed since the scan's first
  /// page of that shard: another file has taken the place of the first, or VACUUM has numbered the rows anew.
  void Check(const ShardClient &client, const ShardTable &table, size_t shard, ResultPage &page);

 private:
  using Seen = std::pair<int64_t, uint64_t>;  // the schema's version, the file
  std::mutex mutex_;
  std::map<size_t, Seen> seen_;  // by shard
};

}  // namespace shardite
