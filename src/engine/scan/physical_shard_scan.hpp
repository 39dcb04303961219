#pragma once
// The scan as it runs: a source whose tasks are put aside while shards are answering, so that two threads serve
// hundreds of requests. LogicalShardScan takes the place of the LogicalGet at the end of optimization.

#include <duckdb.hpp>
#include <duckdb/execution/operator/scan/physical_table_scan.hpp>
#include <duckdb/planner/operator/logical_extension_operator.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

namespace shardite {

class PhysicalShardScan : public duckdb::PhysicalTableScan {
 public:
  using PhysicalTableScan::PhysicalTableScan;

  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(duckdb::ClientContext &context) const override;
  duckdb::unique_ptr<duckdb::LocalSourceState> GetLocalSourceState(duckdb::ExecutionContext &context,
                                                                   duckdb::GlobalSourceState &global) const override;
  duckdb::SourceResultType GetData(duckdb::ExecutionContext &context, duckdb::DataChunk &chunk,
                                   duckdb::OperatorSourceInput &input) const override;
  duckdb::ProgressData GetProgress(duckdb::ClientContext &context, duckdb::GlobalSourceState &global) const override;
  duckdb::InsertionOrderPreservingMap<std::string> ExtraSourceParams(duckdb::GlobalSourceState &global,
                                                                     duckdb::LocalSourceState &local) const override;
  bool ParallelSource() const override { return true; }
  // Pages come as they come; with an order to keep, results would be collected by one thread.
  duckdb::OrderPreservationType SourceOrder() const override { return duckdb::OrderPreservationType::NO_ORDER; }
  bool SupportsPartitioning(const duckdb::OperatorPartitionInfo &) const override { return false; }
};

class LogicalShardScan : public duckdb::LogicalExtensionOperator {
 public:
  explicit LogicalShardScan(duckdb::unique_ptr<duckdb::LogicalGet> get);

  duckdb::PhysicalOperator &CreatePlan(duckdb::ClientContext &context, duckdb::PhysicalPlanGenerator &planner) override;
  void ResolveColumnBindings(duckdb::ColumnBindingResolver &,
                             duckdb::vector<duckdb::ColumnBinding> &bindings) override {
    bindings = GetColumnBindings();
  }
  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override { return get_->GetColumnBindings(); }
  duckdb::vector<duckdb::idx_t> GetTableIndex() const override { return get_->GetTableIndex(); }
  duckdb::idx_t EstimateCardinality(duckdb::ClientContext &context) override {
    return get_->EstimateCardinality(context);
  }
  std::string GetName() const override { return get_->GetName(); }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override { return get_->ParamsToString(); }
  std::string GetExtensionName() const override { return "shardite"; }
  bool SupportSerialization() const override { return false; }

 protected:
  void ResolveTypes() override;

 private:
  duckdb::unique_ptr<duckdb::LogicalGet> get_;
};

/// Replaces every shard scan of a plan.
void ReplaceScans(duckdb::unique_ptr<duckdb::LogicalOperator> &plan);

}  // namespace shardite
