#pragma once
// A fleet as a DuckDB catalog: one schema "main" with the fleet's tables, read-only. ATTACH makes it; binding a table
// takes the scan function from here.

#include <memory>
#include <string>

#include <duckdb.hpp>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/schema_catalog_entry.hpp>
#include <duckdb/catalog/catalog_entry/table_catalog_entry.hpp>
#include <duckdb/storage/storage_extension.hpp>

#include "engine/scan/fleet_snapshot.hpp"

namespace shardite {

class FleetTableEntry : public duckdb::TableCatalogEntry {
 public:
  FleetTableEntry(duckdb::Catalog &catalog, duckdb::SchemaCatalogEntry &schema, duckdb::CreateTableInfo &info,
                  std::shared_ptr<const TableSnapshot> table);

  duckdb::unique_ptr<duckdb::BaseStatistics> GetStatistics(duckdb::ClientContext &context,
                                                           duckdb::column_t column_id) override;
  duckdb::TableFunction GetScanFunction(duckdb::ClientContext &context,
                                        duckdb::unique_ptr<duckdb::FunctionData> &bind_data) override;
  duckdb::TableStorageInfo GetStorageInfo(duckdb::ClientContext &context) override;
  duckdb::virtual_column_map_t GetVirtualColumns() const override;
  duckdb::vector<duckdb::column_t> GetRowIdColumns() const override { return {}; }

 private:
  std::shared_ptr<const TableSnapshot> table_;
};

class FleetSchemaEntry : public duckdb::SchemaCatalogEntry {
 public:
  FleetSchemaEntry(duckdb::Catalog &catalog, duckdb::CreateSchemaInfo &info, const FleetSnapshot &fleet);

  void Scan(duckdb::ClientContext &context, duckdb::CatalogType type,
            const std::function<void(duckdb::CatalogEntry &)> &callback) override;
  void Scan(duckdb::CatalogType type, const std::function<void(duckdb::CatalogEntry &)> &callback) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> LookupEntry(duckdb::CatalogTransaction transaction,
                                                         const duckdb::EntryLookupInfo &lookup) override;

  duckdb::optional_ptr<duckdb::CatalogEntry> CreateIndex(duckdb::CatalogTransaction, duckdb::CreateIndexInfo &,
                                                         duckdb::TableCatalogEntry &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateFunction(duckdb::CatalogTransaction,
                                                            duckdb::CreateFunctionInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateTable(duckdb::CatalogTransaction,
                                                         duckdb::BoundCreateTableInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateView(duckdb::CatalogTransaction, duckdb::CreateViewInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateSequence(duckdb::CatalogTransaction,
                                                            duckdb::CreateSequenceInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateTableFunction(duckdb::CatalogTransaction,
                                                                 duckdb::CreateTableFunctionInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateCopyFunction(duckdb::CatalogTransaction,
                                                                duckdb::CreateCopyFunctionInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreatePragmaFunction(duckdb::CatalogTransaction,
                                                                  duckdb::CreatePragmaFunctionInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateCollation(duckdb::CatalogTransaction,
                                                             duckdb::CreateCollationInfo &) override;
  duckdb::optional_ptr<duckdb::CatalogEntry> CreateType(duckdb::CatalogTransaction, duckdb::CreateTypeInfo &) override;
  void DropEntry(duckdb::ClientContext &context, duckdb::DropInfo &info) override;
  void Alter(duckdb::CatalogTransaction transaction, duckdb::AlterInfo &info) override;

 private:
  duckdb::case_insensitive_map_t<duckdb::unique_ptr<FleetTableEntry>> tables_;
};

class FleetCatalog : public duckdb::Catalog {
 public:
  FleetCatalog(duckdb::AttachedDatabase &database, std::shared_ptr<const FleetSnapshot> fleet, std::string path);

  const std::shared_ptr<const FleetSnapshot> &Fleet() const { return fleet_; }

  void Initialize(bool load_builtin) override;
  duckdb::string GetCatalogType() override { return "shardite"; }
  duckdb::optional_ptr<duckdb::SchemaCatalogEntry> LookupSchema(duckdb::CatalogTransaction transaction,
                                                                const duckdb::EntryLookupInfo &lookup,
                                                                duckdb::OnEntryNotFound if_not_found) override;
  void ScanSchemas(duckdb::ClientContext &context, std::function<void(duckdb::SchemaCatalogEntry &)> callback) override;
  duckdb::DatabaseSize GetDatabaseSize(duckdb::ClientContext &context) override;
  bool InMemory() override { return false; }
  duckdb::string GetDBPath() override { return path_; }

  duckdb::optional_ptr<duckdb::CatalogEntry> CreateSchema(duckdb::CatalogTransaction,
                                                          duckdb::CreateSchemaInfo &) override;
  void DropSchema(duckdb::ClientContext &context, duckdb::DropInfo &info) override;
  duckdb::PhysicalOperator &PlanCreateTableAs(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                              duckdb::LogicalCreateTable &, duckdb::PhysicalOperator &) override;
  duckdb::PhysicalOperator &PlanInsert(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                       duckdb::LogicalInsert &,
                                       duckdb::optional_ptr<duckdb::PhysicalOperator>) override;
  duckdb::PhysicalOperator &PlanDelete(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                       duckdb::LogicalDelete &, duckdb::PhysicalOperator &) override;
  duckdb::PhysicalOperator &PlanUpdate(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                       duckdb::LogicalUpdate &, duckdb::PhysicalOperator &) override;
  duckdb::PhysicalOperator &PlanMergeInto(duckdb::ClientContext &, duckdb::PhysicalPlanGenerator &,
                                          duckdb::LogicalMergeInto &, duckdb::PhysicalOperator &) override;
  duckdb::unique_ptr<duckdb::LogicalOperator> BindCreateIndex(duckdb::Binder &, duckdb::CreateStatement &,
                                                              duckdb::TableCatalogEntry &,
                                                              duckdb::unique_ptr<duckdb::LogicalOperator>) override;

 private:
  std::shared_ptr<const FleetSnapshot> fleet_;
  std::string path_;
  duckdb::unique_ptr<FleetSchemaEntry> schema_;
};

/// The fleet attached under a name; nullptr when it is another kind of database or none.
duckdb::optional_ptr<FleetCatalog> FindFleet(duckdb::ClientContext &context, const std::string &name);

/// What ATTACH .. (TYPE shardite) runs; opens fleets with these drivers.
duckdb::unique_ptr<duckdb::StorageExtension> MakeStorageExtension(std::shared_ptr<DriverRegistry> drivers);

}  // namespace shardite
