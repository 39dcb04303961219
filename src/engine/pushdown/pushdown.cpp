#include "engine/pushdown/pushdown.hpp"

#include <algorithm>

#include <duckdb/optimizer/optimizer.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/scan/explain.hpp"
#include "engine/scan/physical_shard_scan.hpp"
#include "engine/scan/query_log.hpp"

namespace shardite {

namespace {

// In this order: what changes the shape of a scan comes before what only limits it.
using Rule = void (*)(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
constexpr Rule RULES[] = {
    SplitAggregates, ChooseGroups, PushFirstOfEach, PushTopN, PushLimit, RefuseOperators, SendJoinKeys, AskLookups,
};

// The plan goes its way, so the account holds a copy of what the scan was told, and the tally that its runs count into.
void Record(QueryLog &log, const duckdb::LogicalOperator &op) {
  for (const auto &child : op.children) Record(log, *child);
  if (!IsShardScan(op)) return;
  const auto &get = op.Cast<duckdb::LogicalGet>();
  duckdb::vector<duckdb::column_t> column_ids;
  for (const auto &column : get.GetColumnIds()) column_ids.push_back(column.GetPrimaryIndex());
  auto &bind_data = get.bind_data->Cast<ShardScanBindData>();
  bind_data.tally = std::make_shared<ScanTally>();
  const std::shared_ptr<duckdb::FunctionData> copy(bind_data.Copy());
  log.AddScan([copy, column_ids] { return ExplainScan(copy->Cast<ShardScanBindData>(), column_ids); });
}

void PreOptimize(duckdb::OptimizerExtensionInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  if (!HasShardScan(*plan) || ReadSettings(input.context).pushdown == Pushdown::NONE) return;
  UnnestLaterals(plan);
  PushLateralFilters(plan);
  BoundAsofJoins(plan);
}

void Optimize(duckdb::OptimizerExtensionInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  if (!HasShardScan(*plan)) return;
  RefusePositionalJoins(*plan);
  const auto log = QueryLog::Get(input.context);
  log->StartPlan();
  RuleInput rule_input{input.context, input.optimizer.binder, plan};
  OrphanJoinFilters(rule_input, plan);
  if (ReadSettings(input.context).pushdown == Pushdown::ALL) {
    for (const auto rule : RULES) rule(rule_input, plan);
  }
  Record(*log, *plan);
  ReplaceScans(plan);
}

}  // namespace

duckdb::OptimizerExtension MakeOptimizerExtension() {
  duckdb::OptimizerExtension extension;
  extension.pre_optimize_function = PreOptimize;
  extension.optimize_function = Optimize;
  return extension;
}

}  // namespace shardite
