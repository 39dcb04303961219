// shardite_scatter('otel', 'SQLite SQL'): one statement to every shard as it is, its rows with the shard they came
// from. The names of the columns come from the first shard; every value is shown as its text, since SQLite's result
// columns have no types.

#include <cctype>
#include <condition_variable>
#include <mutex>

#include <duckdb/common/types/value.hpp>

#include "engine/catalog/fleet_catalog.hpp"
#include "engine/functions/fleet_functions.hpp"
#include "engine/scan/query_log.hpp"
#include "engine/scan/settings.hpp"
#include "sqlite/select_guard.hpp"

namespace shardite {

namespace {

using duckdb::LogicalType;
using duckdb::Value;

struct ScatterBindData : duckdb::TableFunctionData {
  std::shared_ptr<const FleetSnapshot> fleet;
  std::string sql;
  Settings settings;
  std::vector<std::string> names;
  bool SupportStatementCache() const override { return false; }
};

struct ScatterState : duckdb::GlobalTableFunctionState {
  std::vector<ResultPage> pages;  // by shard
  size_t shard = 0;
  size_t row = 0;
};

CallOptions OptionsOf(const Settings &settings) {
  CallOptions options;
  options.deadline = Deadline::After(std::chrono::milliseconds(settings.timeout_ms));
  return options;
}

Statement ScatterStatement(const std::string &sql) { return {sql, StatementKind::SCATTER}; }

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext &context, duckdb::TableFunctionBindInput &input,
                                              duckdb::vector<LogicalType> &types, duckdb::vector<std::string> &names) {
  auto bind_data = duckdb::make_uniq<ScatterBindData>();
  const auto fleet = FindFleet(context, input.inputs[0].ToString());
  if (!fleet) throw duckdb::BinderException("\"%s\" is no attached fleet", input.inputs[0].ToString());
  bind_data->fleet = fleet->Fleet();
  bind_data->sql = input.inputs[1].ToString();
  bind_data->settings = ReadSettings(context);
  if (const auto refusal = RefuseUnlessSelect(bind_data->sql)) {
    throw duckdb::PermissionException("shardite_scatter: %s", *refusal);
  }
  while (!bind_data->sql.empty() &&
         (bind_data->sql.back() == ';' || std::isspace(static_cast<unsigned char>(bind_data->sql.back())) != 0)) {
    bind_data->sql.pop_back();
  }
  if (bind_data->fleet->clients.empty()) throw duckdb::BinderException("the fleet has no shards");
  // LIMIT 0 would do for a plain SELECT, but not for every statement: the names come from a subquery without rows.
  const auto probe = "SELECT * FROM (" + bind_data->sql + "\n) LIMIT 0";
  auto header = SendAndWait(*bind_data->fleet->clients[0], ScatterStatement(probe), OptionsOf(bind_data->settings));
  if (!header) throw duckdb::IOException("%s", header.Error().ToString());
  bind_data->names = header->names;
  names = {"shard"};
  types = {LogicalType::VARCHAR};
  for (const auto &name : header->names) {
    names.push_back(name);
    types.push_back(LogicalType::VARCHAR);
  }
  return bind_data;
}

// All shards at once; waits for every answer, so that nothing is shown when one fails.
duckdb::unique_ptr<duckdb::GlobalTableFunctionState> Init(duckdb::ClientContext &context,
                                                          duckdb::TableFunctionInitInput &input) {
  const auto &bind_data = input.bind_data->Cast<ScatterBindData>();
  const auto &clients = bind_data.fleet->clients;
  struct Answers {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::unique_ptr<Response>> responses;
    std::optional<ShardError> error;
    size_t open = 0;
  };
  auto answers = std::make_shared<Answers>();
  answers->responses.resize(clients.size());
  answers->open = clients.size();
  const auto options = OptionsOf(bind_data.settings);
  for (size_t shard = 0; shard < clients.size(); shard++) {
    clients[shard]->Send(ScatterStatement(bind_data.sql), options,
                         [answers, shard](Result<std::unique_ptr<Response>> result) {
                           const std::lock_guard<std::mutex> guard(answers->mutex);
                           if (result) {
                             answers->responses[shard] = std::move(*result);
                           } else if (!answers->error) {
                             answers->error = result.Error();
                           }
                           answers->open--;
                           answers->changed.notify_all();
                         });
  }
  {
    std::unique_lock<std::mutex> guard(answers->mutex);
    while (answers->open > 0) {
      answers->changed.wait_for(guard, std::chrono::milliseconds(50));
      if (context.interrupted) {
        options.cancel.Cancel();
        throw duckdb::InterruptException();
      }
    }
  }
  if (answers->error) throw duckdb::IOException("%s", answers->error->ToString());
  auto state = duckdb::make_uniq<ScatterState>();
  const auto counters = QueryLog::Get(context)->Counters();
  counters->shards_total += clients.size();
  counters->shards_queried += clients.size();
  for (auto &response : answers->responses) {
    counters->requests += response->attempts;
    counters->retries += response->attempts - 1;
    counters->bytes_received += response->bytes_received;
    auto page = response->Decode();
    if (!page) throw duckdb::IOException("%s", page.Error().ToString());
    counters->rows_received += page->row_count;
    state->pages.push_back(std::move(*page));
  }
  return state;
}

Value TextOf(const Cell &cell) {
  switch (cell.storage) {
    case StorageClass::NONE: return Value(LogicalType::VARCHAR);
    case StorageClass::INTEGER: return Value(std::to_string(cell.integer));
    case StorageClass::REAL: return Value(Value::DOUBLE(cell.real).ToString());
    case StorageClass::TEXT: return Value(std::string(cell.bytes));
    case StorageClass::BLOB: return Value(Value::BLOB_RAW(std::string(cell.bytes)).ToString());
  }
  return Value(LogicalType::VARCHAR);
}

void Read(duckdb::ClientContext &, duckdb::TableFunctionInput &input, duckdb::DataChunk &output) {
  const auto &bind_data = input.bind_data->Cast<ScatterBindData>();
  auto &state = input.global_state->Cast<ScatterState>();
  duckdb::idx_t count = 0;
  while (state.shard < state.pages.size() && count < STANDARD_VECTOR_SIZE) {
    const auto &page = state.pages[state.shard];
    if (state.row == page.row_count) {
      state.shard++;
      state.row = 0;
      continue;
    }
    const auto &id = bind_data.fleet->spec.shards[state.shard].id;
    if (page.columns.size() != bind_data.names.size()) {
      throw duckdb::IOException("shard \"%s\" answers with %llu columns, the first shard with %llu", id,
                                page.columns.size(), bind_data.names.size());
    }
    output.SetValue(0, count, Value(id));
    for (size_t column = 0; column < page.columns.size(); column++) {
      output.SetValue(column + 1, count, TextOf(page.columns[column].At(state.row)));
    }
    state.row++;
    count++;
  }
  output.SetCardinality(count);
}

}  // namespace

duckdb::TableFunction ScatterFunction() {
  return {"shardite_scatter", {LogicalType::VARCHAR, LogicalType::VARCHAR}, Read, Bind, Init};
}

}  // namespace shardite
