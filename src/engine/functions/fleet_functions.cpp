#include "engine/functions/fleet_functions.hpp"

#include <duckdb/common/types/timestamp.hpp>

#include "engine/catalog/fleet_catalog.hpp"
#include "engine/scan/query_log.hpp"

namespace shardite {

namespace {

using duckdb::LogicalType;
using duckdb::Value;

// Both functions return a few rows that are known when they are bound.
struct RowsBindData : duckdb::TableFunctionData {
  duckdb::vector<duckdb::vector<Value>> rows;
  bool SupportStatementCache() const override { return false; }
};

struct RowsState : duckdb::GlobalTableFunctionState {
  duckdb::idx_t next = 0;
};

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitRows(duckdb::ClientContext &,
                                                              duckdb::TableFunctionInitInput &) {
  return duckdb::make_uniq<RowsState>();
}

void ReadRows(duckdb::ClientContext &, duckdb::TableFunctionInput &input, duckdb::DataChunk &output) {
  const auto &rows = input.bind_data->Cast<RowsBindData>().rows;
  auto &state = input.global_state->Cast<RowsState>();
  duckdb::idx_t count = 0;
  while (state.next < rows.size() && count < STANDARD_VECTOR_SIZE) {
    const auto &row = rows[state.next++];
    for (duckdb::idx_t column = 0; column < row.size(); column++) output.SetValue(column, count, row[column]);
    count++;
  }
  output.SetCardinality(count);
}

Value TimeOrNull(int64_t nanoseconds) {
  const bool open = nanoseconds == Slice::OPEN_FROM || nanoseconds == Slice::OPEN_UNTIL;
  return open ? Value(LogicalType::TIMESTAMP_NS) : Value::TIMESTAMPNS(duckdb::timestamp_ns_t(nanoseconds));
}

duckdb::unique_ptr<duckdb::FunctionData> BindShards(duckdb::ClientContext &context,
                                                    duckdb::TableFunctionBindInput &input,
                                                    duckdb::vector<LogicalType> &types,
                                                    duckdb::vector<std::string> &names) {
  names = {"shard", "driver", "server", "from", "until", "error"};
  types = {LogicalType::VARCHAR,      LogicalType::VARCHAR,      LogicalType::VARCHAR,
           LogicalType::TIMESTAMP_NS, LogicalType::TIMESTAMP_NS, LogicalType::VARCHAR};
  const auto fleet = FindFleet(context, input.inputs[0].ToString());
  if (!fleet) throw duckdb::BinderException("\"%s\" is no attached fleet", input.inputs[0].ToString());
  auto bind_data = duckdb::make_uniq<RowsBindData>();
  const auto &snapshot = *fleet->Fleet();
  for (size_t i = 0; i < snapshot.spec.shards.size(); i++) {
    const auto &shard = snapshot.spec.shards[i];
    const auto &client = *snapshot.clients[i];
    const auto &error = snapshot.errors[i];
    bind_data->rows.push_back({Value(shard.id), Value(client.Driver()), Value(client.Server()),
                               TimeOrNull(shard.slice.from), TimeOrNull(shard.slice.until),
                               error ? Value(error->ToString()) : Value(LogicalType::VARCHAR)});
  }
  return bind_data;
}

duckdb::unique_ptr<duckdb::FunctionData> BindQueries(duckdb::ClientContext &context, duckdb::TableFunctionBindInput &,
                                                     duckdb::vector<LogicalType> &types,
                                                     duckdb::vector<std::string> &names) {
  names = {"query",   "shards_total",   "shards_pruned", "shards_queried", "requests",
           "retries", "bytes_received", "rows_received", "elapsed_ms"};
  types = {LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::BIGINT, LogicalType::BIGINT, LogicalType::BIGINT,
           LogicalType::BIGINT,  LogicalType::BIGINT, LogicalType::BIGINT, LogicalType::DOUBLE};
  auto bind_data = duckdb::make_uniq<RowsBindData>();
  const auto number = [](uint64_t value) { return Value::BIGINT(static_cast<int64_t>(value)); };
  for (const auto &query : QueryLog::Get(context)->Recent()) {
    bind_data->rows.push_back({Value(query.sql), number(query.shards_total), number(query.shards_pruned),
                               number(query.shards_queried), number(query.requests), number(query.retries),
                               number(query.bytes_received), number(query.rows_received),
                               Value::DOUBLE(query.elapsed_ms)});
  }
  return bind_data;
}

}  // namespace

duckdb::TableFunction ShardsFunction() {
  return {"shardite_shards", {LogicalType::VARCHAR}, ReadRows, BindShards, InitRows};
}

duckdb::TableFunction QueriesFunction() { return {"shardite_queries", {}, ReadRows, BindQueries, InitRows}; }

std::vector<duckdb::TableFunction> FleetFunctions() { return {ShardsFunction(), QueriesFunction(), ScatterFunction()}; }

}  // namespace shardite
