#pragma once
// The only place that knows DuckDB's version: how things are registered in 1.4. (In 1.5 registration is
// StorageExtension::Register and OptimizerExtension::Register.)

#include <string>

#include <duckdb.hpp>
#include <duckdb/catalog/catalog.hpp>
#include <duckdb/main/config.hpp>
#include <duckdb/optimizer/optimizer_extension.hpp>
#include <duckdb/parser/parsed_data/create_table_function_info.hpp>
#include <duckdb/storage/storage_extension.hpp>

namespace shardite {

inline void RegisterStorage(duckdb::DatabaseInstance &database, const std::string &type,
                            duckdb::unique_ptr<duckdb::StorageExtension> extension) {
  duckdb::DBConfig::GetConfig(database).storage_extensions[type] = std::move(extension);
}

inline void RegisterOptimizer(duckdb::DatabaseInstance &database, duckdb::OptimizerExtension extension) {
  duckdb::DBConfig::GetConfig(database).optimizer_extensions.push_back(std::move(extension));
}

inline void RegisterTableFunction(duckdb::DatabaseInstance &database, duckdb::TableFunction function) {
  duckdb::CreateTableFunctionInfo info(std::move(function));
  info.on_conflict = duckdb::OnCreateConflict::REPLACE_ON_CONFLICT;
  auto &catalog = duckdb::Catalog::GetSystemCatalog(database);
  auto transaction = duckdb::CatalogTransaction::GetSystemTransaction(database);
  catalog.CreateTableFunction(transaction, info);
}

}  // namespace shardite
