#pragma once
// What running one planned scan cost, shard by shard: the fan-out counts into it, EXPLAIN ANALYZE reads it. It is made
// when the scan is planned, so that the plan's account finds the run's; every run of the scan adds to it. Thread-safe.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/statistics.hpp"

namespace shardite {

class ScanTally {
 public:
  /// The scan begins to run.
  void Start();
  /// A statement has gone to the shard; it counts, whatever becomes of it.
  void Sent(const std::string &shard);
  /// It was answered after `attempts` sendings, the last of which took `served`.
  void Answered(const std::string &shard, uint64_t attempts, uint64_t bytes, std::chrono::microseconds served);
  void CountRows(uint64_t rows);
  /// A condition, as SQL, that a join or TopN found out and that goes to the shards.
  void FoundFilter(std::string sql);

  /// nullopt when it never ran.
  std::optional<ScanExecution> Report() const;

 private:
  struct OfShard {
    uint64_t requests = 0;
    std::chrono::microseconds served{0};
  };
  mutable std::mutex mutex_;
  std::map<std::string, OfShard> shards_;
  std::vector<std::string> filters_;
  bool started_ = false;
  uint64_t retries_ = 0, rows_ = 0, bytes_ = 0;
};

}  // namespace shardite
