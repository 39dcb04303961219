#include <array>

#include "cli/result_printer.hpp"
#include "cli/text_columns.hpp"

namespace shardite {

namespace {

/// The bytes that make DuckDB quote a CSV field.
constexpr std::array<bool, 256> QUOTED = [] {
  std::array<bool, 256> quoted{};
  for (const unsigned char byte : {'\n', '\r', '#', ',', '"'}) quoted[byte] = true;
  return quoted;
}();

void AppendField(std::string_view field, std::string &out) {
  bool quote = field.empty();  // without quotes it would read as NULL
  for (const char byte : field) quote |= QUOTED[static_cast<unsigned char>(byte)];
  if (!quote) {
    out += field;
    return;
  }
  out += '"';
  for (const char byte : field) {
    if (byte == '"') out += '"';
    out += byte;
  }
  out += '"';
}

class CsvPrinter : public ResultPrinter {
 public:
  CsvPrinter(duckdb::ClientContext &context, Output &output) : context_(context), output_(output) {}

  void Begin(const duckdb::vector<duckdb::string> &names, const duckdb::vector<duckdb::LogicalType> &types) override {
    auto &out = output_.Pending();
    for (size_t i = 0; i < names.size(); i++) {
      if (i > 0) out += ',';
      AppendField(names[i], out);
    }
    out += '\n';
    columns_ = std::make_unique<TextColumns>(context_, types, std::vector<bool>(types.size(), true));
  }

  bool Rows(duckdb::DataChunk &chunk) override {
    columns_->Read(chunk);
    auto &out = output_.Pending();
    for (size_t row = 0; row < chunk.size(); row++) {
      for (size_t i = 0; i < chunk.ColumnCount(); i++) {
        if (i > 0) out += ',';
        if (!columns_->IsNull(i, row)) AppendField(columns_->At(i, row), out);
      }
      out += '\n';
    }
    output_.EndOfChunk();
    return true;
  }

  void End() override {}

 private:
  duckdb::ClientContext &context_;
  Output &output_;
  std::unique_ptr<TextColumns> columns_;
};

}  // namespace

std::unique_ptr<ResultPrinter> MakeCsvPrinter(duckdb::ClientContext &context, Output &output) {
  return std::make_unique<CsvPrinter>(context, output);
}

}  // namespace shardite
