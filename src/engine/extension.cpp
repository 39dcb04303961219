#include "engine/extension.hpp"

#include "engine/catalog/fleet_catalog.hpp"
#include "engine/duckdb_compat.hpp"
#include "engine/functions/fleet_functions.hpp"
#include "engine/pushdown/filters.hpp"
#include "engine/pushdown/pushdown.hpp"
#include "engine/scan/settings.hpp"

namespace shardite {

void RegisterShardite(duckdb::DatabaseInstance &database, std::shared_ptr<DriverRegistry> drivers) {
  RegisterSettings(duckdb::DBConfig::GetConfig(database));
  RegisterStorage(database, "shardite", MakeStorageExtension(std::move(drivers)));
  RegisterOptimizer(database, MakeOptimizerExtension());
  // Copies of a plan look the scan up by name; it cannot be called.
  RegisterTableFunction(database, PushingScanFunction());
  for (auto &function : FleetFunctions()) RegisterTableFunction(database, std::move(function));
}

}  // namespace shardite
