#include "engine/catalog/fleet_catalog.hpp"

#include <duckdb/catalog/catalog_entry/table_catalog_entry.hpp>
#include <duckdb/main/attached_database.hpp>
#include <duckdb/main/database_manager.hpp>
#include <duckdb/parser/parsed_data/create_schema_info.hpp>
#include <duckdb/storage/database_size.hpp>

#include "engine/catalog/refuse_write.hpp"

namespace shardite {

FleetCatalog::FleetCatalog(duckdb::AttachedDatabase &database, std::shared_ptr<const FleetSnapshot> fleet,
                           std::string path)
    : Catalog(database), fleet_(std::move(fleet)), path_(std::move(path)) {}

void FleetCatalog::Initialize(bool) {
  duckdb::CreateSchemaInfo info;
  info.schema = DEFAULT_SCHEMA;
  info.internal = true;
  schema_ = duckdb::make_uniq<FleetSchemaEntry>(*this, info, *fleet_);
}

duckdb::optional_ptr<duckdb::SchemaCatalogEntry> FleetCatalog::LookupSchema(duckdb::CatalogTransaction,
                                                                            const duckdb::EntryLookupInfo &lookup,
                                                                            duckdb::OnEntryNotFound if_not_found) {
  const auto &name = lookup.GetEntryName();
  if (name.empty() || duckdb::StringUtil::CIEquals(name, DEFAULT_SCHEMA)) return schema_.get();
  if (if_not_found == duckdb::OnEntryNotFound::RETURN_NULL) return nullptr;
  throw duckdb::BinderException("Schema \"%s\" does not exist: a fleet has only the schema \"main\"", name);
}

void FleetCatalog::ScanSchemas(duckdb::ClientContext &, std::function<void(duckdb::SchemaCatalogEntry &)> callback) {
  callback(*schema_);
}

duckdb::DatabaseSize FleetCatalog::GetDatabaseSize(duckdb::ClientContext &) {
  duckdb::DatabaseSize size;
  size.free_blocks = size.total_blocks = size.used_blocks = size.wal_size = size.block_size = size.bytes = 0;
  return size;
}

duckdb::optional_ptr<duckdb::CatalogEntry> FleetCatalog::CreateSchema(duckdb::CatalogTransaction,
                                                                      duckdb::CreateSchemaInfo &) {
  RefuseWrite(GetName(), "CREATE SCHEMA");
}
void FleetCatalog::DropSchema(duckdb::ClientContext &, duckdb::DropInfo &) { RefuseWrite(GetName(), "DROP SCHEMA"); }
duckdb::PhysicalOperator &FleetCatalog::PlanCreateTableAs(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                                          duckdb::LogicalCreateTable &, duckdb::PhysicalOperator &) {
  RefuseWrite(GetName(), "CREATE TABLE");
}
duckdb::PhysicalOperator &FleetCatalog::PlanInsert(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                                   duckdb::LogicalInsert &,
                                                   duckdb::optional_ptr<duckdb::PhysicalOperator>) {
  RefuseWrite(GetName(), "INSERT");
}
duckdb::PhysicalOperator &FleetCatalog::PlanDelete(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                                   duckdb::LogicalDelete &, duckdb::PhysicalOperator &) {
  RefuseWrite(GetName(), "DELETE");
}
duckdb::PhysicalOperator &FleetCatalog::PlanUpdate(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                                   duckdb::LogicalUpdate &, duckdb::PhysicalOperator &) {
  RefuseWrite(GetName(), "UPDATE");
}

duckdb::PhysicalOperator &FleetCatalog::PlanMergeInto(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                                      duckdb::LogicalMergeInto &, duckdb::PhysicalOperator &) {
  RefuseWrite(GetName(), "MERGE");
}
// DuckDB's own takes the scan for one of its tables and writes past the bind data.
duckdb::unique_ptr<duckdb::LogicalOperator> FleetCatalog::BindCreateIndex(duckdb::Binder &, duckdb::CreateStatement &,
                                                                          duckdb::TableCatalogEntry &,
                                                                          duckdb::unique_ptr<duckdb::LogicalOperator>) {
  RefuseWrite(GetName(), "CREATE INDEX");
}

duckdb::optional_ptr<FleetCatalog> FindFleet(duckdb::ClientContext &context, const std::string &name) {
  auto database = duckdb::DatabaseManager::Get(context).GetDatabase(context, name);
  if (!database || database->GetCatalog().GetCatalogType() != "shardite") return nullptr;
  return &database->GetCatalog().Cast<FleetCatalog>();
}

}  // namespace shardite
