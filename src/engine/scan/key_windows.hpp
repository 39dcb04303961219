#pragma once
// When the rows of some keys happened, as a look-up table says: filled from its rows ahead of the scan of the table
// that it knows about (scan/lookup_operator.hpp), then read by that scan before each request. Thread-safe.

#include <atomic>
#include <mutex>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/common/types/value_map.hpp>

#include "fleet/lookup.hpp"

namespace shardite {

class KeyWindows {
 public:
  /// More keys than this are not looked up: their windows would cover most of the fleet.
  static constexpr size_t MOST_KEYS = 100;

  /// `keys`: none NULL; those that rows can have at all. `unit`: of the look-up's times.
  KeyWindows(std::vector<duckdb::Value> keys, TimeUnit unit);

  /// Rows of the look-up table: its key, first and last as they are stored. From any thread.
  void Add(const duckdb::DataChunk &rows);
  /// The look-up table has been read to its end.
  void Complete() { complete_ = true; }
  /// The instants at which a row of any of the keys lies: All() before Complete(), and when a key was not found or its
  /// rows did not tell.
  TimeSet Times() const;
  size_t KeyCount() const { return windows_.size(); }

 private:
  struct Window {
    Slice slice;
    bool found = false;
  };

  const TimeUnit unit_;
  mutable std::mutex mutex_;
  duckdb::value_map_t<Window> windows_;
  std::atomic<bool> complete_{false};
};

}  // namespace shardite
