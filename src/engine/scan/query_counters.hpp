#pragma once
// What a query has asked and received so far, shared by its scans; QueryLog makes statistics of it. Atomic: pages
// arrive on several threads.

#include <atomic>
#include <cstdint>

namespace shardite {

struct QueryCounters {
  std::atomic<uint64_t> shards_total{0}, shards_pruned{0}, shards_asked{0}, shards_queried{0}, shards_done{0};
  std::atomic<uint64_t> requests{0}, retries{0}, bytes_received{0}, rows_received{0};
};

}  // namespace shardite
