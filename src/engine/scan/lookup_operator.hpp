#pragma once
// The operator that reads a look-up table to its end before the scan below it asks its first shard. Rows of the scan go
// through unchanged; rows of the look-up end here. Put into the plan by pushdown/ask_lookups.cpp.

#include <memory>
#include <string>

#include <duckdb.hpp>
#include <duckdb/execution/physical_operator.hpp>
#include <duckdb/planner/operator/logical_extension_operator.hpp>

#include "engine/scan/key_windows.hpp"

namespace shardite {

class PhysicalLookup : public duckdb::PhysicalOperator {
 public:
  static constexpr duckdb::PhysicalOperatorType TYPE = duckdb::PhysicalOperatorType::EXTENSION;

  /// `lookup` gives key, first and last; `scan` what this gives.
  PhysicalLookup(duckdb::PhysicalPlan &plan, std::shared_ptr<KeyWindows> windows, std::string key,
                 duckdb::PhysicalOperator &scan, duckdb::PhysicalOperator &lookup);

  std::string GetName() const override { return "SHARDITE_LOOKUP"; }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override;

  duckdb::OperatorResultType Execute(duckdb::ExecutionContext &context, duckdb::DataChunk &input,
                                     duckdb::DataChunk &chunk, duckdb::GlobalOperatorState &global,
                                     duckdb::OperatorState &local) const override;
  bool ParallelOperator() const override { return true; }

  duckdb::SinkResultType Sink(duckdb::ExecutionContext &context, duckdb::DataChunk &chunk,
                              duckdb::OperatorSinkInput &input) const override;
  duckdb::SinkFinalizeType Finalize(duckdb::Pipeline &pipeline, duckdb::Event &event, duckdb::ClientContext &context,
                                    duckdb::OperatorSinkFinalizeInput &input) const override;
  bool IsSink() const override { return true; }
  bool ParallelSink() const override { return true; }

  /// As a join: the pipeline of the scan runs when that of the look-up has ended.
  void BuildPipelines(duckdb::Pipeline &current, duckdb::MetaPipeline &meta_pipeline) override;
  duckdb::vector<duckdb::const_reference<duckdb::PhysicalOperator>> GetSources() const override {
    return children[0].get().GetSources();
  }

 private:
  std::shared_ptr<KeyWindows> windows_;
  const std::string key_;
};

class LogicalLookup : public duckdb::LogicalExtensionOperator {
 public:
  LogicalLookup(duckdb::unique_ptr<duckdb::LogicalOperator> scan, duckdb::unique_ptr<duckdb::LogicalOperator> lookup,
                std::shared_ptr<KeyWindows> windows, std::string key);

  duckdb::PhysicalOperator &CreatePlan(duckdb::ClientContext &context, duckdb::PhysicalPlanGenerator &planner) override;
  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override { return children[0]->GetColumnBindings(); }
  duckdb::idx_t EstimateCardinality(duckdb::ClientContext &context) override {
    return children[0]->EstimateCardinality(context);
  }
  std::string GetName() const override { return "SHARDITE_LOOKUP"; }
  std::string GetExtensionName() const override { return "shardite"; }
  bool SupportSerialization() const override { return false; }

 protected:
  void ResolveTypes() override { types = children[0]->types; }

 private:
  std::shared_ptr<KeyWindows> windows_;
  std::string key_;
};

}  // namespace shardite
