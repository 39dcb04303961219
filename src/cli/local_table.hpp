#pragma once
// Rows of our own (shards, findings) printed like any result, in every format.

#include <string>
#include <vector>

#include <duckdb.hpp>

#include "cli/result_printer.hpp"

namespace shardite {

class LocalTable {
 public:
  struct Column {
    std::string name;
    duckdb::LogicalType type = duckdb::LogicalType::VARCHAR;
  };
  explicit LocalTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One value for each column; NULL is allowed.
  void Add(std::vector<duckdb::Value> row) { rows_.push_back(std::move(row)); }
  /// Prints all rows and flushes.
  void Print(const PrintSettings &settings, Output &output) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<duckdb::Value>> rows_;
};

}  // namespace shardite
