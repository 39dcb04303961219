#include "engine/scan/fleet_snapshot.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include <duckdb.hpp>

namespace shardite {

namespace {

constexpr size_t MOST_PROBES = 32;  // at a time

bool SameName(const std::string &a, const std::string &b) { return duckdb::StringUtil::CIEquals(a, b); }

// The specs of the tables to show: those of the fleet file, or every table that some shard has, newest shard first.
std::vector<TableSpec> TablesToShow(const FleetSpec &spec, const std::vector<ShardSchema> &schemas) {
  if (!spec.tables.empty()) return spec.tables;
  std::vector<TableSpec> found;
  // NOLINTNEXTLINE(modernize-loop-convert): backwards
  for (auto schema = schemas.rbegin(); schema != schemas.rend(); ++schema) {
    for (const auto &table : schema->tables) {
      const bool known = std::any_of(found.begin(), found.end(),
                                     [&](const TableSpec &other) { return SameName(other.name, table.name); });
      if (known) continue;
      TableSpec table_spec;
      table_spec.name = table.name;
      table_spec.time = FindTimeColumn(table).value_or("");
      found.push_back(std::move(table_spec));
    }
  }
  return found;
}

std::unique_ptr<TableSnapshot> BuildTable(const FleetSnapshot &fleet, const TableSpec &spec,
                                          const std::vector<ShardSchema> &schemas) {
  auto table = std::make_unique<TableSnapshot>();
  table->fleet = &fleet;
  bool reached_all = true;
  bool found = false;
  for (const auto &schema : schemas) {
    const auto match = std::find_if(schema.tables.begin(), schema.tables.end(),
                                    [&](const ShardTable &candidate) { return SameName(candidate.name, spec.name); });
    reached_all = reached_all && !schema.error;
    if (match == schema.tables.end()) {
      table->shards.emplace_back(std::nullopt);
    } else {
      found = true;
      table->shards.emplace_back(*match);
    }
  }
  if (!found) {
    if (!reached_all) return nullptr;  // the shards that have it may be those that did not answer
    throw FleetError(fleet.spec.path + (spec.line > 0 ? ":" + std::to_string(spec.line) : "") + ": table \"" +
                     spec.name + "\" exists on no shard");
  }
  table->logical = Reconcile(spec, fleet.spec.shards, table->shards);
  table->slices = SliceIndex(EffectiveSlices(table->logical, fleet.spec.shards, table->shards));
  return table;
}

void ResolveLookups(FleetSnapshot &fleet) {
  for (auto &table : fleet.tables) {
    if (!table->logical.spec.lookup) continue;
    TableLookup lookup;
    lookup.table = fleet.FindTable(table->logical.spec.lookup->table);
    if (lookup.table) lookup.columns = ResolveLookup(table->logical, lookup.table->logical, fleet.spec.path);
    table->lookup = lookup;
  }
}

// What each server can do beyond every SQLite: nothing for one that does not answer, which fails when it is asked.
std::vector<Capabilities> AskCapabilities(const FleetSnapshot &fleet, const CallOptions &options) {
  std::map<std::string, size_t> first_shard;  // of each server
  for (size_t i = 0; i < fleet.clients.size(); i++) {
    if (!fleet.errors[i]) first_shard.emplace(fleet.clients[i]->ProfileKey(), i);
  }
  std::vector<size_t> waiting;
  waiting.reserve(first_shard.size());
  for (const auto &[key, shard] : first_shard) waiting.push_back(shard);
  std::vector<Capabilities> capabilities(fleet.clients.size());
  std::atomic<size_t> next{0};
  const auto probe = [&]() {
    for (size_t i = next++; i < waiting.size(); i = next++) {
      const auto profile = ProbeServer(*fleet.clients[waiting[i]], options);
      if (profile) capabilities[waiting[i]] = CapabilitiesOf(*profile);
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min<size_t>(waiting.size(), MOST_PROBES); i++) threads.emplace_back(probe);
  probe();
  for (auto &thread : threads) thread.join();
  for (size_t i = 0; i < fleet.clients.size(); i++) {
    if (!fleet.errors[i]) capabilities[i] = capabilities[first_shard.at(fleet.clients[i]->ProfileKey())];
  }
  return capabilities;
}

}  // namespace

const TableSnapshot *FleetSnapshot::FindTable(const std::string &name) const {
  for (const auto &table : tables) {
    if (SameName(table->logical.spec.name, name)) return table.get();
  }
  return nullptr;
}

std::shared_ptr<const FleetSnapshot> TakeSnapshot(FleetSpec spec, const DriverRegistry &drivers,
                                                  const CallOptions &options) {
  auto fleet = std::make_shared<FleetSnapshot>();
  fleet->spec = std::move(spec);
  for (const auto &shard : fleet->spec.shards) {
    fleet->clients.push_back(drivers.Connect(shard, fleet->spec));
  }
  auto schemas = IntrospectShards(fleet->clients, fleet->spec.tables, options);

  std::optional<ShardError> first_error;
  bool any_answered = schemas.empty();
  for (const auto &schema : schemas) {
    fleet->errors.push_back(schema.error);
    any_answered = any_answered || !schema.error;
    if (schema.error && !first_error) first_error = schema.error;
  }
  if (!any_answered) throw FleetError(*first_error);

  fleet->capabilities = AskCapabilities(*fleet, options);
  fleet->certificates = Certificates(fleet->spec, schemas);
  for (const auto &table_spec : TablesToShow(fleet->spec, schemas)) {
    if (auto table = BuildTable(*fleet, table_spec, schemas)) fleet->tables.push_back(std::move(table));
  }
  if (fleet->tables.empty()) {
    throw first_error ? FleetError(*first_error) : FleetError(fleet->spec.path + ": the shards hold no table");
  }
  ResolveLookups(*fleet);
  return fleet;
}

}  // namespace shardite
