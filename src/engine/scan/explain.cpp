#include "engine/scan/explain.hpp"

namespace shardite {

namespace {

std::string Join(const std::vector<std::string> &items, const char *separator) {
  std::string joined;
  for (const auto &item : items) joined += (joined.empty() ? "" : separator) + item;
  return joined;
}

}  // namespace

duckdb::InsertionOrderPreservingMap<std::string> DescribeScan(duckdb::TableFunctionToStringInput &input) {
  const auto &bind_data = input.bind_data->Cast<ShardScanBindData>();
  const auto targets = ChooseShards(*bind_data.table, bind_data.spec);
  duckdb::InsertionOrderPreservingMap<std::string> description;
  description["Table"] = bind_data.table->logical.spec.name;
  description["Shards"] = std::to_string(targets.shards.size()) + " of " + std::to_string(targets.pruning.total);
  if (!bind_data.spec.pushed.empty()) description["Pushed"] = Join(bind_data.spec.pushed, ", ");
  if (!bind_data.spec.refused.empty()) description["Stays local"] = Join(bind_data.spec.refused, "\n");
  return description;
}

duckdb::InsertionOrderPreservingMap<std::string> DescribeExecution(const ScanRun &run) {
  duckdb::InsertionOrderPreservingMap<std::string> description;
  const auto totals = run.Requests().Totals();
  description["Requests"] = std::to_string(totals.requests);
  if (totals.retries > 0) description["Retries"] = std::to_string(totals.retries);
  description["Rows received"] = std::to_string(totals.rows);
  description["Bytes received"] = std::to_string(totals.bytes);
  return description;
}

ScanExplanation ExplainScan(const ShardScanBindData &bind_data, const duckdb::vector<duckdb::column_t> &column_ids) {
  const auto &table = *bind_data.table;
  const auto &shards = table.fleet->spec.shards;
  const auto targets = ChooseShards(table, bind_data.spec);
  ScanExplanation explanation;
  explanation.table = table.logical.spec.name;
  explanation.shards_total = targets.pruning.total;
  explanation.pushed = bind_data.spec.pushed;
  explanation.refused = bind_data.spec.refused;
  for (const auto shard : targets.shards) explanation.kept.push_back(shards[shard].id);

  size_t next_kept = 0;
  for (size_t shard = 0; shard < shards.size(); shard++) {
    const auto &kept = targets.pruning.kept;
    if (next_kept < kept.size() && kept[next_kept] == shard) {
      next_kept++;
      const bool lacks_table = table.logical.variant_of_shard[shard] == LogicalTable::NO_VARIANT;
      if (lacks_table && !table.fleet->errors[shard])
        explanation.pruned.emplace_back(shards[shard].id, "has no such table");
      continue;
    }
    explanation.pruned.emplace_back(shards[shard].id, PruneReason(table.slices.Slices()[shard], bind_data.spec.times));
  }
  std::vector<size_t> selected;
  for (const auto column : column_ids) {
    if (!duckdb::IsVirtualColumn(column)) selected.push_back(column);
  }
  for (size_t i = 0; i < targets.shards.size(); i++) {
    const auto shard = targets.shards[i];
    if (table.fleet->errors[shard]) continue;
    const auto variant = table.logical.variant_of_shard[shard];
    const auto query = QueryFor(table, bind_data.spec, selected, variant, targets.groups[i]);
    explanation.remote_sql = Deparse(query, TargetFor(table, shard));
    break;
  }
  return explanation;
}

}  // namespace shardite
