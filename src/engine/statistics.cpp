#include "engine/statistics.hpp"

#include <cstdio>

namespace shardite {

std::string FanOutStatistics::ToJson() const {
  char elapsed[32];
  std::snprintf(elapsed, sizeof elapsed, "%.3f", elapsed_ms);
  const auto field = [](const char *name, uint64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value) + ",";
  };
  return "{" + field("shards_total", shards_total) + field("shards_pruned", shards_pruned) +
         field("shards_queried", shards_queried) + field("requests", requests) + field("retries", retries) +
         field("bytes_received", bytes_received) + field("rows_received", rows_received) + "\"elapsed_ms\":" + elapsed +
         "}";
}

std::map<std::string, std::vector<std::string>> ScanExplanation::PrunedByReason() const {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const auto &shard : pruned) by_reason[shard.reason].push_back(shard.shard);
  return by_reason;
}

}  // namespace shardite
