#include <duckdb/common/box_renderer.hpp>
#include <duckdb/common/types/column/column_data_collection.hpp>
#include <limits>
#include <optional>

#include "cli/result_printer.hpp"

namespace shardite {

namespace {

class TablePrinter : public ResultPrinter {
 public:
  TablePrinter(const PrintSettings &settings, duckdb::ClientContext &context, Output &output)
      : settings_(settings), context_(context), output_(output) {}

  void Begin(const duckdb::vector<duckdb::string> &names, const duckdb::vector<duckdb::LogicalType> &types) override {
    names_ = names;
    rows_.emplace(context_, types);
    rows_->InitializeAppend(append_);
  }

  bool Rows(duckdb::DataChunk &chunk) override {
    if (settings_.max_fetch > 0 && rows_->Count() + chunk.size() > settings_.max_fetch) {
      chunk.SetCardinality(settings_.max_fetch - rows_->Count());
    }
    rows_->Append(append_, chunk);
    return settings_.max_fetch == 0 || rows_->Count() < settings_.max_fetch;
  }

  void End() override {
    // Arithmetic on these limits inside the renderer must not overflow.
    constexpr duckdb::idx_t UNLIMITED = std::numeric_limits<uint32_t>::max();
    duckdb::BoxRendererConfig config;
    config.max_rows = settings_.max_rows ? settings_.max_rows : UNLIMITED;
    config.max_width = settings_.max_width ? settings_.max_width : UNLIMITED;
    config.limit = settings_.max_fetch;
    if (output_.IsTerminal()) config.large_number_rendering = duckdb::LargeNumberRendering::FOOTER;
    output_.Write(duckdb::BoxRenderer(config).ToString(context_, names_, *rows_));
  }

 private:
  const PrintSettings settings_;
  duckdb::ClientContext &context_;
  Output &output_;
  duckdb::vector<duckdb::string> names_;
  std::optional<duckdb::ColumnDataCollection> rows_;
  duckdb::ColumnDataAppendState append_;
};

}  // namespace

std::unique_ptr<ResultPrinter> MakeTablePrinter(const PrintSettings &settings, duckdb::ClientContext &context,
                                                Output &output) {
  return std::make_unique<TablePrinter>(settings, context, output);
}

}  // namespace shardite
