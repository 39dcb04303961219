#include "cli/text_columns.hpp"

#include <duckdb/common/vector_operations/vector_operations.hpp>

namespace shardite {

TextColumns::TextColumns(duckdb::ClientContext &context, const duckdb::vector<duckdb::LogicalType> &types,
                         std::vector<bool> wanted)
    : context_(context), wanted_(std::move(wanted)), columns_(types.size()) {
  cast_.Initialize(context, duckdb::vector<duckdb::LogicalType>(types.size(), duckdb::LogicalType::VARCHAR));
}

void TextColumns::Read(duckdb::DataChunk &chunk) {
  cast_.Reset();
  for (size_t i = 0; i < columns_.size(); i++) {
    if (!wanted_[i]) continue;
    auto &source = chunk.data[i];
    const bool is_text = source.GetType().id() == duckdb::LogicalTypeId::VARCHAR;
    if (!is_text) duckdb::VectorOperations::Cast(context_, source, cast_.data[i], chunk.size());
    auto &column = columns_[i];
    (is_text ? source : cast_.data[i]).ToUnifiedFormat(chunk.size(), column.format);
    column.texts = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(column.format);
    column.selection = column.format.sel;
    column.validity = &column.format.validity;
  }
}

}  // namespace shardite
