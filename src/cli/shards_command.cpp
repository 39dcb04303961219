#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <thread>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/local_table.hpp"
#include "fleet/fleet_spec.hpp"
#include "remote/driver_registry.hpp"
#include "remote/introspect.hpp"

namespace shardite {

namespace {

struct ShardsArguments {
  std::string fleet;
  bool probe = false;
};

constexpr auto PROBE_DEADLINE = std::chrono::seconds(10);

/// The driver that serves a url's scheme, as EXPLAIN and errors call it; from the fleet file alone.
std::string DriverOf(const ShardUrl &url) {
  if (url.scheme.starts_with("libsql")) return "hrana";
  if (url.scheme.starts_with("rqlite")) return "rqlite";
  return url.scheme;
}

std::string ServerOf(const ShardUrl &url) {
  if (!url.path.empty()) return url.path;
  std::string server = url.host;
  if (url.port) server += ":" + std::to_string(url.port);
  if (!url.name_space.empty()) server += "/" + url.name_space;
  return server;
}

duckdb::Value TimeOrNull(int64_t instant) {
  const auto text = FormatTime(instant);
  return text.empty() ? duckdb::Value(duckdb::LogicalType::VARCHAR) : duckdb::Value(text);
}

/// "ok, SQLite 3.45.1", or what is wrong with it.
std::string Probe(const ShardSpec &shard, const FleetSpec &fleet, const DriverRegistry &drivers) {
  try {
    CallOptions call;
    call.deadline = Deadline::After(PROBE_DEADLINE);
    const auto client = drivers.Connect(shard, fleet);
    const auto profile = ProbeServer(*client, call);
    if (!profile) return profile.Error().message;
    // The server may be well and the shard on it missing: ask the shard too.
    const auto answer =
        SendAndWait(*client, Statement{"SELECT count(*) FROM sqlite_master", StatementKind::PROBE}, call);
    return answer ? "ok, SQLite " + profile->sqlite_version : answer.Error().message;
  } catch (const FleetError &error) {
    return error.what();
  }
}

/// The states of all shards, many asked at a time: most of the time is waiting.
std::vector<std::string> ProbeAll(const FleetSpec &fleet) {
  constexpr size_t AT_ONCE = 32;
  const auto drivers = DefaultDrivers();
  std::vector<std::string> states(fleet.shards.size());
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::min(AT_ONCE, states.size()); i++) {
    threads.emplace_back([&] {
      for (size_t shard = next++; shard < states.size(); shard = next++) {
        states[shard] = Probe(fleet.shards[shard], fleet, *drivers);
      }
    });
  }
  for (auto &thread : threads) thread.join();
  return states;
}

int ListShards(const ShardsArguments &arguments, const GlobalOptions &options) {
  InterruptWatcher interrupts;
  const auto fleet = OpenFleet(arguments.fleet);
  std::vector<LocalTable::Column> columns = {{"shard"}, {"driver"}, {"server"}, {"from"}, {"until"}};
  if (arguments.probe) columns.push_back({"status"});
  LocalTable table(columns);
  const auto states = arguments.probe ? ProbeAll(fleet) : std::vector<std::string>();
  for (size_t i = 0; i < fleet.shards.size(); i++) {
    const auto &shard = fleet.shards[i];
    std::vector<duckdb::Value> row = {shard.id, DriverOf(shard.url), ServerOf(shard.url), TimeOrNull(shard.slice.from),
                                      TimeOrNull(shard.slice.until)};
    if (arguments.probe) row.emplace_back(states[i]);
    table.Add(std::move(row));
  }
  Output output;
  table.Print(options.ForPrinting(output), output);
  const bool all_well =
      std::all_of(states.begin(), states.end(), [](const std::string &state) { return state.starts_with("ok"); });
  return all_well ? 0 : 1;
}

}  // namespace

void AddShardsCommand(CLI::App &app, const GlobalOptions &options, CommandBody &body) {
  auto *command = app.add_subcommand("shards", "List the shards of a fleet and their slices of time");
  const auto arguments = std::make_shared<ShardsArguments>();
  command->add_option("FLEET", arguments->fleet, FLEET_HELP)->required();
  command->add_flag("--probe", arguments->probe, "Reach every shard too and say how it is; exit code 1 if one fails");
  command->callback([=, &options, &body] { body = [=, &options] { return ListShards(*arguments, options); }; });
  command->footer("Without --probe only the fleet file is read. Example:\n  shardite shards --probe fleet.toml");
}

}  // namespace shardite
