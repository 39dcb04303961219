#pragma once
// What a query's fan-out did, summed over its scans (--stats, shardite_queries()), and the account of each scan that
// EXPLAIN and EXPLAIN ANALYZE give. Values without locks.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace shardite {

struct FanOutStatistics {
  uint64_t shards_total = 0;    // shards of the scanned tables, per scan
  uint64_t shards_pruned = 0;   // never asked: their slice cannot meet the filters
  uint64_t shards_queried = 0;  // asked at least once, also when an early stop did not wait for the answer
  uint64_t requests = 0;        // statements sent, with retries and with those that an early stop cancelled
  uint64_t retries = 0;
  uint64_t bytes_received = 0;
  uint64_t rows_received = 0;  // rows or partial groups
  double elapsed_ms = 0;
  std::string sql;  // the user's statement

  /// One JSON object on one line; keys as the members, without sql.
  std::string ToJson() const;
};

/// What the shards of one schema variant and one kind of server are sent: the same SQL, but for the ranges of rowids in
/// which large tables are read, and for the slice that a clamped shard is bounded by.
struct RemoteStatement {
  size_t shards = 0;
  std::string first_shard;  // the shard whose statement `sql` is
  std::string driver;       // "sqlite", "hrana", "rqlite"
  std::string transport;    // "rows", "packed pages"
  std::string sql;          // whole table; holds no secret
};

struct PrunedShard {
  std::string shard;
  std::string slice;   // "2026-11-20T00:00:00Z..2026-11-20T01:00:00Z"; "" when it has no part in the reason
  std::string reason;  // "ends before the window ..", "has no such table"
};

/// What running a scan cost: of its statement's last run.
struct ScanExecution {
  uint64_t shards_queried = 0, requests = 0, retries = 0, rows_received = 0, bytes_received = 0;  // as FanOutStatistics
  struct Shard {
    std::string shard;
    uint64_t requests = 0;
    double served_ms = 0;  // its requests' times at the server, added up; waiting for a place there is not counted
  };
  std::vector<Shard> slowest;                // first the slowest; at most MOST_SLOWEST
  std::vector<std::string> runtime_filters;  // found by a join or TopN while running, and sent to the shards
  static constexpr size_t MOST_SLOWEST = 5;
};

/// One scan as it was planned: what EXPLAIN shows beyond DuckDB's tree. Keys of `explain --format json`:
/// docs/explain.md.
struct ScanExplanation {
  std::string table;
  size_t shards_total = 0;
  std::vector<std::string> kept;  // shard ids, in visiting order
  std::vector<PrunedShard> pruned;
  std::vector<std::pair<std::string, std::string>> unreachable;  // kept shards that make the query fail, and why
  std::vector<RemoteStatement> statements;
  std::vector<std::string> pushed;         // "filter", "aggregate", "topn", "limit", ...
  std::vector<std::string> refused;        // what stays local, and why
  std::string visits;                      // "newest first", "oldest first"; "" in any order
  uint64_t estimated_rows = 0;             // that meet the filters
  std::optional<ScanExecution> execution;  // once it has run

  std::map<std::string, std::vector<std::string>> PrunedByReason() const;
};

/// How far a running query is; for the progress bar.
struct FanOutProgress {
  uint64_t shards_done = 0;
  uint64_t shards_asked = 0;
};

}  // namespace shardite
