#pragma once
// Filters that are found while a query runs: the keys of a join's build side, the k-th key that a TopN has so far, when
// the rows of a key happened. They
// are read again before every request, so that what is not yet sent becomes narrower, and a shard whose slice cannot
// matter any more is not asked. Each is a hint: the operator that found it looks at every row itself, and rows sent
// before it was known do no harm. Thread-safe; no lock is held over I/O.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/execution/operator/scan/physical_table_scan.hpp>
#include <duckdb/planner/filter/dynamic_filter.hpp>
#include <duckdb/planner/table_filter.hpp>

#include "engine/scan/shard_scan.hpp"

namespace shardite {

/// Whether a filter of a scan is a hint, which the scan need not apply: a join's, or a TopN's.
bool IsHint(const duckdb::TableFilter &filter);

class RuntimeFilters {
 public:
  /// `columns`: the logical column behind each position that planned and joins' filters speak of; nullopt: none.
  RuntimeFilters(const ShardScanBindData &bind_data, std::vector<std::optional<size_t>> columns);

  /// What was planned with the scan: constants stay as they are, a TopN's hint is watched.
  void Watch(const duckdb::TableFilterSet &planned);
  /// The minimum and maximum that joins find; `scan` must outlive this.
  void Watch(const duckdb::PhysicalTableScan &scan);

  /// True while the keys of a join are still being collected: asking now would ask for rows that no one needs. Bounded:
  /// a build side that takes long is not waited for.
  bool AwaitsKeys() const;
  /// Reads what has been found since the last call.
  void Refresh();
  /// For WHERE: true on every row that can matter.
  std::vector<RemoteExpr> Conditions() const;
  /// Counts the refreshes that changed something.
  uint64_t Version() const;
  /// Whether rows of a slice can matter.
  bool Matters(const Slice &slice) const;

 private:
  struct Found {
    std::vector<RemoteExpr> conditions;
    TimeSet times = TimeSet::All();
    bool nothing = false;  // no row can match
    bool operator==(const Found &other) const;
  };
  struct Hint {
    size_t column;
    duckdb::shared_ptr<duckdb::DynamicFilterData> data;
  };

  std::optional<size_t> ColumnAt(size_t position) const;
  void WatchOne(size_t column, const duckdb::TableFilter &filter);
  void Take(Found &found, size_t column, const duckdb::TableFilter &filter);
  void Take(Found &found, const duckdb::Expression &condition);
  void TakeKeys(Found &found);
  void TakeWindows(Found &found);
  duckdb::unique_ptr<duckdb::Expression> Reference(size_t column) const;

  const ShardScanBindData &bind_data_;
  std::vector<std::optional<size_t>> columns_;
  std::vector<Hint> hints_;
  duckdb::optional_ptr<const duckdb::PhysicalTableScan> scan_;
  std::vector<std::pair<size_t, duckdb::unique_ptr<duckdb::TableFilter>>> constant_;
  std::chrono::steady_clock::time_point give_up_waiting_;

  mutable std::mutex mutex_;
  Translator translator_;
  std::optional<Found> keys_;  // of all joins whose keys are complete, and how many those were
  size_t keys_taken_ = 0;
  std::vector<size_t> listed_;    // columns with a list of keys
  std::optional<Found> windows_;  // of the keys that were looked up
  Found found_;
  uint64_t version_ = 0;
};

}  // namespace shardite
