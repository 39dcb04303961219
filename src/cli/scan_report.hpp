#pragma once
// What EXPLAIN and the demo say about a query's fan-out, for people; scan_json.hpp says it to tools.

#include <string>
#include <vector>

#include "engine/statistics.hpp"

namespace shardite {

/// Shards kept and pruned, with the reasons summed up, what was pushed, what stays local and why, the SQL as sent to
/// each kind of shard, and, when the scan has run, what that cost.
std::string DescribeScan(const ScanExplanation &scan);

/// "3 of 24 shards asked (21 pruned), 3 requests, 36 rows and 2.1 kB received, 12 ms".
std::string DescribeFanOut(const FanOutStatistics &statistics);

/// 1234567 as "1,234,567".
std::string WithThousands(uint64_t number);
/// "2.1 kB".
std::string ReadableBytes(uint64_t bytes);

}  // namespace shardite
