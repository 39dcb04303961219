#pragma once
// The keys of a join's build side, collected while DuckDB builds its hash table, for the scans on the probe side: the
// shards then send only rows that have one of them. Thread-safe.

#include <atomic>
#include <mutex>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/common/types/value_map.hpp>

namespace shardite {

class JoinKeys {
 public:
  /// More keys than this, or more bytes of text, and the list is given up: the join's minimum and maximum remain.
  static constexpr size_t MOST_KEYS = 5000;
  static constexpr size_t MOST_BYTES = 256 << 10;
  /// Rows looked at; beyond, collecting would cost more than it saves.
  static constexpr size_t MOST_ROWS = 1 << 20;

  /// `null_matches`: the join's NULLs are equal (IS NOT DISTINCT FROM); then a NULL makes the list be given up.
  explicit JoinKeys(bool null_matches) : null_matches_(null_matches) {}

  /// Adds the keys of some rows. From any thread.
  void Add(duckdb::Vector &keys, duckdb::idx_t count);
  /// The whole build side has been added.
  void Complete();
  bool IsComplete() const { return complete_; }
  /// Whether List() holds every key of the build side; false before Complete(), and when it was given up.
  bool IsListed() const { return complete_ && !given_up_; }
  /// Each key once, in ascending order. Only once IsListed().
  std::vector<duckdb::Value> List() const;

 private:
  void GiveUp();

  const bool null_matches_;
  mutable std::mutex mutex_;
  duckdb::value_set_t keys_;
  size_t bytes_ = 0;
  size_t rows_ = 0;
  std::atomic<bool> given_up_{false};
  std::atomic<bool> complete_{false};
};

}  // namespace shardite
