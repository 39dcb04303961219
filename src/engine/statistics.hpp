#pragma once
// What a query's fan-out did, summed over its scans: shown by --stats, EXPLAIN ANALYZE and shardite_queries().
// Counters are atomic: pages arrive on several threads.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace shardite {

struct FanOutStatistics {
  uint64_t shards_total = 0;    // shards of the scanned tables, per scan
  uint64_t shards_pruned = 0;   // never asked: their slice cannot meet the filters
  uint64_t shards_queried = 0;  // asked at least once
  uint64_t requests = 0;        // statements sent, retries included
  uint64_t retries = 0;
  uint64_t bytes_received = 0;
  uint64_t rows_received = 0;  // rows or partial groups
  double elapsed_ms = 0;
  std::string sql;  // the user's statement

  /// One JSON object on one line; keys as the members, without sql.
  std::string ToJson() const;
};

/// One scan as it was planned: what EXPLAIN shows beyond DuckDB's tree.
struct ScanExplanation {
  std::string table;
  size_t shards_total = 0;
  std::vector<std::string> kept;                            // shard ids
  std::vector<std::pair<std::string, std::string>> pruned;  // shard id, reason
  std::string remote_sql;                                   // as sent to the first kept shard
  std::vector<std::string> pushed;                          // "filter", "aggregate", "topn", "limit", ...
  std::vector<std::string> refused;                         // what stays local, and why
};

/// How far a running query is; for the progress bar.
struct FanOutProgress {
  uint64_t shards_done = 0;
  uint64_t shards_asked = 0;
};

}  // namespace shardite
