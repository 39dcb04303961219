#pragma once
// The columns of a chunk as text, by DuckDB's own vectorised casts: a call for each column, not for each cell.

#include <memory>
#include <string_view>
#include <vector>

#include <duckdb.hpp>

namespace shardite {

class TextColumns {
 public:
  /// Casts the columns `wanted` (positions) of types to text. `context` must outlive this.
  TextColumns(duckdb::ClientContext &context, const duckdb::vector<duckdb::LogicalType> &types,
              std::vector<bool> wanted);
  /// Reads a chunk; what At() returned before is gone.
  void Read(duckdb::DataChunk &chunk);
  bool IsNull(size_t column, size_t row) const {
    return !columns_[column].validity->RowIsValid(columns_[column].selection->get_index(row));
  }
  std::string_view At(size_t column, size_t row) const {
    const auto &text = columns_[column].texts[columns_[column].selection->get_index(row)];
    return {text.GetData(), text.GetSize()};
  }

 private:
  struct Column {
    duckdb::UnifiedVectorFormat format;
    const duckdb::string_t *texts = nullptr;
    const duckdb::SelectionVector *selection = nullptr;
    const duckdb::ValidityMask *validity = nullptr;
  };
  duckdb::ClientContext &context_;
  const std::vector<bool> wanted_;
  duckdb::DataChunk cast_;
  std::vector<Column> columns_;
};

}  // namespace shardite
