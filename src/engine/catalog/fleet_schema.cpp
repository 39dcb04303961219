// The schema "main" of a fleet: looks tables up, refuses everything else.

#include <duckdb/parser/parsed_data/create_schema_info.hpp>
#include <duckdb/parser/parsed_data/create_table_info.hpp>
#include <duckdb/parser/parsed_data/drop_info.hpp>
#include <duckdb/storage/statistics/base_statistics.hpp>
#include <duckdb/storage/table_storage_info.hpp>

#include "engine/catalog/fleet_catalog.hpp"
#include "engine/catalog/refuse_write.hpp"
#include "engine/pushdown/filters.hpp"
#include "engine/scan/shard_scan.hpp"
#include "engine/translate/translate.hpp"

namespace shardite {

FleetTableEntry::FleetTableEntry(duckdb::Catalog &fleet_catalog, duckdb::SchemaCatalogEntry &fleet_schema,
                                 duckdb::CreateTableInfo &info, std::shared_ptr<const TableSnapshot> table)
    : TableCatalogEntry(fleet_catalog, fleet_schema, info), table_(std::move(table)) {}

// No statistics: min and max of a growing shard would be a hazard, and compression projections come with them.
duckdb::unique_ptr<duckdb::BaseStatistics> FleetTableEntry::GetStatistics(duckdb::ClientContext &, duckdb::column_t) {
  return nullptr;
}

duckdb::TableFunction FleetTableEntry::GetScanFunction(duckdb::ClientContext &context,
                                                       duckdb::unique_ptr<duckdb::FunctionData> &bind_data) {
  bind_data = BindShardScan(context, *this, table_);
  return PushingScanFunction();
}

duckdb::TableStorageInfo FleetTableEntry::GetStorageInfo(duckdb::ClientContext &) { return {}; }

// count(*) reads this one; a rowid would promise an identity that rows of a fleet do not have.
duckdb::virtual_column_map_t FleetTableEntry::GetVirtualColumns() const {
  duckdb::virtual_column_map_t virtual_columns;
  virtual_columns.insert({duckdb::COLUMN_IDENTIFIER_EMPTY, duckdb::TableColumn("", duckdb::LogicalType::BOOLEAN)});
  return virtual_columns;
}

FleetSchemaEntry::FleetSchemaEntry(duckdb::Catalog &fleet_catalog, duckdb::CreateSchemaInfo &info,
                                   const FleetSnapshot &fleet)
    : SchemaCatalogEntry(fleet_catalog, info) {
  for (const auto &table : fleet.tables) {
    duckdb::CreateTableInfo table_info(*this, table->logical.spec.name);
    for (size_t column = 0; column < table->logical.columns.size(); column++) {
      table_info.columns.AddColumn(
          duckdb::ColumnDefinition(table->logical.columns[column].name, SqlTypeOf(table->logical, column)));
    }
    tables_[table_info.table] =
        duckdb::make_uniq<FleetTableEntry>(fleet_catalog, *this, table_info, fleet.Share(*table));
  }
}

void FleetSchemaEntry::Scan(duckdb::ClientContext &, duckdb::CatalogType kind,
                            const std::function<void(duckdb::CatalogEntry &)> &callback) {
  Scan(kind, callback);
}

void FleetSchemaEntry::Scan(duckdb::CatalogType kind, const std::function<void(duckdb::CatalogEntry &)> &callback) {
  if (kind != duckdb::CatalogType::TABLE_ENTRY) return;
  for (auto &[table_name, table] : tables_) callback(*table);
}

duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::LookupEntry(duckdb::CatalogTransaction,
                                                                         const duckdb::EntryLookupInfo &lookup) {
  if (lookup.GetCatalogType() != duckdb::CatalogType::TABLE_ENTRY) return nullptr;
  const auto found = tables_.find(lookup.GetEntryName());
  return found == tables_.end() ? nullptr : found->second.get();
}

duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateIndex(duckdb::CatalogTransaction,
                                                                         duckdb::CreateIndexInfo &,
                                                                         duckdb::TableCatalogEntry &) {
  RefuseWrite(catalog.GetName(), "CREATE INDEX");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateFunction(duckdb::CatalogTransaction,
                                                                            duckdb::CreateFunctionInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE FUNCTION");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateTable(duckdb::CatalogTransaction,
                                                                         duckdb::BoundCreateTableInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE TABLE");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateView(duckdb::CatalogTransaction,
                                                                        duckdb::CreateViewInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE VIEW");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateSequence(duckdb::CatalogTransaction,
                                                                            duckdb::CreateSequenceInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE SEQUENCE");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateTableFunction(duckdb::CatalogTransaction,
                                                                                 duckdb::CreateTableFunctionInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE MACRO");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateCopyFunction(duckdb::CatalogTransaction,
                                                                                duckdb::CreateCopyFunctionInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE FUNCTION");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreatePragmaFunction(duckdb::CatalogTransaction,
                                                                                  duckdb::CreatePragmaFunctionInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE FUNCTION");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateCollation(duckdb::CatalogTransaction,
                                                                             duckdb::CreateCollationInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE COLLATION");
}
duckdb::optional_ptr<duckdb::CatalogEntry> FleetSchemaEntry::CreateType(duckdb::CatalogTransaction,
                                                                        duckdb::CreateTypeInfo &) {
  RefuseWrite(catalog.GetName(), "CREATE TYPE");
}
void FleetSchemaEntry::DropEntry(duckdb::ClientContext &, duckdb::DropInfo &) {
  RefuseWrite(catalog.GetName(), "DROP");
}
void FleetSchemaEntry::Alter(duckdb::CatalogTransaction, duckdb::AlterInfo &) {
  RefuseWrite(catalog.GetName(), "ALTER");
}

}  // namespace shardite
