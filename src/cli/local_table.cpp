#include "cli/local_table.hpp"

namespace shardite {

void LocalTable::Print(const PrintSettings &settings, Output &output) const {
  duckdb::DuckDB database(nullptr);
  duckdb::Connection connection(database);
  duckdb::vector<duckdb::string> names;
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto &column : columns_) {
    names.push_back(column.name);
    types.push_back(column.type);
  }
  const auto printer = MakeResultPrinter(settings, *connection.context, output);
  printer->Begin(names, types);
  duckdb::DataChunk chunk;
  chunk.Initialize(duckdb::Allocator::DefaultAllocator(), types);
  for (const auto &row : rows_) {
    for (size_t column = 0; column < row.size(); column++) chunk.SetValue(column, chunk.size(), row[column]);
    chunk.SetCardinality(chunk.size() + 1);
    const bool full = chunk.size() == STANDARD_VECTOR_SIZE;
    if (!full && &row != &rows_.back()) continue;
    if (!printer->Rows(chunk)) break;
    chunk.Reset();
  }
  printer->End();
  output.Flush();
}

}  // namespace shardite
