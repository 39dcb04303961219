#include "cli/result_printer.hpp"

namespace shardite {

std::unique_ptr<ResultPrinter> MakeResultPrinter(const PrintSettings &settings, duckdb::ClientContext &context,
                                                 Output &output) {
  switch (settings.format) {
    case OutputFormat::TABLE: break;
    case OutputFormat::CSV: return MakeCsvPrinter(context, output);
    case OutputFormat::JSON: return MakeJsonPrinter(JsonLayout::ARRAY, context, output);
    case OutputFormat::NDJSON: return MakeJsonPrinter(JsonLayout::LINES, context, output);
  }
  return MakeTablePrinter(settings, context, output);
}

bool ParseOutputFormat(const std::string &name, OutputFormat &format) {
  struct Entry {
    const char *name;
    OutputFormat format;
  };
  constexpr Entry FORMATS[] = {{"table", OutputFormat::TABLE},
                               {"csv", OutputFormat::CSV},
                               {"json", OutputFormat::JSON},
                               {"ndjson", OutputFormat::NDJSON}};
  for (const auto &entry : FORMATS) {
    if (name == entry.name) {
      format = entry.format;
      return true;
    }
  }
  return false;
}

}  // namespace shardite
