#pragma once
// The rules by name; each has a file of its own that opens with what it does to a plan and why that is safe.

#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/binder.hpp>
#include <duckdb/planner/logical_operator.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/translate/translate.hpp"

namespace shardite {

/// What a shard's own value says of the order of a final one, when the group is whole: ascending by each in turn.
struct SortKey {
  RemoteExpr expr;  // over columns of the scan's spec
  Encoding encoding = Encoding::INTEGER;
};

/// An aggregate that was split, for rules that choose among its groups.
struct SplitGroups {
  duckdb::idx_t projection_index = 0;  // of the node that gives the groups and final values
  duckdb::LogicalGet *scan = nullptr;
  std::vector<std::vector<SortKey>> columns;  // by column of that node; empty: not known to the shards
  std::vector<size_t> keys;                   // by group asked for: the scan's column
  bool keys_are_groups = false;               // and the shards have no other keys, nor is a condition checked here
  size_t pushed_filters = 0;                  // of those above the node, HAVING: how many the shards apply in full
};

struct RuleInput {
  duckdb::ClientContext &context;
  duckdb::Binder &binder;
  duckdb::unique_ptr<duckdb::LogicalOperator> &root;  // of the whole plan
  std::vector<SplitGroups> splits = {};
};

/// Before DuckDB's own passes.
void UnnestLaterals(duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void PushLateralFilters(duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void BoundAsofJoins(duckdb::unique_ptr<duckdb::LogicalOperator> &plan);

/// After them. A POSITIONAL JOIN of rows in no order is an error, thrown.
void RefusePositionalJoins(const duckdb::LogicalOperator &plan);
void OrphanJoinFilters(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void SplitAggregates(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void ChooseGroups(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void PushFirstOfEach(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void PushTopN(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void PushLimit(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void RefuseOperators(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void SendJoinKeys(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void AskLookups(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);

}  // namespace shardite
