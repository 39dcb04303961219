#include "engine/scan/lookup_operator.hpp"

#include <duckdb/execution/physical_plan_generator.hpp>
#include <duckdb/parallel/meta_pipeline.hpp>
#include <duckdb/parallel/pipeline.hpp>

namespace shardite {

PhysicalLookup::PhysicalLookup(duckdb::PhysicalPlan &plan, std::shared_ptr<KeyWindows> windows, std::string key,
                               duckdb::PhysicalOperator &scan, duckdb::PhysicalOperator &lookup)
    : PhysicalOperator(plan, TYPE, scan.GetTypes(), scan.estimated_cardinality),
      windows_(std::move(windows)),
      key_(std::move(key)) {
  children.push_back(scan);
  children.push_back(lookup);
}

duckdb::InsertionOrderPreservingMap<std::string> PhysicalLookup::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<std::string> parameters;
  const auto keys = windows_->KeyCount();
  parameters["Key"] = key_ + (keys == 1 ? "" : " (" + std::to_string(keys) + " values)");
  return parameters;
}

duckdb::OperatorResultType PhysicalLookup::Execute(duckdb::ExecutionContext &, duckdb::DataChunk &input,
                                                   duckdb::DataChunk &chunk, duckdb::GlobalOperatorState &,
                                                   duckdb::OperatorState &) const {
  chunk.Reference(input);
  return duckdb::OperatorResultType::NEED_MORE_INPUT;
}

duckdb::SinkResultType PhysicalLookup::Sink(duckdb::ExecutionContext &, duckdb::DataChunk &chunk,
                                            duckdb::OperatorSinkInput &) const {
  windows_->Add(chunk);
  return duckdb::SinkResultType::NEED_MORE_INPUT;
}

duckdb::SinkFinalizeType PhysicalLookup::Finalize(duckdb::Pipeline &, duckdb::Event &, duckdb::ClientContext &,
                                                  duckdb::OperatorSinkFinalizeInput &) const {
  windows_->Complete();
  return duckdb::SinkFinalizeType::READY;
}

void PhysicalLookup::BuildPipelines(duckdb::Pipeline &current, duckdb::MetaPipeline &meta_pipeline) {
  op_state.reset();
  sink_state.reset();
  meta_pipeline.GetState().AddPipelineOperator(current, *this);
  meta_pipeline.CreateChildMetaPipeline(current, *this, duckdb::MetaPipelineType::JOIN_BUILD).Build(children[1].get());
  children[0].get().BuildPipelines(current, meta_pipeline);
}

LogicalLookup::LogicalLookup(duckdb::unique_ptr<duckdb::LogicalOperator> scan,
                             duckdb::unique_ptr<duckdb::LogicalOperator> lookup, std::shared_ptr<KeyWindows> windows,
                             std::string key)
    : windows_(std::move(windows)), key_(std::move(key)) {
  if (scan->has_estimated_cardinality) SetEstimatedCardinality(scan->estimated_cardinality);
  children.push_back(std::move(scan));
  children.push_back(std::move(lookup));
}

duckdb::PhysicalOperator &LogicalLookup::CreatePlan(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &planner) {
  auto &scan = planner.CreatePlan(*children[0]);
  auto &lookup = planner.CreatePlan(*children[1]);
  return planner.Make<PhysicalLookup>(std::move(windows_), std::move(key_), scan, lookup);
}

}  // namespace shardite
