#pragma once
// The requests of one scan: a window of them is in flight, what has arrived waits for DuckDB's threads. Pages that are
// too large are asked again in halves, pages that could not be encoded again with safe projections. The scan operator
// polls Next(); a wake function is called, from a driver's thread, whenever something has changed. No lock is held
// while a request is sent or a wake function runs the caller's code.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/scan/row_ranges.hpp"
#include "engine/scan/runtime_filters.hpp"
#include "engine/scan/scan_spec.hpp"
#include "engine/scan/scan_tally.hpp"
#include "engine/statistics.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// One question in two wordings that are answered in the same columns; shared by all shards of a variant.
struct QueryForms {
  std::shared_ptr<const RemoteQuery> query;
  std::shared_ptr<const RemoteQuery> careful;  // when a sum overflowed; nullptr: none can
};

/// What one shard is asked: the same question throughout, one range of rows after the other.
struct ShardRequest {
  size_t shard = 0;
  std::shared_ptr<ShardClient> client;
  QueryForms forms;
  /// What is asked instead when the answer is too large for one page; absent: `forms`, too, may be asked in parts.
  std::optional<QueryForms> divisible;
  RowRanges ranges{{}, true};
  Slice slice;            // all instants of its rows or groups; for early stopping
  bool rows = false;      // asks for rows in place of partials
  bool repeated = false;  // of partials that were asked for, and could not be trusted
};

struct FetchedPage {
  std::unique_ptr<Response> response;
  size_t request = 0;  // index of the ShardRequest
  std::shared_ptr<const RemoteQuery> query;
  RowRange range;
  bool safe_packing = false;
};

/// Counters of a whole query, shared by its scans. Atomic: pages arrive on several threads.
struct QueryCounters {
  std::atomic<uint64_t> shards_total{0}, shards_pruned{0}, shards_asked{0}, shards_queried{0}, shards_done{0};
  std::atomic<uint64_t> requests{0}, retries{0}, bytes_received{0}, rows_received{0};
};

class FanOut {
 public:
  struct Options {
    StatementKind kind = StatementKind::PAGE;
    uint64_t max_in_flight = 1024;
    uint64_t memory_window = 64 << 20;  // bytes, of pages in flight (estimated) and waiting
    int64_t timeout_ms = 60000;
    VisitOrder visit = VisitOrder::ANY;
    std::optional<uint64_t> enough_rows;  // with a visit order: stop when no later shard can matter
    bool counts_groups = false;           // which several pages or shards may have in common
    /// The first rows may be all that is wanted: so many requests at first, twice as many in every wave after.
    std::optional<uint64_t> first_wave;
    std::shared_ptr<RuntimeFilters> runtime_filters;  // may be null; shards that cannot matter any more are not asked
  };
  /// Writes the SQL of one request; called without a lock, on the thread that polls.
  using WriteSql =
      std::function<std::string(size_t shard, const RemoteQuery &query, const RowRange &range, bool safe_packing)>;

  FanOut(std::vector<ShardRequest> requests, Options options, WriteSql write_sql,
         std::shared_ptr<QueryCounters> counters, std::shared_ptr<ScanTally> tally);
  ~FanOut();

  enum class State { PAGE, WAIT, DONE };
  /// Sends what the window allows and takes a page when one has arrived. Throws FleetError when a shard has failed.
  State Next(FetchedPage &page);
  /// Whether Next() may answer otherwise than WAIT: for a scan that is about to block its task.
  bool HasNews() const;
  /// Waits until something changes, at most 50 ms.
  void WaitBriefly();
  /// Calls `wake` whenever a page, the end or a failure has come; an empty function stops it. A call may
  /// be under way on another thread when this returns.
  void SetWake(std::function<void()> wake);
  /// For early stopping: rows of a page that count, once it has been read to the end.
  void PageRead(size_t request, uint64_t counting_rows);
  /// Asks for a page once more, with safe packing.
  void Repeat(const FetchedPage &page);
  /// Asks a shard something in addition; for rows in place of a page of partials.
  void Add(ShardRequest request);
  void Cancel();
  size_t FinishedShards() const;
  void CountRows(uint64_t rows);

  const ShardRequest &Request(size_t request) const;

 private:
  struct Shared;
  void Send();
  std::shared_ptr<Shared> shared_;
};

}  // namespace shardite
