#include "engine/scan/shard_scan.hpp"

#include <duckdb/catalog/catalog_entry/table_catalog_entry.hpp>
#include <duckdb/common/serializer/deserializer.hpp>
#include <duckdb/common/serializer/serializer.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <duckdb/storage/statistics/node_statistics.hpp>

#include "engine/scan/estimate.hpp"
#include "engine/scan/explain.hpp"
#include "engine/scan/scan_run.hpp"

namespace shardite {

namespace {

constexpr const char *FUNCTION_NAME = "shardite_scan";

struct ScanGlobalState : duckdb::GlobalTableFunctionState {
  explicit ScanGlobalState(std::unique_ptr<ScanRun> scan) : run(std::move(scan)) {}
  // More threads than pages in flight would only wait.
  duckdb::idx_t MaxThreads() const override { return std::max<duckdb::idx_t>(run->ShardCount(), 1); }
  std::unique_ptr<ScanRun> run;
};

struct ScanLocalState : duckdb::LocalTableFunctionState {
  ScanLocalState(duckdb::ClientContext &context, const ScanRun &run) : reader(context, run) {}
  ScanRun::Reader reader;
};

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(duckdb::ClientContext &context,
                                                                duckdb::TableFunctionInitInput &input) {
  try {
    return duckdb::make_uniq<ScanGlobalState>(std::make_unique<ScanRun>(
        context, input.bind_data->Cast<ShardScanBindData>(), input.column_ids, input.projection_ids, input.filters));
  } catch (const FleetError &error) {
    throw duckdb::IOException("%s", std::string(error.what()));
  }
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext &context,
                                                              duckdb::TableFunctionInitInput &,
                                                              duckdb::GlobalTableFunctionState *global) {
  return duckdb::make_uniq<ScanLocalState>(context.client, *global->Cast<ScanGlobalState>().run);
}

void Scan(duckdb::ClientContext &context, duckdb::TableFunctionInput &input, duckdb::DataChunk &output) {
  auto &run = *input.global_state->Cast<ScanGlobalState>().run;
  auto &reader = input.local_state->Cast<ScanLocalState>().reader;
  while (run.Read(reader, output) == FanOut::State::WAIT) {
    if (context.interrupted) {
      run.Cancel();
      throw duckdb::InterruptException();
    }
    run.WaitBriefly();
  }
}

duckdb::unique_ptr<duckdb::NodeStatistics> Cardinality(duckdb::ClientContext &, const duckdb::FunctionData *data) {
  const auto &bind_data = data->Cast<ShardScanBindData>();
  return duckdb::make_uniq<duckdb::NodeStatistics>(EstimateRows(*bind_data.table, bind_data.spec));
}

double Progress(duckdb::ClientContext &, const duckdb::FunctionData *, const duckdb::GlobalTableFunctionState *global) {
  return global->Cast<ScanGlobalState>().run->Progress();
}

duckdb::BindInfo GetBindInfo(const duckdb::optional_ptr<duckdb::FunctionData> data) {
  auto &bind_data = data->Cast<ShardScanBindData>();
  if (!bind_data.entry) return duckdb::BindInfo(duckdb::ScanType::EXTERNAL);
  return duckdb::BindInfo(*bind_data.entry);
}

// A plan is copied by writing and reading it (when a CTE is inlined), before any rule has run: the table is enough.
void Serialize(duckdb::Serializer &serializer, const duckdb::optional_ptr<duckdb::FunctionData> data,
               const duckdb::TableFunction &) {
  const auto &bind_data = data->Cast<ShardScanBindData>();
  const bool changed = !bind_data.entry || !bind_data.spec.filters.empty() || bind_data.spec.limit;
  if (changed) throw duckdb::NotImplementedException("a shard scan with pushed work cannot be serialized");
  serializer.WriteProperty(100, "catalog", bind_data.entry->catalog.GetName());
  serializer.WriteProperty(101, "schema", bind_data.entry->schema.name);
  serializer.WriteProperty(102, "table", bind_data.entry->name);
}

duckdb::unique_ptr<duckdb::FunctionData> Deserialize(duckdb::Deserializer &deserializer, duckdb::TableFunction &) {
  const auto catalog = deserializer.ReadProperty<std::string>(100, "catalog");
  const auto schema = deserializer.ReadProperty<std::string>(101, "schema");
  const auto table = deserializer.ReadProperty<std::string>(102, "table");
  auto &context = deserializer.Get<duckdb::ClientContext &>();
  auto &entry = duckdb::Catalog::GetEntry<duckdb::TableCatalogEntry>(context, catalog, schema, table);
  duckdb::unique_ptr<duckdb::FunctionData> bind_data;
  entry.GetScanFunction(context, bind_data);
  return bind_data;
}

}  // namespace

duckdb::unique_ptr<duckdb::FunctionData> ShardScanBindData::Copy() const {
  auto copy = duckdb::make_uniq<ShardScanBindData>();
  copy->table = table;
  copy->entry = entry;
  copy->settings = settings;
  copy->spec = spec;
  copy->zone = zone;
  copy->tally = tally;
  return copy;
}

bool ShardScanBindData::Equals(const duckdb::FunctionData &other) const { return this == &other; }

duckdb::unique_ptr<ShardScanBindData> BindShardScan(duckdb::ClientContext &context, duckdb::TableCatalogEntry &entry,
                                                    std::shared_ptr<const TableSnapshot> table) {
  auto bind_data = BindShardScan(context, table);
  bind_data->entry = &entry;
  for (size_t column = 0; column < table->logical.columns.size(); column++) {
    ScanColumn scan_column{
        table->logical.columns[column].name,
        {RemoteExpr::Column(column), SqlTypeOf(table->logical, column), EncodingOf(table->logical, column), {}},
        nullptr};
    bind_data->spec.columns.push_back(std::move(scan_column));
  }
  return bind_data;
}

duckdb::unique_ptr<ShardScanBindData> BindShardScan(duckdb::ClientContext &context,
                                                    std::shared_ptr<const TableSnapshot> table) {
  auto bind_data = duckdb::make_uniq<ShardScanBindData>();
  bind_data->table = std::move(table);
  bind_data->settings = ReadSettings(context);
  bind_data->zone = ReadSessionZone(context);
  return bind_data;
}

duckdb::TableFunction ShardScanFunction() {
  duckdb::TableFunction function(FUNCTION_NAME, {}, Scan, nullptr, InitGlobal, InitLocal);
  function.projection_pushdown = true;
  function.filter_pushdown = true;
  function.filter_prune = true;
  function.cardinality = Cardinality;
  function.table_scan_progress = Progress;
  function.get_bind_info = GetBindInfo;
  function.to_string = DescribeScan;
  function.serialize = Serialize;
  function.deserialize = Deserialize;
  function.verify_serialization = false;
  return function;
}

Translator::Resolve ResolveColumns(const duckdb::LogicalGet &get) {
  return [&get](const duckdb::Expression &expr) -> std::optional<size_t> {
    if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) return std::nullopt;
    const auto &reference = expr.Cast<duckdb::BoundColumnRefExpression>();
    const auto &column_ids = get.GetColumnIds();
    if (reference.depth > 0 || reference.binding.table_index != get.table_index) return std::nullopt;
    if (reference.binding.column_index >= column_ids.size()) return std::nullopt;
    const auto column = column_ids[reference.binding.column_index].GetPrimaryIndex();
    if (duckdb::IsVirtualColumn(column)) return std::nullopt;
    return get.bind_data->Cast<ShardScanBindData>().spec.columns[column].value.expr.ColumnNumber();
  };
}

bool IsShardScan(const duckdb::LogicalOperator &op) {
  return op.type == duckdb::LogicalOperatorType::LOGICAL_GET &&
         op.Cast<duckdb::LogicalGet>().function.name == FUNCTION_NAME;
}

bool HasShardScan(const duckdb::LogicalOperator &op) {
  if (IsShardScan(op)) return true;
  return std::any_of(op.children.begin(), op.children.end(), [](const auto &child) { return HasShardScan(*child); });
}

}  // namespace shardite
