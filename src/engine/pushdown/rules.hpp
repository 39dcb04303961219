#pragma once
// The rules by name; each has a file of its own that opens with what it does to a plan and why that is safe.

#include <duckdb.hpp>
#include <duckdb/planner/binder.hpp>
#include <duckdb/planner/logical_operator.hpp>

namespace shardite {

struct RuleInput {
  duckdb::ClientContext &context;
  duckdb::Binder &binder;
  duckdb::unique_ptr<duckdb::LogicalOperator> &root;  // of the whole plan
};

/// Before DuckDB's own passes.
void PushLateralFilters(duckdb::unique_ptr<duckdb::LogicalOperator> &plan);

/// After them.
void OrphanJoinFilters(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void SplitAggregates(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void PushTopN(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);
void PushLimit(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan);

}  // namespace shardite
