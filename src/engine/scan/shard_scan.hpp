#pragma once
// The table function that scans a fleet's table: binding, and the plain blocking scan, which is correct alone. At the
// end of optimization it is replaced by an operator that never blocks a thread (scan/physical_shard_scan.hpp).

#include <memory>

#include <duckdb.hpp>
#include <duckdb/function/table_function.hpp>

#include "engine/scan/scan_spec.hpp"
#include "engine/scan/scan_tally.hpp"

namespace shardite {

struct ShardScanBindData : duckdb::TableFunctionData {
  std::shared_ptr<const TableSnapshot> table;
  duckdb::TableCatalogEntry *entry = nullptr;  // nullptr once the scan returns partial aggregates
  Settings settings;
  ScanSpec spec;
  SessionZone zone = SessionZone::UNKNOWN;
  std::shared_ptr<ScanTally> tally;  // where its runs are counted; null when the plan was made without our rules

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override;
  bool Equals(const duckdb::FunctionData &other) const override;
  // Prepared statements are planned again with the real values, so that parameters push down and prune.
  bool SupportStatementCache() const override { return false; }
};

duckdb::unique_ptr<ShardScanBindData> BindShardScan(duckdb::ClientContext &context, duckdb::TableCatalogEntry &entry,
                                                    std::shared_ptr<const TableSnapshot> table);
/// The same for a scan that rules put into a plan: without columns yet.
duckdb::unique_ptr<ShardScanBindData> BindShardScan(duckdb::ClientContext &context,
                                                    std::shared_ptr<const TableSnapshot> table);
/// Without the callback that takes filters over, which pushdown/filters.hpp adds.
duckdb::TableFunction ShardScanFunction();

/// Resolves references to columns of a LogicalGet over this bind data to logical columns.
Translator::Resolve ResolveColumns(const duckdb::LogicalGet &get);
bool IsShardScan(const duckdb::LogicalOperator &op);
bool HasShardScan(const duckdb::LogicalOperator &op);  // it, or what lies below

}  // namespace shardite
