#pragma once
// The path PROJECTION* and FILTER* from a node down to a shard scan, seen as one: expressions above it are rewritten to
// speak of the scan's own columns, its filters are collected.

#include <optional>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

namespace shardite {

class ScanChain {
 public:
  /// nullopt when something else than projections and filters lies between `top` and a shard scan.
  static std::optional<ScanChain> Find(duckdb::LogicalOperator &top);

  duckdb::LogicalGet &Get() const { return *get_; }
  /// A copy of an expression over the columns of `top`, over those of the scan.
  duckdb::unique_ptr<duckdb::Expression> Inline(const duckdb::Expression &expr) const;
  /// The conditions of all FILTER nodes, and those that DuckDB left to the scan (hints it may ignore are not among
  /// them), over the columns of the scan.
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> Conditions() const;

 private:
  void InlineInto(duckdb::unique_ptr<duckdb::Expression> &expr, size_t from) const;

  std::vector<duckdb::LogicalOperator *> operators_;  // top first, without the scan
  duckdb::LogicalGet *get_ = nullptr;
};

}  // namespace shardite
