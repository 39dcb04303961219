#include "engine/scan/physical_shard_scan.hpp"

#include <duckdb/execution/physical_plan_generator.hpp>

#include "engine/scan/explain.hpp"
#include "engine/scan/query_log.hpp"
#include "engine/scan/scan_run.hpp"
#include "engine/scan/task_waker.hpp"

namespace shardite {

namespace {

class ShardSourceState : public duckdb::GlobalSourceState {
 public:
  ShardSourceState(duckdb::ClientContext &context, const PhysicalShardScan &scan) : context_(context) {
    duckdb::vector<duckdb::column_t> column_ids;
    for (const auto &column : scan.column_ids) column_ids.push_back(column.GetPrimaryIndex());
    try {
      run = std::make_unique<ScanRun>(context, scan.bind_data->Cast<ShardScanBindData>(), column_ids,
                                      scan.projection_ids, scan.table_filters.get(), scan);
    } catch (const FleetError &error) {
      throw duckdb::IOException("%s", std::string(error.what()));
    }
    waker = std::make_shared<TaskWaker>([this] { return MustWake(); });
    run->SetWake([waker = waker] { waker->Wake(); });
    QueryLog::Get(context)->GetHeartbeat()->Add(waker);
  }

  // Possibly on a driver's thread, from within Wake(): that thread's was the last reference to the pipeline.
  ~ShardSourceState() override {
    waker->Close();
    run->SetWake({});
  }

  duckdb::idx_t MaxThreads() override { return std::max<duckdb::idx_t>(run->ShardCount(), 1); }

  /// False once a LIMIT above is satisfied. DuckDB keeps that to itself: it is seen by blocking a task that is none.
  bool MayBlock() {
    const auto guard = Lock();
    const bool may = BlockTask(guard, duckdb::InterruptState(duckdb::weak_ptr<duckdb::Task>()));
    UnblockTasks(guard);
    return may;
  }

  std::unique_ptr<ScanRun> run;
  std::shared_ptr<TaskWaker> waker;

 private:
  bool MustWake() {
    if (context_.interrupted) run->Cancel();
    return context_.interrupted || !MayBlock() || run->MayGoOn();
  }

  duckdb::ClientContext &context_;  // outlives the execution of its query
};

class ShardReaderState : public duckdb::LocalSourceState {
 public:
  ShardReaderState(duckdb::ClientContext &context, const ScanRun &run) : reader(context, run) {}
  ScanRun::Reader reader;
};

}  // namespace

duckdb::unique_ptr<duckdb::GlobalSourceState> PhysicalShardScan::GetGlobalSourceState(
    duckdb::ClientContext &context) const {
  return duckdb::make_uniq<ShardSourceState>(context, *this);
}

duckdb::unique_ptr<duckdb::LocalSourceState> PhysicalShardScan::GetLocalSourceState(
    duckdb::ExecutionContext &context, duckdb::GlobalSourceState &global) const {
  return duckdb::make_uniq<ShardReaderState>(context.client, *global.Cast<ShardSourceState>().run);
}

duckdb::SourceResultType PhysicalShardScan::GetData(duckdb::ExecutionContext &context, duckdb::DataChunk &chunk,
                                                    duckdb::OperatorSourceInput &input) const {
  auto &state = input.global_state.Cast<ShardSourceState>();
  auto &reader = input.local_state.Cast<ShardReaderState>().reader;
  while (true) {
    if (context.client.interrupted) {
      state.run->Cancel();
      throw duckdb::InterruptException();
    }
    switch (state.run->Read(reader, chunk)) {
      case FanOut::State::PAGE: return duckdb::SourceResultType::HAVE_MORE_OUTPUT;
      case FanOut::State::DONE: return duckdb::SourceResultType::FINISHED;
      case FanOut::State::WAIT: break;
    }
    if (!state.MayBlock()) return duckdb::SourceResultType::FINISHED;
    const auto has_news = [&] { return state.run->HasNews(); };
    if (state.waker->Block(input.interrupt_state, has_news)) return duckdb::SourceResultType::BLOCKED;
  }
}

duckdb::ProgressData PhysicalShardScan::GetProgress(duckdb::ClientContext &, duckdb::GlobalSourceState &global) const {
  duckdb::ProgressData progress;
  progress.done = global.Cast<ShardSourceState>().run->Progress();
  progress.total = 100.0;
  progress.Normalize(1e3);
  return progress;
}

duckdb::InsertionOrderPreservingMap<std::string> PhysicalShardScan::ExtraSourceParams(
    duckdb::GlobalSourceState &global, duckdb::LocalSourceState &) const {
  return DescribeExecution(global.Cast<ShardSourceState>().run->Tally());
}

LogicalShardScan::LogicalShardScan(duckdb::unique_ptr<duckdb::LogicalGet> get) : get_(std::move(get)) {
  estimated_cardinality = get_->estimated_cardinality;
  has_estimated_cardinality = get_->has_estimated_cardinality;
}

void LogicalShardScan::ResolveTypes() {
  get_->ResolveOperatorTypes();
  types = get_->types;
}

// As PhysicalPlanGenerator::CreatePlan(LogicalGet &), which is protected: filters by column become filters by position.
duckdb::PhysicalOperator &LogicalShardScan::CreatePlan(duckdb::ClientContext &,
                                                       duckdb::PhysicalPlanGenerator &planner) {
  auto column_ids = get_->GetColumnIds();
  duckdb::unique_ptr<duckdb::TableFilterSet> filters;
  for (auto &[column, filter] : get_->table_filters.filters) {
    if (!filters) filters = duckdb::make_uniq<duckdb::TableFilterSet>();
    duckdb::optional_idx position;
    for (duckdb::idx_t i = 0; i < column_ids.size() && !position.IsValid(); i++) {
      if (column_ids[i].GetPrimaryIndex() == column) position = i;
    }
    if (!position.IsValid()) throw duckdb::InternalException("a filter on a column that is not scanned");
    filters->filters[position.GetIndex()] = std::move(filter);
  }
  get_->ResolveOperatorTypes();
  auto &scan = planner.Make<PhysicalShardScan>(
      get_->types, get_->function, std::move(get_->bind_data), get_->returned_types, std::move(column_ids),
      get_->projection_ids, get_->names, std::move(filters), get_->estimated_cardinality, std::move(get_->extra_info),
      std::move(get_->parameters), std::move(get_->virtual_columns));
  scan.Cast<PhysicalShardScan>().dynamic_filters = get_->dynamic_filters;
  return scan;
}

void ReplaceScans(duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) ReplaceScans(child);
  if (!IsShardScan(*plan)) return;
  duckdb::unique_ptr<duckdb::LogicalGet> get(&plan.release()->Cast<duckdb::LogicalGet>());
  plan = duckdb::make_uniq<LogicalShardScan>(std::move(get));
}

}  // namespace shardite
