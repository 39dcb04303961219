#pragma once
// What one run of a scan asks each shard: at first the question of its spec, and in place of an answer that cannot be
// used the same part of the shard for its rows, without the limit, or with proofs. RequestQueue then cuts, repeats and
// paces what it is given here. Sends nothing. Thread-safe: readers of several threads ask again.

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/scan/request_queue.hpp"
#include "engine/scan/row_fallback.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

class ScanRequests {
 public:
  /// `selected` choose from the spec's columns. The bind data outlives this.
  ScanRequests(const ShardScanBindData &bind_data, std::vector<size_t> selected);

  /// One request for each shard that may have rows, in visiting order; counts shards and those that were pruned.
  /// Throws FleetError where attaching could not read a shard.
  std::vector<ShardRequest> First(QueryCounters &counters);
  /// Of a scan with a limit: how many of them are asked at once, before it is known whether that was enough.
  uint64_t FirstWave() const;

  /// Of a grouped scan whose partials failed a witness: the rows of the same range, to be made partials here.
  ShardRequest RowsInstead(const ShardRequest &partials, const RowRange &range);
  /// Of a scan with limit_witnesses, when one failed: all rows of the same range.
  ShardRequest WithoutLimit(const ShardRequest &limited, const RowRange &range) const;
  /// When the rows are not those that were certified, which Certificates knows by now, or lie in more than one bucket:
  /// the same question as if nothing were known of them, in both forms that FanOut::Reword takes.
  struct Wordings {
    QueryForms whole, parts;
  };
  Wordings InGeneral(const ShardRequest &presuming);

  /// How rows become partials; nullptr for a scan of rows.
  const RowFallback *Fallback() const { return fallback_.get(); }

 private:
  size_t VariantOf(size_t shard) const;
  bool PrefersOneRequest(const ShardRequest &request) const;
  QueryForms FormsOf(const ScanSpec &spec, size_t variant, Groups groups) const;
  QueryForms GeneralForms(size_t variant, Groups groups);
  QueryForms FormsOfRows(size_t variant);
  QueryForms FormsWithoutLimit(size_t variant) const;

  const TableSnapshot &table_;
  const ScanSpec &spec_;
  const std::vector<size_t> selected_;
  const ScanTargets targets_;
  std::unique_ptr<const RowFallback> fallback_;
  std::mutex mutex_;
  std::map<std::pair<size_t, Groups>, QueryForms> forms_;             // by variant
  std::map<size_t, std::shared_ptr<const RemoteQuery>> row_queries_;  // by variant
};

}  // namespace shardite
