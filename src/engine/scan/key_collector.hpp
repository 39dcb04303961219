#pragma once
// The operator that stands between a join and its build side and collects the keys that pass: rows go through
// unchanged. LogicalKeyCollector is put into the plan by pushdown/send_join_keys.cpp.

#include <memory>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/execution/physical_operator.hpp>
#include <duckdb/planner/operator/logical_extension_operator.hpp>

#include "engine/scan/join_keys.hpp"

namespace shardite {

class PhysicalKeyCollector : public duckdb::PhysicalOperator {
 public:
  static constexpr duckdb::PhysicalOperatorType TYPE = duckdb::PhysicalOperatorType::EXTENSION;

  /// `row`: the child's types; `expressions[i]` over its columns is the key of `keys[i]`; `rows` is an estimate.
  PhysicalKeyCollector(duckdb::PhysicalPlan &plan, duckdb::vector<duckdb::LogicalType> row,
                       duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions,
                       std::vector<std::shared_ptr<JoinKeys>> keys, duckdb::PhysicalOperator &child,
                       duckdb::idx_t rows);

  std::string GetName() const override { return "SHARDITE_JOIN_KEYS"; }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override;
  duckdb::unique_ptr<duckdb::OperatorState> GetOperatorState(duckdb::ExecutionContext &context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext &context, duckdb::DataChunk &input,
                                     duckdb::DataChunk &chunk, duckdb::GlobalOperatorState &global,
                                     duckdb::OperatorState &local) const override;
  bool ParallelOperator() const override { return true; }
  // Called once, when every pipeline that feeds the build side has come to its end.
  bool RequiresOperatorFinalize() const override { return true; }
  duckdb::OperatorFinalResultType OperatorFinalize(duckdb::Pipeline &pipeline, duckdb::Event &event,
                                                   duckdb::ClientContext &context,
                                                   duckdb::OperatorFinalizeInput &input) const override;

 private:
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions_;
  std::vector<std::shared_ptr<JoinKeys>> keys_;
};

class LogicalKeyCollector : public duckdb::LogicalExtensionOperator {
 public:
  LogicalKeyCollector(duckdb::unique_ptr<duckdb::LogicalOperator> child,
                      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> key_expressions,
                      std::vector<std::shared_ptr<JoinKeys>> keys);

  duckdb::PhysicalOperator &CreatePlan(duckdb::ClientContext &context, duckdb::PhysicalPlanGenerator &planner) override;
  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override { return children[0]->GetColumnBindings(); }
  duckdb::idx_t EstimateCardinality(duckdb::ClientContext &context) override {
    return children[0]->EstimateCardinality(context);
  }
  std::string GetName() const override { return "SHARDITE_JOIN_KEYS"; }
  std::string GetExtensionName() const override { return "shardite"; }
  bool SupportSerialization() const override { return false; }

 protected:
  void ResolveTypes() override { types = children[0]->types; }

 private:
  std::vector<std::shared_ptr<JoinKeys>> keys_;
};

}  // namespace shardite
