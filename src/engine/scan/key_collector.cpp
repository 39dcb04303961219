#include "engine/scan/key_collector.hpp"

#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/execution/physical_plan_generator.hpp>

namespace shardite {

namespace {

class CollectorState : public duckdb::OperatorState {
 public:
  CollectorState(duckdb::ClientContext &context,
                 const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> &expressions)
      : executor(context, expressions) {
    duckdb::vector<duckdb::LogicalType> types;
    for (const auto &expr : expressions) types.push_back(expr->return_type);
    keys.Initialize(duckdb::Allocator::Get(context), types);
  }
  duckdb::ExpressionExecutor executor;
  duckdb::DataChunk keys;
};

}  // namespace

PhysicalKeyCollector::PhysicalKeyCollector(duckdb::PhysicalPlan &plan, duckdb::vector<duckdb::LogicalType> row,
                                           duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> expressions,
                                           std::vector<std::shared_ptr<JoinKeys>> keys, duckdb::PhysicalOperator &child,
                                           duckdb::idx_t rows)
    : PhysicalOperator(plan, TYPE, std::move(row), rows), expressions_(std::move(expressions)), keys_(std::move(keys)) {
  children.push_back(child);
}

duckdb::InsertionOrderPreservingMap<std::string> PhysicalKeyCollector::ParamsToString() const {
  duckdb::InsertionOrderPreservingMap<std::string> parameters;
  std::string keys;
  for (const auto &expr : expressions_) keys += (keys.empty() ? "" : "\n") + expr->GetName();
  parameters["Keys"] = keys;
  SetEstimatedCardinality(parameters, estimated_cardinality);
  return parameters;
}

duckdb::unique_ptr<duckdb::OperatorState> PhysicalKeyCollector::GetOperatorState(
    duckdb::ExecutionContext &context) const {
  return duckdb::make_uniq<CollectorState>(context.client, expressions_);
}

duckdb::OperatorResultType PhysicalKeyCollector::Execute(duckdb::ExecutionContext &, duckdb::DataChunk &input,
                                                         duckdb::DataChunk &chunk, duckdb::GlobalOperatorState &,
                                                         duckdb::OperatorState &local) const {
  auto &state = local.Cast<CollectorState>();
  state.keys.Reset();
  state.executor.Execute(input, state.keys);
  for (size_t i = 0; i < keys_.size(); i++) keys_[i]->Add(state.keys.data[i], input.size());
  chunk.Reference(input);
  return duckdb::OperatorResultType::NEED_MORE_INPUT;
}

duckdb::OperatorFinalResultType PhysicalKeyCollector::OperatorFinalize(duckdb::Pipeline &, duckdb::Event &,
                                                                       duckdb::ClientContext &,
                                                                       duckdb::OperatorFinalizeInput &) const {
  for (const auto &keys : keys_) keys->Complete();
  return duckdb::OperatorFinalResultType::FINISHED;
}

LogicalKeyCollector::LogicalKeyCollector(duckdb::unique_ptr<duckdb::LogicalOperator> child,
                                         duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> key_expressions,
                                         std::vector<std::shared_ptr<JoinKeys>> keys)
    : LogicalExtensionOperator(std::move(key_expressions)), keys_(std::move(keys)) {
  if (child->has_estimated_cardinality) SetEstimatedCardinality(child->estimated_cardinality);
  children.push_back(std::move(child));
}

duckdb::PhysicalOperator &LogicalKeyCollector::CreatePlan(duckdb::ClientContext &,
                                                          duckdb::PhysicalPlanGenerator &planner) {
  auto &child = planner.CreatePlan(*children[0]);
  return planner.Make<PhysicalKeyCollector>(types, std::move(expressions), std::move(keys_), child,
                                            estimated_cardinality);
}

}  // namespace shardite
