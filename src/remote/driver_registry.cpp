#include "remote/driver_registry.hpp"

#include "remote/drivers/hrana.hpp"
#include "remote/drivers/rqlite.hpp"
#include "remote/drivers/sqlite_file.hpp"

namespace shardite {

void DriverRegistry::Register(const std::string &scheme, ClientFactory factory) {
  factories_[scheme] = std::move(factory);
}

std::shared_ptr<ShardClient> DriverRegistry::Connect(const ShardSpec &shard, const FleetSpec &fleet) const {
  const auto found = factories_.find(shard.url.scheme);
  if (found != factories_.end()) return found->second(shard, fleet);
  std::string line = "shard \"" + shard.id + "\": no driver serves \"" + shard.url.scheme + ":\" urls; there are";
  for (const auto &entry : factories_) line += (entry.first == factories_.begin()->first ? " " : ", ") + entry.first;
  throw FleetError(line);
}

std::shared_ptr<DriverRegistry> DefaultDrivers() {
  auto registry = std::make_shared<DriverRegistry>();
  const HttpDrivers http;
  const auto files = std::make_shared<SqliteFiles>();
  const auto hrana = [http](const ShardSpec &shard, const FleetSpec &fleet) {
    return MakeHranaClient(shard, fleet, http);
  };
  const auto rqlite = [http](const ShardSpec &shard, const FleetSpec &fleet) {
    return MakeRqliteClient(shard, fleet, http);
  };
  registry->Register("sqlite", [files, profiles = http.profiles](const ShardSpec &shard, const FleetSpec &fleet) {
    return MakeSqliteFileClient(shard, fleet, files, profiles);
  });
  registry->Register("libsql", hrana);
  registry->Register("libsql+http", hrana);
  registry->Register("rqlite", rqlite);
  registry->Register("rqlite+http", rqlite);
  return registry;
}

}  // namespace shardite
